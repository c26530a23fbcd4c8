// What was: blocks, transactions, receipts, logs and fees.
import { z } from 'zod'
import * as Address from '../../machine/Address.ts'
import { nextBaseFee } from '../../machine/boundary/Block.ts'
import { decodeTransaction } from '../../machine/boundary/TransactionDecoder.ts'
import type { ExecutedBlock } from '../../machine/Executor.ts'
import * as Schema from '../../Schema.ts'
import type { ChainReader } from '../ChainReader.ts'
import type { Mempool } from '../Mempool.ts'
import * as Format from './Format.ts'
import { type BlockTag, blockTag, type LogFilter, logFilter, type Methods, method, toHex } from './Method.ts'
import { codes, RpcError } from './RpcError.ts'

/** What a transaction offers above the base fee unless its sender knows better: the order is that of arrival. */
const suggestedTip = 1_000_000n
const maxLogs = 10_000
const maxHistory = 1_024n

export function chainMethods(chain: ChainReader, mempool: Mempool): Methods {
  const { store } = chain
  const { config } = store.genesis
  const isFull = z.boolean().default(false)

  const blockJson = (block: ExecutedBlock | undefined, full: boolean) =>
    block === undefined ? null : Format.formatBlock(block, chain.rawTransactions(block), full, config)
  const placeOf = (hash: Uint8Array): Format.Place | undefined => {
    const found = store.transaction(hash)
    return found && { block: chain.block(found.block)!, index: found.index }
  }
  const transactionAt = (place: Format.Place) => {
    const transaction = place.block.transactions[place.index]
    if (transaction === undefined) return null
    return Format.formatTransaction(chain.rawTransactions(place.block)[place.index]!, transaction.from, place)
  }
  const countOf = (block: ExecutedBlock | undefined) => (block === undefined ? null : toHex(block.transactions.length))
  const receiptsOf = (block: ExecutedBlock) =>
    chain.rawTransactions(block).map((raw, index) => Format.formatReceipt({ block, index }, raw))

  return {
    eth_chainId: method([], () => toHex(config.chainId)),
    net_version: method([], () => config.chainId.toString()),
    net_listening: method([], () => true),
    web3_clientVersion: method([], () => 'flat-kv-rollup/0.1.0'),
    eth_syncing: method([], () => false),
    eth_accounts: method([], () => []),
    eth_blockNumber: method([], () => toHex(store.newestBlock)),
    eth_getBlockByNumber: method([blockTag, isFull], (tag, full) => blockJson(blockAt(chain, tag), full)),
    eth_getBlockByHash: method([Schema.word, isFull], (hash, full) => blockJson(chain.blockByHash(hash), full)),
    eth_getBlockTransactionCountByNumber: method([blockTag], (tag) => countOf(blockAt(chain, tag))),
    eth_getBlockTransactionCountByHash: method([Schema.word], (hash) => countOf(chain.blockByHash(hash))),
    eth_getBlockReceipts: method([blockTag], (tag) => {
      const block = blockAt(chain, tag)
      return block === undefined ? null : receiptsOf(block)
    }),
    eth_getTransactionByHash: method([Schema.word], (hash) => {
      const place = placeOf(hash)
      if (place !== undefined) return transactionAt(place)
      const raw = mempool.get(hash)
      const decoded = raw && decodeTransaction(raw, config.chainId)
      if (raw === undefined || decoded === undefined || typeof decoded === 'string') return null
      return Format.formatTransaction(raw, Address.toBytes(decoded.origin))
    }),
    eth_getTransactionByBlockNumberAndIndex: method([blockTag, Schema.unsigned(32)], (tag, index) => {
      const block = blockAt(chain, tag)
      return block === undefined ? null : transactionAt({ block, index: Number(index) })
    }),
    eth_getTransactionReceipt: method([Schema.word], (hash) => {
      const place = placeOf(hash)
      return place === undefined ? null : (receiptsOf(place.block)[place.index] ?? null)
    }),
    eth_getLogs: method([logFilter], (filter) => findLogs(chain, filter)),
    eth_sendRawTransaction: method([Schema.bytes], (raw) => toHex(mempool.add(raw))),
    eth_maxPriorityFeePerGas: method([], () => toHex(suggestedTip)),
    eth_gasPrice: method([], () => toHex(baseFeeAfter(chain, store.newestBlock) + suggestedTip)),
    eth_feeHistory: method(
      [Schema.unsigned(64), blockTag, z.array(z.number().min(0).max(100)).nullish()],
      (count, tag, percentiles) => feeHistory(chain, count, tag, percentiles ?? undefined),
    ),
  }
}

