import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak_256 } from '@noble/hashes/sha3.js'
import * as Keccak from '../../prover/commitment/Keccak.ts'

/** Bytes that differ from length to length, so that a stale buffer shows. */
function patternOf(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 31 + length) & 0xff)
}

describe('Keccak', () => {
  test('equals the reference for every length around the block size', () => {
    for (let length = 0; length <= 300; length++) {
      const bytes = patternOf(length)
      assert.deepEqual(Keccak.keccak256(bytes), keccak_256(bytes), `length ${length}`)
    }
  })

  test('equals the reference for input larger than the WebAssembly buffer', () => {
    const bytes = patternOf(100_003)
    assert.deepEqual(Keccak.keccak256(bytes), keccak_256(bytes))
  })

  test('hashes parts as their concatenation', () => {
    const parts = [patternOf(1), patternOf(0), patternOf(135), patternOf(40_000)]
    assert.deepEqual(Keccak.keccak256Concat(...parts), keccak_256(Buffer.concat(parts)))
    assert.deepEqual(Keccak.keccak256Concat(), keccak_256(new Uint8Array()))
  })

  test('returns arrays that later hashes leave alone', () => {
    const first = Keccak.keccak256(patternOf(10))
    const copy = first.slice()
    Keccak.keccak256(patternOf(11))
    assert.deepEqual(first, copy)
  })
})
