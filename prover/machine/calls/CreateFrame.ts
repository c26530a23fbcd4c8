/** CREATE_CREATOR to DEPOSIT: from a creation's instruction, or the start of a transaction, to a contract. */
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { beginKeccak } from '../bulk/KeccakBlock.ts'
import { analyzeWord, Code } from '../CodeTree.ts'
import * as Gas from '../Gas.ts'
import { charge, clearCall, clearOperation, exitFrame, halt, type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'
import * as CallState from '../state/CallState.ts'
import * as Operation from '../state/Operation.ts'
import { accessAddress } from '../WorldState.ts'
import { childOf, failSoftly } from './CallAccess.ts'
import { MAX_DEPTH } from './Credit.ts'

const MAX_NONCE = (1n << 64n) - 1n
const MAX_CODE_SIZE = 24_576
const RESERVED_FIRST_BYTE = 0xef

export function stepCreateCreator(m: Machine): void {
  const { frame, world, call } = m
  const { kind, value, salt, codeHash } = call
  const creator = world.openAccount(frame.self)
  const { nonce, balance } = creator
  if (balance < value || nonce === MAX_NONCE || frame.depth >= MAX_DEPTH) return failSoftly(m)
  const gas = Gas.allButOne64th(frame.gas)
  frame.gas -= gas
  call.gas = BigInt(gas)
  call.target =
    kind === CallState.CREATE ? Address.ofCreate(frame.self, nonce) : Address.ofCreate2(frame.self, salt, codeHash)
  world.writeAccount(frame.self, creator, nonce + 1n, balance, creator.codeHash)
  setOperation(m, StepKinds.CREATE_TARGET)
}

export function stepCreateTarget(m: Machine): void {
  const { frame, world, call } = m
  const { target } = call
  if (accessAddress(m, target)) world.addWarmAddress(target)
  const account = world.openAccount(target)
  const isTaken =
    account.nonce !== 0n || !Word.equals(account.codeHash, StateDiff.emptyCodeHash) || world.hasStorage(target)
  const isTop = frame.kind === CallFrame.TRANSACTION
  const gas = isTop ? frame.gas : Number(call.gas)
  if (isTop) frame.gas = 0
  if (isTaken) {
    // The gas of the creation is gone.
    if (!isTop) return failSoftly(m)
    clearCall(m)
    m.outcome = { status: Operation.EXCEPTIONAL_HALT, output: new Uint8Array(0) }
    return setOperation(m, StepKinds.TX_REFUND)
  }
  m.frame = childOf(m, CallFrame.CREATE, gas)
  setOperation(m, call.value === 0n ? StepKinds.CREDIT : StepKinds.CREATE_DEBIT)
}

export function stepCreateDebit(m: Machine): void {
  const { frame, world } = m
  const creator = world.openAccount(frame.caller)
  world.writeAccount(frame.caller, creator, creator.nonce, creator.balance - frame.value, creator.codeHash)
  setOperation(m, StepKinds.CREDIT)
}

/** Steps that a CODE_INSTALL has left. */
export function codeInstallSteps({ source, position }: Operation.Record): number {
  return Math.ceil((source.length - position) / 32)
}

export function stepCodeInstall(m: Machine): void {
  const { frame, operation } = m
  const { source, position, destination } = operation
  const word = MemoryTree.viewBytes(m, source, position, 32)
  const { bits, carry } = analyzeWord(word, 0, destination)
  m.recorder?.append(frame.code.prove(position >>> 5))
  m.recorder?.append(frame.code.proveJumps(position >>> 8))
  frame.code.install(position, word, bits)
  operation.position = position + 32
  operation.destination = carry
  if (operation.position >= source.length) clearOperation(m)
}

/** All steps at once, from the first or from within. */
export function finishCodeInstall(m: Machine): void {
  const { source } = m.operation
  m.frame.code = new Code(source.source.bytes.slice(source.offset, source.offset + source.length))
  clearOperation(m)
}

export function stepCreateReturn(m: Machine): void {
  const { source } = m.operation
  const { length } = source
  if (length !== 0 && MemoryTree.viewBytes(m, source, 0, 1)[0] === RESERVED_FIRST_BYTE) return halt(m)
  if (!charge(m, Gas.CODE_BYTE * length)) return
  if (length > MAX_CODE_SIZE) return halt(m)
  if (length !== 0) return beginKeccak(m, source, StepKinds.DEPOSIT)
  setOperation(m, StepKinds.DEPOSIT)
  const scratch = new Uint8Array(224)
  scratch.set(StateDiff.emptyCodeHash)
  m.operation.scratch = scratch
}

export function stepDeposit(m: Machine): void {
  const { frame, world } = m
  const codeHash = m.operation.scratch!.slice(0, 32)
  const account = world.openAccount(frame.self)
  world.writeAccount(frame.self, account, account.nonce, account.balance, codeHash)
  exitFrame(m, Operation.RETURNED, MemoryTree.emptyView)
}
