/** TX_REFUND, TX_FEE, TX_DESTROY: what is left to do for a transaction that has run. */
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Gas from '../Gas.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'

export function stepTxRefund(m: Machine): void {
  const { transaction, frame, world } = m
  const { origin, gasLimit, gasPrice, floorGas } = transaction
  const spent = gasLimit - frame.gas
  const refund = Math.min(world.refund, Math.floor(spent / Gas.REFUND_QUOTIENT))
  const gasUsed = Math.max(spent - refund, floorGas)
  const sender = world.openAccount(origin)
  const balance = sender.balance + BigInt(gasLimit - gasUsed) * gasPrice
  world.writeAccount(origin, sender, sender.nonce, balance, sender.codeHash)
  m.frame = CallFrame.empty(undefined)
  proceed(m, StepKinds.TX_FEE, gasUsed)
}

export function stepTxFee(m: Machine): void {
  const { batch, transaction, operation, world } = m
  const gasUsed = operation.position
  const recipient = world.openAccount(batch.feeRecipient)
  const balance = recipient.balance + BigInt(gasUsed) * transaction.priorityFee
  world.writeAccount(batch.feeRecipient, recipient, recipient.nonce, balance, recipient.codeHash)
  proceed(m, world.hasDestroyed ? StepKinds.TX_DESTROY : StepKinds.TX_END, gasUsed)
}

export function stepTxDestroy(m: Machine): void {
  const { world, operation } = m
  const address = world.popDestroyed()
  const account = world.openAccount(address)
  world.writeAccount(address, account, 0n, 0n, StateDiff.emptyCodeHash)
  proceed(m, world.hasDestroyed ? StepKinds.TX_DESTROY : StepKinds.TX_END, operation.position)
}

/** `kind` next, with the gas used where TX_END finds it. */
function proceed(m: Machine, kind: number, gasUsed: number): void {
  setOperation(m, kind)
  m.operation.position = gasUsed
}
