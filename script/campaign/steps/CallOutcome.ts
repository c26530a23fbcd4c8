/** What a step of a call, a creation, a copy, a hash or a precompile came to. */
import * as Gas from '../../../prover/machine/Gas.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import * as CallFrame from '../../../prover/machine/state/CallFrame.ts'
import * as Operation from '../../../prover/machine/state/Operation.ts'
import { isPrecompile } from '../../../prover/machine/WorldState.ts'
import { type Before, callName, hasHalted } from './Outcome.ts'
import * as PrecompileOutcome from './PrecompileOutcome.ts'

/** As in docs/5-machine.md, 5.5: the deepest frame. */
const MAX_DEPTH = 1025

type Classify = (before: Before, m: Machine) => string

const kinds: Readonly<Record<number, Classify>> = {
  [StepKinds.CALL_ACCESS]: callAccess,
  [StepKinds.CALL_DELEGATE]: callDelegate,
  [StepKinds.CALL_CHARGE]: callCharge,
  [StepKinds.CREATE_CREATOR]: createCreator,
  [StepKinds.CREATE_TARGET]: createTarget,
  [StepKinds.CREATE_DEBIT]: () => 'success',
  [StepKinds.CREDIT]: credit,
  [StepKinds.CODE_INSTALL]: (before, m) => bulk(before, m, 'word'),
  [StepKinds.FRAME_EXIT]: frameExit,
  [StepKinds.CREATE_RETURN]: createReturn,
  [StepKinds.DEPOSIT]: () => 'success',
  [StepKinds.SELFDESTRUCT_CREDIT]: selfdestructCredit,
  [StepKinds.SELFDESTRUCT_DEBIT]: selfdestructDebit,
  [StepKinds.COPY]: (before, m) => bulk(before, m, before.operation.next === 0 ? 'word' : 'word of IDENTITY'),
  [StepKinds.MEMORY_COPY]: memoryCopy,
  [StepKinds.KECCAK]: keccak,
  [StepKinds.SHA256]: (before, m) => bulk(before, m, 'block'),
  [StepKinds.RIPEMD160]: (before, m) => bulk(before, m, 'block'),
  [StepKinds.PRECOMPILE]: PrecompileOutcome.outcomeOf,
}

export function outcomeOf(before: Before, m: Machine): string {
  const classify = kinds[before.kind]
  if (classify === undefined) throw new Error(`no outcomes are known of ${StepKinds.nameOf(before.kind)}`)
  return classify(before, m)
}

/** Who calls: an instruction, or the transaction itself, which pays nothing for it. */
function caller(before: Before): string {
  return before.frame.kind === CallFrame.TRANSACTION ? 'transaction' : callName(before)
}

function callAccess(before: Before, m: Machine): string {
  if (hasHalted(m)) {
    const value = before.callValue === 0n ? 0 : Gas.CALL_VALUE
    const access = (before.flag ? Gas.COLD_ACCOUNT : Gas.WARM_ACCESS) + value
    return `${callName(before)} halt: ${before.gas < access ? 'access gas' : 'new account gas'}`
  }
  const { call } = m
  const coldness = before.flag ? 'cold' : 'warm'
  if (isPrecompile(call.target)) return `${caller(before)} precompile`
  if (m.operation.kind === StepKinds.CALL_DELEGATE) return `${caller(before)} ${coldness} delegation`
  if (call.code.size > 0) return `${caller(before)} ${coldness} code`
  return `${caller(before)} ${coldness} ${call.touch ? 'empty account' : 'no code'}`
}

function callDelegate(before: Before, m: Machine): string {
  if (hasHalted(m)) return `${callName(before)} halt: access gas`
  if (isPrecompile(m.call.delegate)) return `${caller(before)} precompile`
  return `${caller(before)} ${before.flag ? 'cold' : 'warm'}`
}

function callCharge(before: Before, m: Machine): string {
  if (m.frame === before.frame)
    return `${caller(before)} soft fail: ${m.frame.depth >= MAX_DEPTH ? 'depth' : 'balance'}`
  const target = m.frame.kind === CallFrame.PRECOMPILE ? 'precompile' : 'frame'
  if (m.operation.kind !== StepKinds.CREDIT) return `${caller(before)} ${target}`
  return `${caller(before)} ${target}, ${before.callValue === 0n ? 'touch' : 'value'}`
}

function createCreator(before: Before, m: Machine): string {
  if (m.operation.kind === StepKinds.CREATE_TARGET) return `${callName(before)} success`
  const { depth, self } = m.frame
  const { balance } = m.world.openAccount(self)
  const reason = balance < before.callValue ? 'balance' : depth >= MAX_DEPTH ? 'depth' : 'nonce'
  return `${callName(before)} soft fail: ${reason}`
}

function createTarget(before: Before, m: Machine): string {
  if (m.frame !== before.frame) return `${caller(before)} ${before.callValue === 0n ? 'no value' : 'value'}`
  return `${caller(before)} collision`
}

function credit(before: Before): string {
  const { kind, value } = before.frame
  if (kind === CallFrame.CREATE) return `creation, ${value === 0n ? 'no value' : 'value'}`
  return `${kind === CallFrame.PRECOMPILE ? 'precompile' : 'call'}, ${value === 0n ? 'touch' : 'value'}`
}

const frameKinds: Readonly<Record<number, string>> = {
  [CallFrame.CALL]: 'call',
  [CallFrame.CREATE]: 'creation',
  [CallFrame.PRECOMPILE]: 'precompile',
}
const statuses: Readonly<Record<number, string>> = {
  [Operation.RETURNED]: 'returned',
  [Operation.REVERTED]: 'reverted',
  [Operation.EXCEPTIONAL_HALT]: 'halted',
}

function frameExit(before: Before, m: Machine): string {
  const how = `${frameKinds[before.frame.kind]} ${statuses[before.operation.next]}`
  if (m.operation.kind === StepKinds.TX_REFUND) return `${how}, transaction over`
  return m.operation.kind === StepKinds.COPY ? `${how}, copy` : how
}

function createReturn(before: Before, m: Machine): string {
  const { length } = before.operation.source
  if (!hasHalted(m)) return length === 0 ? 'no code' : 'code'
  const { source, offset } = before.operation.source
  if (source.bytes[offset] === 0xef) return 'halt: first byte'
  return before.gas < Gas.CODE_BYTE * length ? 'halt: code gas' : 'halt: code size'
}

function selfdestructCredit(before: Before, m: Machine): string {
  if (hasHalted(m)) return `halt: ${before.flag && before.gas < Gas.COLD_ACCOUNT ? 'access gas' : 'new account gas'}`
  if (m.call.target === m.frame.self) return 'to itself'
  const paid = before.gas - m.frame.gas
  return `to ${before.flag ? 'cold' : 'warm'}${paid >= Gas.NEW_ACCOUNT ? ' new account' : ' account'}`
}

function selfdestructDebit(before: Before): string {
  return before.flag ? 'created in the transaction' : 'older'
}

function memoryCopy(before: Before, m: Machine): string {
  const { destination, position } = before.operation
  return bulk(before, m, destination <= position ? 'forward' : 'backward')
}

function keccak(before: Before, m: Machine): string {
  const { next } = before.operation
  const wanted = next === 0 ? 'KECCAK256' : next === StepKinds.DEPOSIT ? 'DEPOSIT' : 'CREATE2'
  return bulk(before, m, `block of ${wanted}`)
}

/** One of the steps of an operation, or its last one. */
function bulk(before: Before, m: Machine, name: string): string {
  return m.operation.kind === before.kind ? name : `last ${name}`
}
