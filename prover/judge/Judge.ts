/**
 * The judge of our own machine: a batch run again on @ethereumjs/vm, with the rules of docs/2-batch.md written a second
 * time here. Nothing of `prover/machine` but constants and types is used, so that a mistake there shows as a difference.
 */
import { type Block, createBlock } from '@ethereumjs/block'
import { type Common, createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM, type EVMMockBlockchainInterface } from '@ethereumjs/evm'
import { createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import { Address, bigIntToBytes, bytesToBigInt, equalsBytes, setLengthLeft } from '@ethereumjs/util'
import { createVM, runTx, type VM } from '@ethereumjs/vm'
import { concat, keccak256, stringToHex, toHex } from 'viem'
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import type * as StateDiff from '../commitment/StateDiff.ts'
import type { BaseState } from '../machine/BaseState.ts'
import type { ChainConfig } from '../machine/ChainConfig.ts'
import type * as Executor from '../machine/Executor.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import { customCrypto, precompilesUnder } from './DelegatedPrecompiles.ts'
import { findDifference } from './Difference.ts'
import { OverlayState } from './OverlayState.ts'

/** A batch as it is on L1. */
export interface JudgedInput {
  readonly payload: Uint8Array
  readonly l1Time: bigint
}

export interface JudgedTransaction {
  readonly hash: Uint8Array
  readonly succeeded: boolean
  readonly gasUsed: bigint
  readonly logs: readonly Executor.Log[]
}

export interface JudgedBlock {
  readonly number: bigint
  readonly time: bigint
  readonly hash: Uint8Array
  readonly baseFee: bigint
  readonly gasUsed: bigint
  /** Skipped ones are not among them. */
  readonly transactions: readonly JudgedTransaction[]
}

export interface Judgement {
  readonly diff: StateDiff.StateDiff
  readonly blocks: readonly JudgedBlock[]
  readonly gasUsed: bigint
}

const maxTimeDrift = 3_600n
const maxTransactionGas = 2n ** 24n
const maxBaseFee = 2n ** 128n - 1n
const systemAddress = new Address(SystemAccount.address)

/** What `f` makes of a batch on `base`. */
export async function judge(base: BaseState, input: JudgedInput, config: ChainConfig): Promise<Judgement> {
  const run = await BatchRun.create(base, input, config)
  const blocks: JudgedBlock[] = []
  for (const posted of PayloadCodec.decode(input.payload, config.maxTransactionBytes))
    blocks.push(await run.block(posted))
  await run.end()
  return { diff: run.state.diff(), blocks, gasUsed: blocks.reduce((sum, { gasUsed }) => sum + gasUsed, 0n) }
}

/** Throws if the machine made something else of a batch than the judge does. */
export async function check(
  base: BaseState,
  input: JudgedInput,
  config: ChainConfig,
  executed: Executor.ExecutedBatch,
): Promise<void> {
  const judged = await judge(base, input, config)
  const difference = findDifference(executed, judged)
  if (difference !== undefined) throw new JudgeError(difference)
}

class BatchRun {
  readonly state: OverlayState
  readonly #config: ChainConfig
  readonly #l1Time: bigint
  readonly #common: Common
  readonly #vm: VM
  #gasLeft: bigint
  #head: SystemAccount.Head
  #parentHash: Uint8Array

  private constructor(
    state: OverlayState,
    vm: VM,
    input: JudgedInput,
    config: ChainConfig,
    head: bigint,
    hash: Uint8Array,
  ) {
    this.state = state
    this.#vm = vm
    this.#common = vm.common
    this.#config = config
    this.#l1Time = input.l1Time
    this.#gasLeft = config.batchGasLimit
    this.#head = SystemAccount.decodeHead(head)
    this.#parentHash = hash
  }

  static async create(base: BaseState, input: JudgedInput, config: ChainConfig): Promise<BatchRun> {
    const state = new OverlayState(base)
    const chain = { chainId: config.chainId.toString() }
    const common = createCustomCommon(chain, Mainnet, { hardfork: Hardfork.Osaka, customCrypto })
    const customPrecompiles = precompilesUnder(config.precompileGasCap, common)
    const blockchain = historyOf(state)
    const evm = await createEVM({ common, stateManager: state, blockchain, customPrecompiles })
    const vm = await createVM({ common, stateManager: state, evm })
    const head = bytesToBigInt(await state.getStorage(systemAddress, word(SystemAccount.headSlot)))
    const parent = await blockHashIn(state, SystemAccount.decodeHead(head).number)
    return new BatchRun(state, vm, input, config, head, parent)
  }

  async block(posted: PayloadCodec.PostedBlock): Promise<JudgedBlock> {
    const number = this.#head.number + 1n
    const time = this.#timeOf(posted.time)
    const baseFee = this.#head.nextBaseFee
    const prevRandao = hash('PrevRandao', this.#parentHash)
    const header = {
      number,
      timestamp: time,
      gasLimit: this.#config.blockGasLimit,
      baseFeePerGas: baseFee,
      coinbase: new Address(this.#config.feeRecipient),
      mixHash: prevRandao,
      excessBlobGas: 0n,
    }
    const options = { common: this.#common, skipConsensusFormatValidation: true }
    const block = createBlock({ header }, options)
    let gasUsed = 0n
    let transactionsHash = new Uint8Array(32)
    const transactions: JudgedTransaction[] = []
    for (const raw of posted.transactions) {
      const result = await this.#transaction(raw, block, this.#config.blockGasLimit - gasUsed)
      if (result === undefined) continue
      transactions.push(result)
      gasUsed += result.gasUsed
      this.#gasLeft -= result.gasUsed
      transactionsHash = hash('TransactionChain', transactionsHash, result.hash)
    }
    const blockHash = hash('BlockHash', this.#parentHash, word(number), word(time), transactionsHash)
    await this.#store(SystemAccount.blockHashSlot(number), blockHash)
    const nextBaseFee = createBlock({ header: { ...header, gasUsed } }, options).header.calcNextBaseFee()
    this.#head = { number, time, nextBaseFee: nextBaseFee > maxBaseFee ? maxBaseFee : nextBaseFee }
    this.#parentHash = blockHash
    return { number, time, hash: blockHash, baseFee, gasUsed, transactions }
  }

  /** Writes the head. */
  async end(): Promise<void> {
    await this.#store(SystemAccount.headSlot, word(SystemAccount.encodeHead(this.#head)))
  }

  /** B-4. */
  #timeOf(posted: bigint): bigint {
    const earliest = this.#l1Time > maxTimeDrift ? this.#l1Time - maxTimeDrift : 0n
    const notAfter = posted < this.#l1Time ? posted : this.#l1Time
    return [this.#head.time, earliest, notAfter].reduce((latest, time) => (time > latest ? time : latest))
  }

  /** Undefined if the transaction is skipped: @ethereumjs decides on most of B-8, we on what is our own. */
  async #transaction(raw: Uint8Array, block: Block, blockGasLeft: bigint): Promise<JudgedTransaction | undefined> {
    const tx = decode(raw, this.#common)
    if (tx === undefined || tx.gasLimit > maxTransactionGas) return undefined
    if (tx.gasLimit > blockGasLeft || tx.gasLimit > this.#gasLeft) return undefined
    try {
      const options = { tx, block, skipBlockGasLimitValidation: true }
      const { totalGasSpent, execResult, receipt } = await runTx(this.#vm, options)
      const logs = receipt.logs.map(([address, topics, data]) => ({ address, topics, data }))
      return { hash: tx.hash(), succeeded: execResult.exceptionError === undefined, gasUsed: totalGasSpent, logs }
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) throw error
      return undefined // runTx has taken back what it did
    }
  }

  async #store(slot: bigint, value: Uint8Array): Promise<void> {
    await this.state.putStorage(systemAddress, word(slot), value)
    this.state.originalStorageCache.clear()
  }
}

/** The transaction in `raw` with a valid signature, if it is of a known type and written in the one canonical way. */
function decode(raw: Uint8Array, common: Common): TypedTransaction | undefined {
  if (raw[0]! < 0xc0 && ![1, 2, 4].includes(raw[0]!)) return undefined
  try {
    const tx = createTxFromRLP(raw, { common })
    if (!equalsBytes(tx.serialize(), raw) || !hasListsWhereDue(tx)) return undefined
    tx.getSenderAddress()
    return tx
  } catch {
    return undefined
  }
}

/** @ethereumjs/tx takes an empty string for an empty list; the RLP of both lists is a list all the way. */
function hasListsWhereDue(tx: TypedTransaction): boolean {
  if ('authorizationList' in tx && !tx.authorizationList.every((tuple) => Array.isArray(tuple))) return false
  if (!('accessList' in tx)) return true
  return Array.isArray(tx.accessList) && tx.accessList.every((entry) => Array.isArray(entry) && Array.isArray(entry[1]))
}

/** The chain as BLOCKHASH sees it: the system account's slots. */
function historyOf(state: OverlayState): EVMMockBlockchainInterface {
  return {
    getBlock: async (number) => {
      const blockHash = await blockHashIn(state, BigInt(number))
      return { hash: () => blockHash }
    },
    putBlock: async () => {},
    shallowCopy: () => historyOf(state),
  }
}

async function blockHashIn(state: OverlayState, number: bigint): Promise<Uint8Array> {
  return setLengthLeft(await state.getStorage(systemAddress, word(SystemAccount.blockHashSlot(number))), 32)
}

/** H(tag, words…), written apart from the machine's. */
function hash(tag: string, ...words: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    keccak256(concat([stringToHex(tag, { size: 32 }), ...words.map((bytes) => toHex(bytes))]), 'bytes'),
  )
}

function word(value: bigint): Uint8Array {
  return setLengthLeft(bigIntToBytes(value), 32)
}

/** Our machine and the judge disagree about a batch: nothing may be posted or claimed before it is known which is wrong. */
export class JudgeError extends Error {
  override readonly name = 'JudgeError'
  constructor(difference: string) {
    super(`the judge disagrees with the machine about this batch: ${difference}`)
  }
}
