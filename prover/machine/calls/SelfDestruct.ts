/** SELFDESTRUCT_CREDIT and SELFDESTRUCT_DEBIT: the balance moves, and a contract of this transaction is gone at its end. */
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Gas from '../Gas.ts'
import { charge, clearCall, type Machine, returnFrame, setOperation } from '../Machine.ts'
import { emptyView } from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import { accessAddress } from '../WorldState.ts'

export function stepSelfdestructCredit(m: Machine): void {
  const { frame, world } = m
  const { target: beneficiary, value } = m.call
  const isCold = accessAddress(m, beneficiary)
  if (isCold && !charge(m, Gas.COLD_ACCOUNT)) return
  const account = world.openAccount(beneficiary)
  const isNew = value !== 0n && StateDiff.isEmptyAccount(account)
  if (isNew && !charge(m, Gas.NEW_ACCOUNT)) return
  if (isCold) world.addWarmAddress(beneficiary)
  if (beneficiary !== frame.self) {
    world.writeAccount(beneficiary, account, account.nonce, account.balance + value, account.codeHash)
  }
  setOperation(m, StepKinds.SELFDESTRUCT_DEBIT)
}

export function stepSelfdestructDebit(m: Machine): void {
  const { frame, world } = m
  const { target: beneficiary } = m.call
  const isCreated = world.openCreated(frame.self)
  const account = world.openAccount(frame.self)
  const balance = beneficiary !== frame.self || isCreated ? 0n : account.balance
  world.writeAccount(frame.self, account, account.nonce, balance, account.codeHash)
  if (isCreated) world.pushDestroyed(frame.self)
  clearCall(m)
  returnFrame(m, emptyView)
}
