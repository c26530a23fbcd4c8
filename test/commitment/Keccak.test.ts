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

  const pairs = new Keccak.Pairs()

  test('hashes messages that wait for each other, whatever their lengths are', () => {
    const lengths = [0, 1, 8, 96, 128, 135, 136, 192, 271, 272, 532, 951]
    const target = new Uint8Array(64)
    for (const length of lengths) {
      for (const other of lengths) {
        const [first, second] = [patternOf(length), patternOf(other).reverse()]
        const before = Keccak.count()
        pairs.add(target, 32, first)
        const message = first.slice()
        first.fill(0) // it was copied
        Keccak.keccak256(patternOf(500)) // another hash in between takes nothing from it
        pairs.add(target, 0, second)
        pairs.flush()
        pairs.flush()
        const expected = Uint8Array.from([...keccak_256(second), ...keccak_256(message)])
        assert.deepEqual(target, expected, `lengths ${length} and ${other}`)
        assert.deepEqual(Keccak.keccak256(message), keccak_256(message), 'a single one after it')
        assert.equal(Keccak.count() - before, 4)
      }
    }
  })

  test('keeps a message that waits while the memory grows, and forgets one that is dropped', () => {
    const target = new Uint8Array(64)
    pairs.add(target, 0, patternOf(90))
    Keccak.keccak256(new Uint8Array(20_000_000)) // larger than any before
    pairs.add(target, 32, patternOf(91))
    assert.deepEqual(target, Uint8Array.from([...keccak_256(patternOf(90)), ...keccak_256(patternOf(91))]))
    target.fill(0)
    pairs.add(target, 0, patternOf(90))
    pairs.drop()
    pairs.flush()
    pairs.add(target, 32, patternOf(91))
    pairs.flush()
    assert.deepEqual(target, Uint8Array.from([...new Uint8Array(32), ...keccak_256(patternOf(91))]))
  })

  test('refuses to keep a long message waiting, or to write where there is no room, and goes on', () => {
    const target = new Uint8Array(64)
    assert.throws(() => pairs.add(target, 0, new Uint8Array(952)), { message: 'expected at most 951 bytes, got 952' })
    pairs.add(target, 40, patternOf(90))
    assert.throws(() => pairs.flush(), RangeError)
    pairs.add(target, 0, patternOf(91))
    pairs.add(target, 32, patternOf(92))
    assert.deepEqual(target, Uint8Array.from([...keccak_256(patternOf(91)), ...keccak_256(patternOf(92))]))
  })

  test('hashes two messages for every bit of a block', () => {
    const [first, second] = [new Uint8Array(135), new Uint8Array(135)]
    const target = new Uint8Array(64)
    for (let bit = 0; bit < 8 * first.length; bit++) {
      for (const message of [first, second]) message.fill(0)
      first[bit >> 3] = 1 << (bit & 7)
      second[134 - (bit >> 3)] = 1 << (bit & 7)
      pairs.add(target, 0, first)
      pairs.add(target, 32, second)
      assert.deepEqual(target, Uint8Array.from([...keccak_256(first), ...keccak_256(second)]), `bit ${bit}`)
    }
  })

  test('returns arrays that later hashes leave alone', () => {
    const first = Keccak.keccak256(patternOf(10))
    const copy = first.slice()
    Keccak.keccak256(patternOf(11))
    assert.deepEqual(first, copy)
  })
})
