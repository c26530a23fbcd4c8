/** ECRECOVER: who signed a hash. Unlike a transaction's, the signature's s may be in the upper half. */
import * as Word from '../../commitment/Word.ts'
import { recover } from '../boundary/Recovery.ts'
import type { Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as Output from './Output.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

export function runEcrecover(m: Machine): void {
  const { frame } = m
  const input = MemoryTree.viewBytes(m, frame.calldata, 0, 128)
  const [v, r, s] = [32, 64, 96].map((offset) => Word.toBigint(input.subarray(offset, offset + 32)))
  const isValid = (v === 27n || v === 28n) && r! > 0n && r! < ORDER && s! > 0n && s! < ORDER
  const signer = isValid ? recover(input.subarray(0, 32), r!, s!, Number(v! - 27n)) : undefined
  Output.exitWith(m, signer === undefined ? new Uint8Array(0) : Word.fromBigint(signer))
}
