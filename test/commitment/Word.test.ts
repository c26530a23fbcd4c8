import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Word from '../../prover/commitment/Word.ts'

/** Both sides of each length, and of each half of a word. */
const numbers = Array.from({ length: 33 }, (_, bytes) => 1n << BigInt(8 * bytes)).flatMap((power) => [
  power - 1n,
  power,
  power + (power >> 1n),
])

describe('Word', () => {
  test('a number below 2^256 has one form as a word and one without leading zeros', () => {
    for (const value of numbers.filter((value) => value < 1n << 256n)) {
      const digits = value.toString(16)
      const word = Word.fromBigint(value)
      assert.equal(Buffer.from(word).toString('hex'), digits.padStart(64, '0'))
      assert.equal(Word.toBigint(word), value)
      const bytes = Word.toInteger(value)
      const even = digits.length % 2 === 0 ? digits : `0${digits}`
      assert.equal(Buffer.from(bytes).toString('hex'), value === 0n ? '' : even)
      assert.equal(Word.integerOf(bytes), value)
    }
  })

  test('read, write and putInteger leave what is around a number as it is', () => {
    for (const value of numbers.filter((value) => value < 1n << 256n)) {
      const bytes = new Uint8Array(50).fill(0xee)
      const view = new DataView(bytes.buffer)
      Word.write(view, 9, value)
      assert.equal(Word.read(view, 9), value)
      assert.deepEqual([bytes[8], bytes[41]], [0xee, 0xee])
      assert.deepEqual(bytes.slice(9, 41), Word.fromBigint(value))
      const end = Word.putInteger(bytes, 9, value)
      assert.deepEqual(bytes.slice(9, end), Word.toInteger(value))
      assert.equal(bytes[8], 0xee)
    }
  })

  test('compares bytes in their order, whatever their lengths', () => {
    const strings = [0, 1, 2, 31, 32, 33, 40, 200].flatMap((length) =>
      [0, 1, 127, 128, 255].flatMap((last) => {
        const bytes = new Uint8Array(length).fill(7)
        if (length > 0) bytes[length - 1] = last
        return [bytes, bytes.slice()]
      }),
    )
    for (const left of strings) {
      for (const right of strings) {
        assert.equal(Math.sign(Word.compare(left, right)), Buffer.compare(left, right))
        assert.equal(Word.equals(left, right), Buffer.compare(left, right) === 0)
        assert.equal(Word.nameOf(left) === Word.nameOf(right), Buffer.compare(left, right) === 0)
      }
    }
  })

  test('a key of a map is one number only, and its low bits differ where the low bits of the numbers do not', () => {
    const chosen = Array.from({ length: 4_000 }, (_, index) => BigInt(index) << [64n, 96n, 128n, 192n][index % 4]!)
    const all = new Set([...chosen, ...numbers.filter((value) => value < 1n << 256n)])
    assert.equal(new Set(Array.from(all, Word.mapKey)).size, all.size)
    assert.equal(new Set(Array.from(all, (value) => BigInt.asUintN(64, Word.mapKey(value)))).size, all.size)
  })

  test('leading zeros, and what was read before, change no number', () => {
    Word.integerOf(new Uint8Array(32).fill(0xff))
    for (let length = 1; length <= 32; length++) {
      const bytes = new Uint8Array(length)
      bytes[length - 1] = 7
      assert.equal(Word.integerOf(bytes), 7n)
    }
  })
})
