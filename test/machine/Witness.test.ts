import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Witness from '../../prover/machine/Witness.ts'
import { Random } from '../utils/Random.ts'

describe('Witness', () => {
  test('reads every kind of field as it was written', () => {
    const random = new Random('fields')
    const [word, address, bytes] = [random.word(), random.bytes(20), random.bytes(2000)]
    const writer = new Witness.Writer()
      .u8(255)
      .u16(0x1234)
      .u24(0xfedcba)
      .u32(0xffffffff)
      .u64(2n ** 64n - 1n)
    writer
      .u256(2n ** 256n - 2n)
      .word(word)
      .addr(address)
      .append(bytes)
    const reader = new Witness.Reader(writer.bytes())
    assert.equal(reader.u8(), 255)
    assert.equal(reader.u16(), 0x1234)
    assert.equal(reader.u24(), 0xfedcba)
    assert.equal(reader.u32(), 0xffffffff)
    assert.equal(reader.u64(), 2n ** 64n - 1n)
    assert.equal(reader.u256(), 2n ** 256n - 2n)
    assert.deepEqual(reader.word(), word)
    assert.deepEqual(reader.addr(), address)
    assert.deepEqual(reader.take(2000), bytes)
    reader.done()
  })

  test('writes big-endian, with nothing between fields', () => {
    const bytes = new Witness.Writer().u8(1).u24(2).u64(3n).bytes()
    assert.equal(Buffer.from(bytes).toString('hex'), '010000020000000000000003')
  })

  test('refuses values that do not fit', () => {
    const writer = new Witness.Writer()
    for (const write of [
      () => writer.u8(256),
      () => writer.u16(-1),
      () => writer.u24(1.5),
      () => writer.u32(2 ** 32),
      () => writer.u64(2n ** 64n),
      () => writer.u256(-1n),
      () => writer.u256(2n ** 256n),
      () => writer.word(new Uint8Array(31)),
      () => writer.addr(new Uint8Array(21)),
    ]) {
      assert.throws(write, Witness.WitnessValueError)
    }
    assert.equal(writer.bytes().length, 0)
  })

  test('refuses to read past the end or to leave bytes', () => {
    const reader = new Witness.Reader(new Uint8Array(3))
    assert.throws(() => reader.u32(), Witness.WitnessTooShortError)
    reader.u16()
    assert.throws(() => reader.done(), Witness.WitnessTrailingBytesError)
    assert.throws(() => reader.word(), Witness.WitnessTooShortError)
    reader.u8()
    reader.done()
  })
})
