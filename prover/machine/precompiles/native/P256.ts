/** P256VERIFY (EIP-7951): hash, r, s and the coordinates of the key. */
import { p256 } from '@noble/curves/nist.js'
import * as Integer from './Integer.ts'

/** One as a word if the signature is valid, else nothing. */
export function verify(input: Uint8Array): Uint8Array {
  return isValid(input) ? Integer.toBytes(1n, 32) : new Uint8Array(0)
}

function isValid(input: Uint8Array): boolean {
  const signature = input.subarray(32, 96)
  const key = Buffer.concat([Uint8Array.of(4), input.subarray(96)])
  try {
    // Any s below the order is valid here.
    return p256.verify(signature, input.subarray(0, 32), key, { prehash: false, lowS: false })
  } catch {
    // r, s or a coordinate out of range, or a key that is not on the curve.
    return false
  }
}
