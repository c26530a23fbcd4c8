import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RLP } from '@ethereumjs/rlp'
import * as Rlp from '../../prover/commitment/Rlp.ts'
import { decode, encode, type RlpValue } from '../../script/campaign/cases/RlpVectors.ts'
import { Random } from '../utils/Random.ts'

function makeValue(random: Random, depth: number): RlpValue {
  if (depth > 0 && random.below(3) === 0) {
    return Array.from({ length: random.below(6) }, () => makeValue(random, depth - 1))
  }
  return random.bytes(random.pick([0, 1, 1, 2, 20, 32, 54, 55, 56, 57, 255, 256, 300]))
}

describe('Rlp', () => {
  const random = new Random('rlp')

  test('encodes as @ethereumjs/rlp, and reads what it encoded', () => {
    for (let round = 0; round < 300; round++) {
      const value = makeValue(random, 3)
      const encoded = encode(value)
      assert.deepEqual(encoded, RLP.encode(value))
      assert.deepEqual(decode(encoded), value)
    }
  })

  test('S-50: what it reads has one encoding: any other bytes are refused or stand for something else', () => {
    for (let round = 0; round < 300; round++) {
      const encoded = Uint8Array.from(encode(makeValue(random, 2)))
      encoded[random.below(encoded.length)]! ^= 1 << random.below(8)
      const value = decode(encoded)
      if (value !== undefined) assert.deepEqual(encode(value), encoded)
    }
  })

  test('S-50: forms that are not the shortest, and lengths past the end, are refused', () => {
    for (const hex of [
      '8100',
      '817f',
      'b800',
      'b837',
      'b90038',
      'f800',
      'f837',
      '81',
      '8281',
      'b8',
      'c1',
      'c281',
      '',
    ]) {
      assert.equal(decode(Buffer.from(hex, 'hex')), undefined, hex)
    }
    assert.equal(decode(Uint8Array.of(0xbf, 255, 255, 255, 255, 255, 255, 255, 255, 0)), undefined)
  })

  test('reads fields in order, and what is malformed sets a flag that stays', () => {
    const [word, address] = [random.word(), random.bytes(20)]
    const fields = [Rlp.encodeInteger(2n ** 64n - 1n), Rlp.encodeInteger(0n), Rlp.encodeString(word)]
    const list = Rlp.encodeList([
      ...fields,
      Rlp.encodeString(address),
      Rlp.encodeString(random.bytes(3)),
      Rlp.encodeList([]),
    ])
    const reader = new Rlp.Reader(list)
    const items = reader.list()
    assert.equal(reader.isDone(), true)
    assert.equal(items.integer(8), 2n ** 64n - 1n)
    assert.equal(items.integer(8), 0n)
    assert.deepEqual(items.word(), word)
    assert.deepEqual(items.addr(), address)
    assert.equal(items.data().length, 3)
    assert.equal(items.hasMore(), true)
    const inner = items.list()
    assert.equal(inner.isDone(), true)
    assert.equal(items.isDone(), true)
    assert.equal(items.integer(32), 0n)
    assert.equal(items.isDone(), false)
  })

  test('a field of another kind, width or form sets the flag', () => {
    const cases: [string, (reader: Rlp.Reader) => unknown][] = [
      ['8180', (reader) => reader.list()],
      ['c0', (reader) => reader.data()],
      ['820100', (reader) => reader.integer(1)],
      ['00', (reader) => reader.integer(32)],
      ['820001', (reader) => reader.integer(32)],
      [`a1${'01'.repeat(33)}`, (reader) => reader.integer(32)],
      ['80', (reader) => reader.word()],
      [`93${'01'.repeat(19)}`, (reader) => reader.addr()],
      ['', (reader) => reader.data()],
    ]
    for (const [hex, read] of cases) {
      const reader = new Rlp.Reader(Uint8Array.from(Buffer.from(hex, 'hex')))
      read(reader)
      assert.equal(reader.isDone(), false, hex)
      assert.equal(reader.hasMore(), false, hex)
      assert.equal(reader.list().isDone(), false, hex)
    }
  })
})
