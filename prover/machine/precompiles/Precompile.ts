/**
 * PRECOMPILE: the charge of a precompile, and its result or what begins it. Hashes and the identity are done in steps of
 * one block or word.
 */
import { beginCopy } from '../bulk/Copy.ts'
import * as Ripemd160Block from '../bulk/Ripemd160Block.ts'
import * as Sha256Block from '../bulk/Sha256Block.ts'
import * as Gas from '../Gas.ts'
import { charge, exitFrame, type Machine } from '../Machine.ts'
import { emptyView } from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as Operation from '../state/Operation.ts'
import { runDelegated } from './Delegated.ts'
import { runEcrecover } from './Ecrecover.ts'

const ECRECOVER = 1n
const SHA256 = 2n
const RIPEMD160 = 3n
const IDENTITY = 4n

export function stepPrecompile(m: Machine): void {
  const { frame } = m
  const { target, calldata } = frame
  const words = Gas.words(calldata.length)
  if (target === ECRECOVER) {
    if (charge(m, Gas.ECRECOVER)) runEcrecover(m)
  } else if (target === SHA256) {
    if (charge(m, Gas.SHA256 + Gas.SHA256_WORD * words)) Sha256Block.beginSha256(m)
  } else if (target === RIPEMD160) {
    if (charge(m, Gas.RIPEMD160 + Gas.RIPEMD160_WORD * words)) Ripemd160Block.beginRipemd160(m)
  } else if (target === IDENTITY) {
    if (charge(m, Gas.IDENTITY + Gas.IDENTITY_WORD * words)) runIdentity(m)
  } else {
    runDelegated(m, Number(target))
  }
}

/** The calldata, copied into the frame's own memory. */
function runIdentity(m: Machine): void {
  const { memory, calldata } = m.frame
  if (calldata.length === 0) return exitFrame(m, Operation.RETURNED, emptyView)
  memory.grow(Gas.words(calldata.length))
  beginCopy(m, calldata, 0n, 0, calldata.length, StepKinds.FRAME_EXIT)
}
