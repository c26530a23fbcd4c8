/**
 * Run mode: executes a batch on a flat state and gives its diff and receipts; and single calls for whoever asks what one
 * would do. Nothing here is committed; `BatchTrace` is the same machine in prove mode.
 */
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import type { StateDiff } from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Address from './Address.ts'
import type { BaseState } from './BaseState.ts'
import { systemAddress } from './boundary/Batch.ts'
import { RawTransaction } from './boundary/RawTransaction.ts'
import { enterTransaction } from './boundary/Transaction.ts'
import type { ChainConfig } from './ChainConfig.ts'
import * as Interpreter from './Interpreter.ts'
import * as Machine from './Machine.ts'
import { makeView } from './MemoryTree.ts'
import type * as Receipt from './Receipt.ts'
import { RunWorld } from './RunWorld.ts'
import * as StepKinds from './StepKinds.ts'
import * as SystemAccount from './SystemAccount.ts'
import * as CallState from './state/CallState.ts'
import * as Operation from './state/Operation.ts'

/** T_n and when it was posted. */
export interface BatchInput {
  readonly payload: Uint8Array
  readonly l1Time: bigint
}

export interface Log {
  readonly address: Uint8Array
  readonly topics: readonly Uint8Array[]
  readonly data: Uint8Array
}

export interface ExecutedTransaction {
  readonly hash: Uint8Array
  readonly from: Uint8Array
  /** Undefined for a creation. */
  readonly to: Uint8Array | undefined
  readonly status: boolean
  readonly gasUsed: bigint
  /** What a unit of gas cost, base fee included. */
  readonly gasPrice: bigint
  /** The new contract of a creation that succeeded. */
  readonly contractAddress: Uint8Array | undefined
  readonly logs: readonly Log[]
}

export interface ExecutedBlock {
  readonly number: bigint
  readonly time: bigint
  readonly baseFee: bigint
  readonly gasUsed: bigint
  readonly parentHash: Uint8Array
  readonly hash: Uint8Array
  readonly transactions: readonly ExecutedTransaction[]
  readonly skipped: readonly Receipt.SkippedTransaction[]
}

export interface ExecutedBatch {
  readonly diff: StateDiff
  readonly blocks: readonly ExecutedBlock[]
  readonly gasUsed: bigint
  /** Codes of contracts that the batch created; maybe also of creations that were reverted. */
  readonly newCodes: readonly { readonly codeHash: Uint8Array; readonly code: Uint8Array }[]
}

/** Executes a batch on `base`, which stays as it is. Total: every payload has a result. */
export function executeBatch(base: BaseState, input: BatchInput, config: ChainConfig): ExecutedBatch {
  const world = new RunWorld(base)
  const m = Machine.create(world, runPayload(input.payload), Word.zero, input.l1Time, config)
  Interpreter.run(m)
  return {
    ...resultOf(m),
    newCodes: Array.from(world.newCodes.values(), ({ hash, bytes }) => ({ codeHash: hash, code: bytes })),
  }
}

/** What a machine that has halted has made of its batch, in whichever mode it ran. */
export function resultOf(m: Machine.Machine): Omit<ExecutedBatch, 'newCodes'> {
  return { diff: m.world.stateDiff(), blocks: m.blocks.map(toBlock), gasUsed: m.batch.gasUsed }
}

/**
 * Why a block after the newest one of `base` would skip a transaction (B-8), or undefined: the machine's own checks, made
 * without running it.
 */
export function refusalOf(base: BaseState, raw: Uint8Array, config: ChainConfig): string | undefined {
  if (raw.length === 0 || raw.length > config.maxTransactionBytes) {
    return `${raw.length} bytes are none, or more than ${config.maxTransactionBytes}`
  }
  const payload = PayloadCodec.encode([{ time: 0n, transactions: [raw] }])
  const m = Machine.create(new RunWorld(base), runPayload(payload), Word.zero, 0n, config)
  Interpreter.runUntil(m, ({ operation, skipped }) => operation.kind === StepKinds.TX_START || skipped.length > 0)
  return m.skipped[0]?.reason
}

/** A call that nobody signed and that leaves nothing behind. */
export interface Call {
  readonly from: Uint8Array
  /** Undefined for a creation. */
  readonly to: Uint8Array | undefined
  readonly data: Uint8Array
  readonly value: bigint
  /** The items of an authorisation list (EIP-7702), encoded one after the other: they apply before the call. */
  readonly authorizations?: Uint8Array | undefined
  /** What the call has to spend, not what a transaction would need besides; at most 2^24, as in a transaction. */
  readonly gas: number
}

