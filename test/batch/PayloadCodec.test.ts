import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import { randomBytes, randomFrom } from '../utils/State.ts'

const limit = 100
const block = (time: bigint, ...transactions: Uint8Array[]) => ({ time, transactions })
const header = (time: number, length: number) => {
  const bytes = Buffer.alloc(12)
  bytes.writeBigUInt64BE(BigInt(time))
  bytes.writeUInt32BE(length, 8)
  return bytes
}
const prefixed = (length: number, bytes: Uint8Array) => {
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(length)
  return Buffer.concat([prefix, bytes])
}
const decodeAll = (...parts: Uint8Array[]) => PayloadCodec.decode(Buffer.concat(parts), limit)
const plain = (blocks: PayloadCodec.PostedBlock[]) =>
  blocks.map(({ time, transactions }) => ({ time, transactions: transactions.map((raw) => [...raw]) }))

describe('PayloadCodec', () => {
  test('decodes what it encodes', () => {
    const random = randomFrom(1)
    for (let round = 0; round < 200; round++) {
      const blocks = Array.from({ length: Math.floor(random() * 4) }, () => {
        const count = Math.floor(random() * 4)
        const transactions = Array.from({ length: count }, () => randomBytes(1 + Math.floor(random() * limit), random))
        return block(BigInt(Math.floor(random() * 2 ** 50)) << 10n, ...transactions)
      })
      assert.deepEqual(plain(PayloadCodec.decode(PayloadCodec.encode(blocks), limit)), plain(blocks))
    }
  })

  test('reads the documented layout', () => {
    const payload = PayloadCodec.encode([block(2n ** 64n - 1n, Uint8Array.of(1, 2, 3)), block(5n)])
    const expected = 'ffffffffffffffff00000007' + '00000003' + '010203' + '000000000000000500000000'
    assert.equal(Buffer.from(payload).toString('hex'), expected)
  })

  test('B-1: fewer than 12 bytes end the batch, and a body ends with the payload', () => {
    assert.deepEqual(decodeAll(), [])
    assert.deepEqual(decodeAll(header(1, 0).subarray(0, 11)), [])
    assert.deepEqual(plain(decodeAll(header(1, 0), new Uint8Array(11))), [{ time: 1n, transactions: [] }])
    const tail = decodeAll(header(1, 0xffff_ffff), prefixed(2, Uint8Array.of(7, 8)))
    assert.deepEqual(plain(tail), [{ time: 1n, transactions: [[7, 8]] }])
  })

  test('B-2: a prefix that does not fit, or a transaction longer than the rest, ends the block and no more', () => {
    const next = header(2, 0)
    const short = decodeAll(header(1, 3), new Uint8Array(3), next)
    assert.deepEqual(plain(short), [
      { time: 1n, transactions: [] },
      { time: 2n, transactions: [] },
    ])
    const first = prefixed(1, Uint8Array.of(9))
    const tooLong = prefixed(3, Uint8Array.of(1, 2))
    const long = decodeAll(header(1, first.length + tooLong.length), first, tooLong, next)
    assert.deepEqual(plain(long), [
      { time: 1n, transactions: [[9]] },
      { time: 2n, transactions: [] },
    ])
  })

  test('B-3: an empty or oversized transaction is skipped, and what follows it is read', () => {
    const last = prefixed(1, Uint8Array.of(9))
    const body = Buffer.concat([prefixed(0, new Uint8Array()), prefixed(limit + 1, new Uint8Array(limit + 1)), last])
    assert.deepEqual(plain(decodeAll(header(1, body.length), body)), [{ time: 1n, transactions: [[9]] }])
    const exact = prefixed(limit, new Uint8Array(limit))
    assert.equal(decodeAll(header(1, exact.length), exact)[0]!.transactions[0]!.length, limit)
  })

  test('gives a meaning to every byte string', () => {
    const random = randomFrom(2)
    for (let round = 0; round < 2_000; round++) {
      const payload = randomBytes(Math.floor(random() * 120), random).map((byte) => (random() < 0.7 ? 0 : byte))
      const blocks = PayloadCodec.decode(payload, limit)
      assert.ok(PayloadCodec.encode(blocks).length <= payload.length)
    }
  })
})
