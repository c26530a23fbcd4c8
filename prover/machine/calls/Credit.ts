/** CREDIT: the new frame's account gets the value of the call. A write of 0 touches: it deletes an empty account. */
import { blankCode, emptyCode } from '../CodeTree.ts'
import { clearCall, clearOperation, type Machine, setOperation } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'

/** Depth of the deepest frame: 1,024 calls below the top frame, whose depth is 1. */
export const MAX_DEPTH = 1025

export function stepCredit(m: Machine): void {
  const { frame, world } = m
  const isCreate = frame.kind === CallFrame.CREATE
  const account = world.openAccount(frame.target)
  const nonce = isCreate ? 1n : account.nonce
  world.writeAccount(frame.target, account, nonce, account.balance + frame.value, account.codeHash)
  if (isCreate) {
    world.openCreated(frame.target)
    world.addCreated(frame.target)
  }
  enter(m)
}

/** Begins to run the frame that was made; a creation installs its code first. */
export function enter(m: Machine): void {
  const { frame, call } = m
  const { input } = call
  clearCall(m)
  if (frame.kind === CallFrame.PRECOMPILE) return setOperation(m, StepKinds.PRECOMPILE)
  if (frame.kind !== CallFrame.CREATE) return clearOperation(m)
  if (input.length === 0) {
    frame.code = emptyCode
    return clearOperation(m)
  }
  frame.code = blankCode(input.length)
  setOperation(m, StepKinds.CODE_INSTALL)
  m.operation.source = input
}