/** The block that a tag means; undefined if there is none (yet). */
export function blockAt(chain: ChainReader, tag: BlockTag): ExecutedBlock | undefined {
  if (tag === 'earliest') return chain.block(0n)
  if (typeof tag === 'string') return chain.block(chain.store.newestBlock)
  return typeof tag === 'bigint' ? chain.block(tag) : chain.blockByHash(tag.blockHash)
}

function numberAt(chain: ChainReader, tag: BlockTag): bigint {
  if (typeof tag === 'bigint') return tag
  const block = blockAt(chain, tag)
  if (block === undefined) throw new RpcError(codes.refused, 'unknown block')
  return block.number
}

function findLogs(chain: ChainReader, filter: LogFilter) {
  const newest = chain.store.newestBlock
  const isOne = filter.blockHash !== undefined
  const from = numberAt(chain, isOne ? { blockHash: filter.blockHash! } : (filter.fromBlock ?? 'latest'))
  const end = isOne ? from : numberAt(chain, filter.toBlock ?? 'latest')
  const logs: ReturnType<typeof Format.formatLogs> = []
  for (let number = from; number <= end && number <= newest; number++) {
    logs.push(...Format.formatLogs(chain.block(number)!).filter((log) => matches(log, filter)))
    if (logs.length > maxLogs) throw new RpcError(codes.refused, `more than ${maxLogs} logs: ask for fewer blocks`)
  }
  return logs
}

function matches(log: { address: string; topics: string[] }, { address, topics }: LogFilter): boolean {
  if (address && !address.some((wanted) => toHex(wanted) === log.address)) return false
  return topics.every((wanted, at) => !wanted || wanted.some((topic) => toHex(topic) === log.topics[at]))
}

function baseFeeAfter(chain: ChainReader, number: bigint): bigint {
  const { baseFee, gasUsed } = chain.block(number)!
  // Block 0 has the base fee of the block after it.
  return number === 0n ? baseFee : nextBaseFee(baseFee, gasUsed, chain.store.genesis.config.blockGasLimit)
}

function feeHistory(chain: ChainReader, count: bigint, tag: BlockTag, percentiles: number[] | undefined) {
  const newest = numberAt(chain, tag)
  if (newest > chain.store.newestBlock) throw new RpcError(codes.refused, `block ${newest} is not there yet`)
  const wanted = [count, maxHistory, newest + 1n].reduce((least, other) => (other < least ? other : least))
  const blocks = Array.from({ length: Number(wanted) }, (_, at) => chain.block(newest - wanted + 1n + BigInt(at))!)
  const { blockGasLimit } = chain.store.genesis.config
  return {
    oldestBlock: toHex(newest - wanted + 1n),
    baseFeePerGas: [...blocks.map(({ baseFee }) => baseFee), baseFeeAfter(chain, newest)].map((fee) => toHex(fee)),
    gasUsedRatio: blocks.map(({ gasUsed }) => Number(gasUsed) / Number(blockGasLimit)),
    ...(percentiles === undefined ? {} : { reward: blocks.map((block) => rewardsOf(block, percentiles)) }),
  }
}

/** The tips of a block at the given percentiles of its gas. */
function rewardsOf({ baseFee, gasUsed, transactions }: ExecutedBlock, percentiles: readonly number[]) {
  const tips = transactions.map((transaction) => ({ tip: transaction.gasPrice - baseFee, gas: transaction.gasUsed }))
  tips.sort((left, right) => (left.tip < right.tip ? -1 : 1))
  return percentiles.map((percentile) => {
    let left = (Number(gasUsed) * percentile) / 100
    const found = tips.find(({ gas }) => {
      left -= Number(gas)
      return left <= 0
    })
    return toHex(found?.tip ?? tips.at(-1)?.tip ?? 0n)
  })
}
