/** CALL_ACCESS, CALL_DELEGATE, CALL_CHARGE: from a call instruction, or the start of a transaction, to a new frame. */
import * as StateDiff from '../../commitment/StateDiff.ts'
import { type Code, delegateOf, emptyCode } from '../CodeTree.ts'
import * as Gas from '../Gas.ts'
import { charge, clearCall, clearOperation, type Machine, setOperation } from '../Machine.ts'
import { emptyView, Memory } from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'
import * as CallState from '../state/CallState.ts'
import { accessAddress, isPrecompile } from '../WorldState.ts'
import { enter, MAX_DEPTH } from './Credit.ts'

export function stepCallAccess(m: Machine): void {
  const { frame, world, call } = m
  const { kind, target, value } = call
  const isFree = frame.kind === CallFrame.TRANSACTION
  const isCold = accessAddress(m, target)
  const cost = (isCold ? Gas.COLD_ACCOUNT : Gas.WARM_ACCESS) + (value === 0n ? 0 : Gas.CALL_VALUE)
  if (!isFree && !charge(m, cost)) return
  const account = world.openAccount(target)
  const isEmpty = StateDiff.isEmptyAccount(account)
  const isNew = isEmpty && value !== 0n && kind === CallState.CALL
  if (!isFree && isNew && !charge(m, Gas.NEW_ACCOUNT)) return
  const code = isPrecompile(target) ? emptyCode : world.openCode(account.codeHash)
  if (isCold) world.addWarmAddress(target)
  call.touch = account.baseExists && isEmpty

  const delegate = delegateOf(code)
  if (delegate === undefined) return setCode(m, code)
  call.delegate = delegate
  setOperation(m, StepKinds.CALL_DELEGATE)
}

/** The code of a delegation's target is taken as it is: a second designator is code that halts. */
export function stepCallDelegate(m: Machine): void {
  const { frame, world } = m
  const { delegate } = m.call
  const isCold = accessAddress(m, delegate)
  const isFree = frame.kind === CallFrame.TRANSACTION
  if (!isFree && !charge(m, isCold ? Gas.COLD_ACCOUNT : Gas.WARM_ACCESS)) return
  if (isPrecompile(delegate)) return setCode(m, emptyCode)
  const code = world.openCode(world.openAccount(delegate).codeHash)
  if (isCold) world.addWarmAddress(delegate)
  setCode(m, code)
}

export function stepCallCharge(m: Machine): void {
  const { frame, world, call } = m
  const { kind, value } = call
  const movesValue = value !== 0n && (kind === CallState.CALL || kind === CallState.CALLCODE)
  const payer = movesValue ? world.openAccount(frame.self) : undefined
  const gas = takeGas(m)
  if ((payer !== undefined && payer.balance < value) || frame.depth >= MAX_DEPTH) {
    frame.gas += gas
    return failSoftly(m)
  }

  // The journal that a revert goes back to is the one before the transfer.
  const child = childOf(m, kindOf(call.target), gas)
  child.code = call.code
  if (kind === CallState.CALL && payer !== undefined) {
    world.writeAccount(frame.self, payer, payer.nonce, payer.balance - value, payer.codeHash)
  }
  m.frame = child
  const isCall = kind === CallState.CALL || kind === CallState.STATICCALL
  if ((kind === CallState.CALL && value !== 0n) || (isCall && call.touch)) setOperation(m, StepKinds.CREDIT)
  else enter(m)
}

/** Takes from the frame what the callee gets: all but one 64th at most, and the stipend on top if value is sent. */
function takeGas(m: Machine): number {
  const { frame, call } = m
  if (frame.kind === CallFrame.TRANSACTION) {
    const all = frame.gas
    frame.gas = 0
    return all
  }
  const most = Gas.allButOne64th(frame.gas)
  const gas = call.gas < BigInt(most) ? Number(call.gas) : most
  frame.gas -= gas
  return call.value === 0n ? gas : gas + Gas.CALL_STIPEND
}

function kindOf(target: bigint): number {
  return isPrecompile(target) ? CallFrame.PRECOMPILE : CallFrame.CALL
}

function setCode(m: Machine, code: Code): void {
  m.call.code = code
  setOperation(m, StepKinds.CALL_CHARGE)
}

/** The frame that `m.call` makes below the current one. The journal to go back to is the one at this moment. */
export function childOf(m: Machine, kind: number, gas: number): CallFrame.Frame {
  const { frame: parent, call } = m
  const isDelegate = call.kind === CallState.DELEGATECALL
  const isCreate = kind === CallFrame.CREATE
  const keepsSelf = isDelegate || call.kind === CallState.CALLCODE
  const child = CallFrame.empty(parent)
  child.kind = kind
  child.depth = parent.depth + 1
  child.self = keepsSelf ? parent.self : call.target
  child.caller = isDelegate ? parent.caller : parent.self
  child.value = isDelegate ? parent.value : call.value
  child.isStatic = parent.isStatic || call.kind === CallState.STATICCALL
  child.gas = gas
  child.memory = new Memory()
  child.calldata = isCreate ? emptyView : call.input
  child.target = call.target
  child.outOffset = call.outOffset
  child.outLength = call.outLength
  child.saved = m.world.snapshot()
  child.firstLog = m.logs.length
  return child
}

/** The call does not take place: 0 on the stack, nothing returned. */
export function failSoftly(m: Machine): void {
  m.frame.stack.items.push(0n)
  m.frame.returndata = emptyView
  clearCall(m)
  clearOperation(m)
}