export interface CallResult {
  readonly status: 'returned' | 'reverted' | 'halted'
  readonly output: Uint8Array
  readonly gasUsed: number
  /** What a transaction would get back, before the cap of a fifth. */
  readonly refund: number
  readonly logs: readonly Log[]
}

/** Runs a call in a block after the newest one of `base`, without fees and without a check of the sender's nonce. */
export function call(base: BaseState, request: Call, config: ChainConfig, time?: bigint): CallResult {
  const world = new RunWorld(base)
  const m = Machine.create(world, runPayload(new Uint8Array(0)), Word.zero, 0n, config)
  const head = SystemAccount.decodeHead(world.openSlot(systemAddress, SystemAccount.headSlot))
  m.block.number = head.number + 1n
  m.block.time = time ?? head.time
  m.block.baseFee = head.nextBaseFee
  const gasLeft = enterCall(m, request)
  const { status, output } = m.outcome
  return {
    status: status === Operation.RETURNED ? 'returned' : status === Operation.REVERTED ? 'reverted' : 'halted',
    output,
    gasUsed: request.gas - gasLeft,
    refund: world.refund,
    logs: m.logs.map(toLog),
  }
}

/** Runs the top frame of a call; gives the gas that is left. */
function enterCall(m: Machine.Machine, { from, to, data, value, gas, authorizations }: Call): number {
  const origin = Address.fromBytes(from)
  const sender = m.world.openAccount(origin)
  const isCreate = to === undefined
  const target = isCreate ? Address.ofCreate(origin, sender.nonce) : Address.fromBytes(to)
  if (isCreate) m.world.writeAccount(origin, sender, sender.nonce + 1n, sender.balance, sender.codeHash)
  if (authorizations !== undefined) authorize(m, authorizations)
  m.world.startTransaction()
  m.transaction.origin = origin
  m.transaction.to = target
  m.transaction.gasPrice = m.block.baseFee
  enterTransaction(m, origin, gas)
  m.call.kind = isCreate ? CallState.CREATE : CallState.CALL
  m.call.target = target
  m.call.value = value
  m.call.input = makeView(new RawTransaction(data), 0, data.length)
  // A soft failure would end in the pseudo-frame, which has no code to go on with.
  if (sender.balance < value) throw new InsufficientBalanceError(sender.balance, value)
  Machine.setOperation(m, isCreate ? StepKinds.CREATE_TARGET : StepKinds.CALL_ACCESS)
  Interpreter.runUntil(m, ({ operation }) => operation.kind === StepKinds.TX_REFUND)
  return m.frame.gas
}

/** Makes the steps of an authorisation list, as those of a transaction that consists of nothing else. */
function authorize(m: Machine.Machine, tuples: Uint8Array): void {
  m.transaction.raw = new RawTransaction(tuples)
  m.transaction.length = m.transaction.authEnd = tuples.length
  Machine.setOperation(m, StepKinds.AUTH_RECOVER)
  Interpreter.runUntil(m, ({ operation }) => operation.kind === StepKinds.TX_START)
}

function runPayload(bytes: Uint8Array) {
  return {
    bytes,
    proveChunk: () => {
      throw new Error('run mode proves nothing')
    },
  }
}

function toBlock(block: Receipt.BlockResult): ExecutedBlock {
  return { ...block, transactions: block.transactions.map(toTransaction) }
}

function toTransaction(result: Receipt.TransactionResult): ExecutedTransaction {
  const { from, to, contractAddress, logs } = result
  return {
    ...result,
    from: Address.toBytes(from),
    to: to === undefined ? undefined : Address.toBytes(to),
    contractAddress: contractAddress === undefined ? undefined : Address.toBytes(contractAddress),
    logs: logs.map(toLog),
  }
}

function toLog({ address, topics, data }: Receipt.Log): Log {
  return { address: Address.toBytes(address), topics: topics.map(Word.fromBigint), data }
}

/** A call that sends more than its sender has. */
export class InsufficientBalanceError extends Error {
  override readonly name = 'InsufficientBalanceError'

  constructor(balance: bigint, value: bigint) {
    super(`the sender has ${balance} wei, fewer than the ${value} that the call sends`)
  }
}
