/**
 * What a step came to: an instruction's success or why it halted, and which way a step of another kind went. The machine
 * commits to no reasons, so they are derived from what it was before the step and is after it; the step itself is not
 * told that it is watched.
 */
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import { emptyView, type View } from '../../../prover/machine/MemoryTree.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import type * as CallFrame from '../../../prover/machine/state/CallFrame.ts'
import * as CallState from '../../../prover/machine/state/CallState.ts'
import * as Operation from '../../../prover/machine/state/Operation.ts'
import type * as TransactionState from '../../../prover/machine/state/TransactionState.ts'
import { accessAddress } from '../../../prover/machine/WorldState.ts'
import * as BoundaryOutcome from './BoundaryOutcome.ts'
import * as CallOutcome from './CallOutcome.ts'
import * as InstructionOutcome from './InstructionOutcome.ts'

/** What the machine was before the step, as far as an outcome follows from it and a step may change it. */
export interface Before {
  kind: number
  /** The whole machine: it has ended. */
  isHalted: boolean
  /** 0 unless the kind is INSTRUCTION. */
  opcode: number
  frame: CallFrame.Frame
  gas: number
  pc: number
  codeSize: number
  memoryWords: number
  returndataLength: number
  calldata: View
  stackSize: number
  /** The items that the instruction takes, the top one first. */
  readonly operands: bigint[]
  refund: number
  transaction: TransactionState.Record
  /** Of the call in progress. */
  callKind: number
  callValue: bigint
  /** Steps that need to know: whether the address that they access is cold, or that they destroy was created. */
  flag: boolean
  /** The outcome of an AUTH_APPLY, which is known before it. */
  authorization: string
  operation: Operation.Record
  /** Of the batch: where the payload is read. */
  cursor: number
  blockTime: bigint
  baseFee: bigint
}

/** Of a step that has not begun. */
const nothing = {
  kind: 0,
  isHalted: false,
  opcode: 0,
  gas: 0,
  pc: 0,
  codeSize: 0,
  memoryWords: 0,
  returndataLength: 0,
  calldata: emptyView,
  stackSize: 0,
  refund: 0,
  callKind: 0,
  callValue: 0n,
  flag: false,
  authorization: '',
  cursor: 0,
  blockTime: 0n,
  baseFee: 0n,
}

/** Watches the steps of one machine, one after the other. */
export class Observer {
  readonly #before: Before

  constructor({ frame, operation, transaction }: Machine) {
    this.#before = { ...nothing, operands: [], frame, operation: { ...operation }, transaction }
  }

  /** Looks at the machine before a step; gives the row of the coverage matrix that the step is in. */
  begin(m: Machine): string {
    const before = this.#before
    const { frame } = m
    before.kind = m.operation.kind
    before.isHalted = m.haltedRoot !== undefined
    before.frame = frame
    before.gas = frame.gas
    if (before.kind !== StepKinds.INSTRUCTION) return this.#beginOther(m)
    const { items } = frame.stack
    before.opcode = Interpreter.nextOpcode(m)
    before.pc = frame.pc
    before.codeSize = frame.code.size
    before.memoryWords = frame.memory.words
    before.returndataLength = frame.returndata.length
    before.calldata = frame.calldata
    before.stackSize = items.length
    before.refund = m.world.refund
    const entry = Opcodes.table[before.opcode]
    if (entry === undefined) return 'undefined opcode'
    before.operands.length = 0
    for (let index = 1; index <= entry.stackIn; index++) before.operands.push(items[items.length - index] ?? 0n)
    return entry.name
  }

  /** What the step that has been made since `begin` came to. */
  end(m: Machine): string {
    const before = this.#before
    if (before.isHalted) return 'stays'
    if (before.kind === StepKinds.INSTRUCTION) return InstructionOutcome.outcomeOf(before, m)
    if (before.kind >= StepKinds.CALL_ACCESS) return CallOutcome.outcomeOf(before, m)
    return BoundaryOutcome.outcomeOf(before, m)
  }

  #beginOther(m: Machine): string {
    const before = this.#before
    const { operation, call, frame, world } = m
    before.opcode = 0
    Object.assign(before.operation, operation)
    if (before.kind < StepKinds.CALL_ACCESS) before.transaction = { ...m.transaction }
    before.refund = world.refund
    before.callKind = call.kind
    before.callValue = call.value
    before.cursor = m.batch.cursor
    before.blockTime = m.block.time
    before.baseFee = m.block.baseFee
    before.flag = false
    if (before.isHalted) return 'HALTED'
    if (before.kind === StepKinds.CALL_DELEGATE) before.flag = accessAddress(m, call.delegate)
    const isAccess = before.kind === StepKinds.CALL_ACCESS || before.kind === StepKinds.CREATE_TARGET
    if (isAccess || before.kind === StepKinds.SELFDESTRUCT_CREDIT) before.flag = accessAddress(m, call.target)
    if (before.kind === StepKinds.SELFDESTRUCT_DEBIT) before.flag = world.openCreated(frame.self)
    if (before.kind === StepKinds.AUTH_APPLY) before.authorization = BoundaryOutcome.authorizationOf(m)
    if (before.kind !== StepKinds.PRECOMPILE) return StepKinds.nameOf(before.kind)
    before.calldata = frame.calldata
    return `PRECOMPILE 0x${frame.target.toString(16).padStart(2, '0')}`
  }
}

/** Whether the step ended the frame exceptionally. */
export function hasHalted(m: Machine): boolean {
  return m.operation.kind === StepKinds.FRAME_EXIT && m.operation.next === Operation.EXCEPTIONAL_HALT
}

const callKinds: Readonly<Record<number, string>> = {
  [CallState.CALL]: 'CALL',
  [CallState.CALLCODE]: 'CALLCODE',
  [CallState.DELEGATECALL]: 'DELEGATECALL',
  [CallState.STATICCALL]: 'STATICCALL',
  [CallState.CREATE]: 'CREATE',
  [CallState.CREATE2]: 'CREATE2',
}

/** The instruction that makes the call in progress. */
export function callName({ callKind }: Before): string {
  return callKinds[callKind] ?? `call kind ${callKind}`
}
