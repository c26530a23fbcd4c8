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
    for (const length of [65_144, 65_145, 100_003, 2_900_000, 3]) {
      const bytes = patternOf(length)
      assert.deepEqual(Keccak.keccak256(bytes), keccak_256(bytes), `length ${length}`)
    }
  })

  test('equals the reference for every bit of a block, and for chained hashes', () => {
    const bytes = new Uint8Array(136)
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes.fill(0)
      bytes[bit >> 3] = 1 << (bit & 7)
      assert.deepEqual(Keccak.keccak256(bytes), keccak_256(bytes), `bit ${bit}`)
    }
    let [ours, theirs] = [patternOf(200), patternOf(200)]
    for (let round = 0; round < 200; round++) {
      ours = Uint8Array.from([...ours, ...Keccak.keccak256(ours)].slice(-200))
      theirs = Uint8Array.from([...theirs, ...keccak_256(theirs)].slice(-200))
    }
    assert.deepEqual(ours, theirs)
  })

  test('hashes parts as their concatenation', () => {
    const parts = [patternOf(1), patternOf(0), patternOf(135), patternOf(40_000)]
    assert.deepEqual(Keccak.keccak256Concat(...parts), keccak_256(Buffer.concat(parts)))
    assert.deepEqual(Keccak.keccak256Concat(), keccak_256(new Uint8Array()))
  })

  test('writes a hash where it is told and nothing else, over its own message too', () => {
    for (const length of [0, 32, 135, 136, 137, 271, 272, 273, 3_000_000]) {
      const message = patternOf(length)
      const expected = patternOf(70)
      expected.set(keccak_256(message), 5)
      const [into, fromInput, over] = [patternOf(70), patternOf(70), patternOf(length)]
      Keccak.hashInto(into, 5, message)
      Keccak.input(length).set(message, Keccak.inputOffset)
      Keccak.hashInput(fromInput, 5, length)
      assert.deepEqual([into, fromInput], [expected, expected], `length ${length}`)
      if (length < 32) continue
      Keccak.hashInto(over, length - 32, over)
      assert.deepEqual(over.subarray(-32), keccak_256(message), `length ${length}`)
    }
  })

  test('returns arrays that later hashes leave alone', () => {
    const first = Keccak.keccak256(patternOf(10))
    const copy = first.slice()
    Keccak.keccak256(patternOf(11))
    assert.deepEqual(first, copy)
  })
})
