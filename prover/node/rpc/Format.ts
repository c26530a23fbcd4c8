// Blocks, transactions, receipts and logs as JSON-RPC writes them.
import { Bloom } from '@ethereumjs/vm'
import { concatHex, fromRlp, type Hex, parseTransaction, toRlp } from 'viem'
import { keccak256 } from '../../commitment/Keccak.ts'
import { hashPrevRandao } from '../../machine/boundary/Block.ts'
import type { ChainConfig } from '../../machine/ChainConfig.ts'
import type { ExecutedBlock, ExecutedTransaction, Log } from '../../machine/Executor.ts'
import { toHex } from './Method.ts'

const zeroHash = toHex(new Uint8Array(32))
/** keccak256 of the RLP of an empty list: the chain has no uncles. */
const noUncles = '0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347'

/** A block. Roots that this chain doesn't have (a block commits to no state) are zero. */
export function formatBlock(block: ExecutedBlock, raws: readonly Uint8Array[], isFull: boolean, config: ChainConfig) {
  const logs = block.transactions.flatMap((transaction) => transaction.logs)
  return {
    number: toHex(block.number),
    hash: toHex(block.hash),
    parentHash: toHex(block.parentHash),
    timestamp: toHex(block.time),
    baseFeePerGas: toHex(block.baseFee),
    gasUsed: toHex(block.gasUsed),
    gasLimit: toHex(config.blockGasLimit),
    miner: toHex(config.feeRecipient),
    mixHash: toHex(hashPrevRandao(block.parentHash)),
    size: toHex(raws.reduce((sum, { length }) => sum + length, 0)),
    transactions: block.transactions.map((transaction, index) =>
      isFull ? formatTransaction(raws[index]!, transaction.from, { block, index }) : toHex(transaction.hash),
    ),
    logsBloom: bloomOf(logs),
    nonce: '0x0000000000000000',
    difficulty: '0x0',
    totalDifficulty: '0x0',
    extraData: '0x',
    sha3Uncles: noUncles,
    uncles: [],
    stateRoot: zeroHash,
    transactionsRoot: zeroHash,
    receiptsRoot: zeroHash,
  }
}

/** Where a transaction was executed. */
export interface Place {
  readonly block: ExecutedBlock
  readonly index: number
}

/** A transaction; without a place it waits. */
export function formatTransaction(raw: Uint8Array, from: Uint8Array, place?: Place) {
  const { parsed, authorizationList } = parse(raw)
  const { nonce, to, value, gas, data, accessList, chainId, r, s, v, yParity } = parsed
  const type = typeOf(raw)
  const executed = place?.block.transactions[place.index]
  const gasPrice = executed?.gasPrice ?? parsed.gasPrice ?? parsed.maxFeePerGas ?? 0n
  const dynamic = {
    maxFeePerGas: toHex(parsed.maxFeePerGas ?? 0n),
    maxPriorityFeePerGas: toHex(parsed.maxPriorityFeePerGas ?? 0n),
  }
  return {
    hash: toHex(keccak256(raw)),
    type: toHex(type),
    from: toHex(from),
    to: to ?? null,
    nonce: toHex(nonce ?? 0),
    value: toHex(value ?? 0n),
    gas: toHex(gas ?? 0n),
    gasPrice: toHex(gasPrice),
    input: data ?? '0x',
    r,
    s,
    v: toHex(v ?? BigInt(yParity ?? 0)),
    ...(chainId === undefined ? {} : { chainId: toHex(chainId) }),
    ...(type === 0 ? {} : { accessList: accessList ?? [], yParity: toHex(yParity ?? 0) }),
    ...(type >= 2 ? dynamic : {}),
    ...(type === 4 ? { authorizationList } : {}),
    blockHash: place === undefined ? null : toHex(place.block.hash),
    blockNumber: place === undefined ? null : toHex(place.block.number),
    transactionIndex: place === undefined ? null : toHex(place.index),
  }
}

/** The fields of a transaction. Those of an authorisation can be of any size, which viem has no numbers for. */
function parse(raw: Uint8Array) {
  if (typeOf(raw) !== 4) return { parsed: parseTransaction(toHex(raw) as `0x02${string}`), authorizationList: [] }
  const fields = fromRlp(raw.subarray(1), 'hex') as (Hex | Hex[][])[]
  // A transaction of type 2 has all fields but this one.
  const [tuples] = fields.splice(9, 1) as [Hex[][]]
  const parsed = parseTransaction(concatHex(['0x02', toRlp(fields)]))
  const authorizationList = tuples.map(([chainId, address, nonce, yParity, r, s]) => {
    const [chain, count, parity, x, y] = [chainId, nonce, yParity, r, s].map((field) =>
      toHex(field === '0x' ? 0n : BigInt(field!)),
    )
    return { chainId: chain, address, nonce: count, yParity: parity, r: x, s: y }
  })
  return { parsed, authorizationList }
}

export function formatReceipt(place: Place, raw: Uint8Array) {
  const { block, index } = place
  const transaction = block.transactions[index]!
  const upTo = block.transactions.slice(0, index + 1)
  return {
    transactionHash: toHex(transaction.hash),
    transactionIndex: toHex(index),
    blockHash: toHex(block.hash),
    blockNumber: toHex(block.number),
    from: toHex(transaction.from),
    to: transaction.to === undefined ? null : toHex(transaction.to),
    contractAddress: transaction.contractAddress === undefined ? null : toHex(transaction.contractAddress),
    status: toHex(Number(transaction.status)),
    type: toHex(typeOf(raw)),
    gasUsed: toHex(transaction.gasUsed),
    cumulativeGasUsed: toHex(upTo.reduce((sum, { gasUsed }) => sum + gasUsed, 0n)),
    effectiveGasPrice: toHex(transaction.gasPrice),
    logs: formatLogs(block).filter(({ transactionIndex }) => transactionIndex === toHex(index)),
    logsBloom: bloomOf(transaction.logs),
  }
}

/** All logs of a block. */
export function formatLogs(block: ExecutedBlock) {
  const entries = block.transactions.flatMap((transaction: ExecutedTransaction, index) =>
    transaction.logs.map((log) => ({ transaction, index, log })),
  )
  return entries.map(({ transaction, index, log }, logIndex) => ({
    address: toHex(log.address),
    topics: log.topics.map(toHex),
    data: toHex(log.data),
    blockNumber: toHex(block.number),
    blockHash: toHex(block.hash),
    blockTimestamp: toHex(block.time),
    transactionHash: toHex(transaction.hash),
    transactionIndex: toHex(index),
    logIndex: toHex(logIndex),
    removed: false,
  }))
}

function bloomOf(logs: readonly Log[]) {
  const bloom = new Bloom()
  for (const { address, topics } of logs) for (const item of [address, ...topics]) bloom.add(item)
  return toHex(bloom.bitvector)
}

/** The EIP-2718 type of a raw transaction. */
function typeOf(raw: Uint8Array): number {
  return raw[0]! >= 0xc0 ? 0 : raw[0]!
}
