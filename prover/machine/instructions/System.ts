/** The CALL family, CREATE, CREATE2, RETURN, REVERT, INVALID, SELFDESTRUCT: they begin what the steps of `calls/` do. */
import * as Address from '../Address.ts'
import { beginKeccak } from '../bulk/KeccakBlock.ts'
import * as Gas from '../Gas.ts'
import { charge, exitFrame, halt, type Machine, returnFrame, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallState from '../state/CallState.ts'
import * as Operation from '../state/Operation.ts'

const MAX_INITCODE_SIZE = 49_152n

export function opCreate(m: Machine): void {
  if (beginCreate(m, CallState.CREATE, 0n, Gas.INITCODE_WORD)) setOperation(m, StepKinds.CREATE_CREATOR)
}

export function opCreate2(m: Machine): void {
  const { items } = m.frame.stack
  const salt = items[items.length - 4]!
  if (!beginCreate(m, CallState.CREATE2, salt, Gas.INITCODE_WORD + Gas.KECCAK_WORD)) return
  items.pop()
  beginKeccak(m, m.call.input, StepKinds.CREATE_CREATOR)
}

export function opCall(m: Machine): void {
  beginCall(m, CallState.CALL, true)
}

export function opCallcode(m: Machine): void {
  beginCall(m, CallState.CALLCODE, true)
}

export function opDelegatecall(m: Machine): void {
  beginCall(m, CallState.DELEGATECALL, false)
}

export function opStaticcall(m: Machine): void {
  beginCall(m, CallState.STATICCALL, false)
}

export function opReturn(m: Machine): void {
  const output = popOutput(m)
  if (output !== undefined) returnFrame(m, output)
}

export function opRevert(m: Machine): void {
  const output = popOutput(m)
  if (output !== undefined) exitFrame(m, Operation.REVERTED, output)
}

export function opInvalid(m: Machine): void {
  halt(m)
}

export function opSelfdestruct(m: Machine): void {
  const { frame, call } = m
  const beneficiary = Address.fromWord(frame.stack.items.pop()!)
  if (frame.isStatic) return halt(m)
  call.target = beneficiary
  call.value = m.world.openAccount(frame.self).balance
  setOperation(m, StepKinds.SELFDESTRUCT_CREDIT)
}

function beginCall(m: Machine, kind: number, hasValue: boolean): void {
  const { frame, call } = m
  const { items } = frame.stack
  const gas = items.pop()!
  const target = Address.fromWord(items.pop()!)
  const value = hasValue ? items.pop()! : 0n
  const inputOffset = items.pop()!
  const inputLength = items.pop()!
  const outOffset = items.pop()!
  const outLength = items.pop()!
  if (frame.isStatic && kind === CallState.CALL && value !== 0n) return halt(m)
  const inputWords = MemoryTree.wordsFor(inputOffset, inputLength)
  const outWords = MemoryTree.wordsFor(outOffset, outLength)
  const words = inputWords === undefined || outWords === undefined ? undefined : Math.max(inputWords, outWords)
  if (!MemoryTree.expandTo(m, words)) return

  call.kind = kind
  call.target = target
  call.value = value
  call.gas = gas
  call.input = MemoryTree.makeView(frame.memory, Number(inputOffset), Number(inputLength))
  call.outLength = Number(outLength)
  call.outOffset = outLength === 0n ? 0 : Number(outOffset)
  setOperation(m, StepKinds.CALL_ACCESS)
}

/** What CREATE and CREATE2 have in common; false if the frame has halted. */
function beginCreate(m: Machine, kind: number, salt: bigint, wordCost: number): boolean {
  const { frame, call } = m
  const { items } = frame.stack
  const value = items.pop()!
  const offset = items.pop()!
  const length = items.pop()!
  if (frame.isStatic || length > MAX_INITCODE_SIZE) {
    halt(m)
    return false
  }
  if (!MemoryTree.expand(m, offset, length)) return false
  if (!charge(m, wordCost * Gas.words(Number(length)))) return false
  call.kind = kind
  call.value = value
  call.input = MemoryTree.makeView(frame.memory, Number(offset), Number(length))
  call.salt = salt
  return true
}

/** The output of RETURN and REVERT; undefined if the frame has halted. */
function popOutput(m: Machine): MemoryTree.View | undefined {
  const { frame } = m
  const { items } = frame.stack
  const offset = items.pop()!
  const length = items.pop()!
  if (!MemoryTree.expand(m, offset, length)) return undefined
  return MemoryTree.makeView(frame.memory, Number(offset), Number(length))
}
