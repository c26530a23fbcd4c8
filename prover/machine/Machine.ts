/**
 * The machine's records in working form (docs/5-machine.md, 5.1), and the ways in which every step may change them. Run
 * mode and prove mode execute the same steps on it; they differ in the world and in what is hashed.
 */
import * as Word from '../commitment/Word.ts'
import * as Address from './Address.ts'
import type { PayloadSource } from './boundary/PayloadSource.ts'
import type { ChainConfig } from './ChainConfig.ts'
import * as MemoryTree from './MemoryTree.ts'
import type { BlockResult, Log, SkippedTransaction, TransactionResult } from './Receipt.ts'
import * as StepKinds from './StepKinds.ts'
import * as BatchState from './state/BatchState.ts'
import * as BlockState from './state/BlockState.ts'
import * as CallFrame from './state/CallFrame.ts'
import * as CallState from './state/CallState.ts'
import * as Operation from './state/Operation.ts'
import * as TransactionState from './state/TransactionState.ts'
import type { Writer } from './Witness.ts'
import type { World } from './World.ts'

export interface Machine {
  batch: BatchState.Record
  block: BlockState.Record
  transaction: TransactionState.Record
  world: World
  frame: CallFrame.Frame
  operation: Operation.Record
  call: CallState.Record
  payload: PayloadSource
  /** The output, once the machine has halted. */
  haltedRoot: Uint8Array | undefined
  /** Gets the accesses of the step while its witness is recorded. */
  recorder: Writer | undefined

  // What follows is committed nowhere; receipts are made of it.
  logs: Log[]
  /** How the top frame of the transaction ended, and what it returned. */
  outcome: { status: number; output: Uint8Array }
  transactions: TransactionResult[]
  skipped: SkippedTransaction[]
  blocks: BlockResult[]
}

/** A machine before its first step. */
export function create(
  world: World,
  payload: PayloadSource,
  baseRoot: Uint8Array,
  l1Time: bigint,
  config: ChainConfig,
): Machine {
  return {
    batch: {
      baseRoot,
      payloadRoot: Word.zero,
      payloadLength: payload.bytes.length,
      l1Time,
      chainId: config.chainId,
      feeRecipient: Address.fromBytes(config.feeRecipient),
      blockGasLimit: config.blockGasLimit,
      batchGasLimit: config.batchGasLimit,
      maxTransactionBytes: config.maxTransactionBytes,
      precompileGasCap: config.precompileGasCap,
      cursor: 0,
      gasUsed: 0n,
    },
    block: BlockState.empty(),
    transaction: TransactionState.empty(),
    world,
    frame: CallFrame.empty(undefined),
    operation: Operation.ofKind(StepKinds.BATCH_BEGIN),
    call: CallState.empty(),
    payload,
    haltedRoot: undefined,
    recorder: undefined,
    logs: [],
    outcome: { status: 0, output: new Uint8Array(0) },
    transactions: [],
    skipped: [],
    blocks: [],
  }
}

/** A machine that goes its own way from here. Parents of the current frame are shared; who gets back to one copies it. */
export function fork(m: Machine, world: World): Machine {
  for (let parent = m.frame.parent; parent !== undefined && !parent.isShared; parent = parent.parent) {
    parent.isShared = true
  }
  const frame = CallFrame.clone(m.frame)
  // Code that is being installed, a transaction that is being loaded and memory that is being written are copied with
  // the views of them; everything else that a view can be of does not change any more.
  if (m.operation.kind === StepKinds.CODE_INSTALL) frame.code = frame.code.clone()
  const raw = m.operation.kind === StepKinds.TX_LOAD ? m.transaction.raw?.clone() : m.transaction.raw
  const transaction = Object.assign(TransactionState.empty(), m.transaction)
  transaction.raw = raw
  const operation = Object.assign(Operation.ofKind(m.operation.kind), m.operation)
  operation.source = moved(operation.source, m.frame.memory, frame.memory)
  const call = Object.assign(CallState.empty(), m.call)
  call.input = moved(call.input, m.frame.memory, frame.memory)
  // The same fields in the same order as `create` has them: forks of another shape would slow down whoever runs both.
  return {
    batch: BatchState.clone(m.batch),
    block: Object.assign(BlockState.empty(), m.block),
    transaction,
    world,
    frame,
    operation,
    call,
    payload: m.payload,
    haltedRoot: m.haltedRoot,
    recorder: undefined,
    logs: m.logs.slice(),
    outcome: m.outcome,
    transactions: m.transactions.slice(),
    skipped: m.skipped.slice(),
    blocks: m.blocks.slice(),
  }
}

function moved(view: MemoryTree.View, from: MemoryTree.Memory, to: MemoryTree.Memory): MemoryTree.View {
  return view.source === from ? MemoryTree.makeView(to, view.offset, view.length) : view
}

/** Ends the frame exceptionally: all its gas is gone, and why is not committed. The step has written nothing before. */
export function halt(m: Machine): void {
  CallFrame.clearExecution(m.frame)
  clearCall(m)
  setOperation(m, StepKinds.FRAME_EXIT)
  m.operation.next = Operation.EXCEPTIONAL_HALT
}

/** Takes `amount` of gas from the frame. If the frame has less, it halts, and the result is false. */
export function charge(m: Machine, amount: number): boolean {
  const { frame } = m
  if (frame.gas < amount) {
    halt(m)
    return false
  }
  frame.gas -= amount
  return true
}

/** Makes an empty operation of `kind` the one in progress: the kind of the next step. */
export function setOperation(m: Machine, kind: number): void {
  const { operation } = m
  operation.kind = kind
  operation.next = 0
  operation.source = MemoryTree.emptyView
  operation.position = 0
  operation.destination = 0
  operation.remaining = 0
  operation.scratch = undefined
}

/** The next step is an instruction. */
export function clearOperation(m: Machine): void {
  setOperation(m, StepKinds.INSTRUCTION)
}

export function clearCall(m: Machine): void {
  m.call = CallState.empty()
}

/** Ends the frame with `status` (RETURNED or REVERTED) and `output`. */
export function exitFrame(m: Machine, status: number, output: MemoryTree.View): void {
  setOperation(m, StepKinds.FRAME_EXIT)
  m.operation.next = status
  m.operation.source = output
}

/** Ends the frame as RETURN does: a creation has its code checked and stored before. */
export function returnFrame(m: Machine, output: MemoryTree.View): void {
  if (m.frame.kind === CallFrame.CREATE) {
    setOperation(m, StepKinds.CREATE_RETURN)
    m.operation.source = output
  } else {
    exitFrame(m, Operation.RETURNED, output)
  }
}
