import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { RecordTable } from '../../prover/state/RecordTable.ts'

/** Bytes that are the same in every run. */
function bytesOf(name: string, length: number): Uint8Array {
  const hash = createHash('shake256', { outputLength: Math.max(length, 1) })
  return Uint8Array.from(hash.update(name).digest().subarray(0, length))
}

const account = (index: number) => bytesOf(`account ${index}`, 33)

describe('RecordTable', () => {
  test('tells no record from a key that was never set', () => {
    const table = new RecordTable()
    table.set(account(1), bytesOf('record', 12))
    table.set(account(2), null)
    table.set(account(3), new Uint8Array(0))
    assert.deepEqual(table.get(account(1)), bytesOf('record', 12))
    assert.equal(table.get(account(2)), null)
    assert.deepEqual(table.get(account(3)), new Uint8Array(0))
    assert.equal(table.get(account(4)), undefined)
    assert.deepEqual(
      [1, 2, 3, 4].map((index) => table.has(account(index))),
      [true, true, true, false],
    )
    assert.equal(table.count, 3)
  })

  test('does what a Map does, whatever is set, replaced and deleted', () => {
    const table = new RecordTable()
    const map = new Map<string, Uint8Array | null>()
    const keys = Array.from({ length: 12_000 }, (_, index) => bytesOf(`key ${index}`, [33, 65, 9, 255][index % 4]!))
    const assertSame = () => {
      assert.equal(table.count, map.size)
      for (const key of keys) {
        const expected = map.get(Buffer.from(key).toString('hex'))
        assert.deepEqual(table.get(key), expected)
        assert.equal(table.has(key), expected !== undefined)
      }
    }
    for (let step = 0; step < 90_000; step++) {
      const choice = bytesOf(`step ${step}`, 4)
      const key = keys[(choice[0]! * 256 + choice[1]!) % keys.length]!
      const name = Buffer.from(key).toString('hex')
      if (choice[2]! < 80) {
        table.delete(key)
        map.delete(name)
      } else {
        const record = choice[2]! < 100 ? null : bytesOf(`record ${step}`, choice[3]! % 90)
        table.set(key, record)
        map.set(name, record)
      }
      if (step % 30_000 === 0) assertSame()
    }
    assertSame()
    table.clear()
    map.clear()
    assertSame()
    for (const key of keys) {
      table.set(key, key)
      map.set(Buffer.from(key).toString('hex'), key)
    }
    assertSame()
  })

  test('uses the memory of what was deleted, outgrew its room or was cleared', () => {
    const table = new RecordTable()
    const lengths = [0, 20, 32, 60]
    const turn = () => {
      for (const length of lengths) {
        for (let index = 0; index < 1_000; index++) table.set(account(index), new Uint8Array(length))
      }
      for (let index = 0; index < 1_000; index++) table.delete(account(index))
    }
    turn()
    const { bytes } = table
    for (let turns = 0; turns < 20; turns++) turn()
    assert.equal(table.bytes, bytes)
    assert.equal(table.count, 0)
    table.clear()
    turn()
    assert.equal(table.bytes, bytes)
  })

  test('refuses what it has no room for, and is as it was before', () => {
    const table = new RecordTable()
    table.set(account(1), Uint8Array.of(1))
    for (const [keyLength, recordLength] of [
      [33, 65_536],
      [8, 1],
      [256, 1],
    ] as const) {
      assert.throws(() => table.set(bytesOf('key', keyLength), new Uint8Array(recordLength)), {
        name: 'RangeError',
        message: `expected a key of 9 to 255 bytes and a record of at most 65535, got ${keyLength} and ${recordLength}`,
      })
    }
    assert.throws(() => table.set(account(1), new Uint8Array(65_536)))
    assert.equal(table.count, 1)
    assert.deepEqual(table.get(account(1)), Uint8Array.of(1))
  })

  test('has keys that differ in one byte apart', () => {
    const table = new RecordTable()
    const keys = Array.from({ length: 65 }, (_, index) =>
      Uint8Array.from({ length: 65 }, (_, at) => Number(at === index)),
    )
    for (const [index, key] of keys.entries()) table.set(key, Uint8Array.of(index))
    for (const [index, key] of keys.entries()) assert.deepEqual(table.get(key), Uint8Array.of(index))
    assert.equal(table.get(new Uint8Array(65)), undefined)
    assert.equal(table.get(keys[0]!.subarray(0, 33)), undefined)
  })

  test('gives a record that nobody else can change, and keeps none that somebody does', () => {
    const table = new RecordTable()
    const record = Uint8Array.of(1, 2, 3)
    table.set(account(1), record)
    record[0] = 9
    const got = table.get(account(1))!
    table.set(account(1), Uint8Array.of(4, 5, 6))
    assert.deepEqual(got, Uint8Array.of(1, 2, 3))
    got[0] = 9
    assert.deepEqual(table.get(account(1)), Uint8Array.of(4, 5, 6))
  })

  test('writes over a record that has room, and says what it takes', () => {
    const table = new RecordTable()
    table.set(account(1), new Uint8Array(30))
    const { bytes } = table
    for (let length = 0; length <= 30; length++) table.set(account(1), new Uint8Array(length).fill(length))
    table.set(account(1), null)
    table.set(account(1), new Uint8Array(30).fill(7))
    assert.equal(table.bytes, bytes)
    table.set(account(1), new Uint8Array(60).fill(8))
    assert.ok(table.bytes > bytes)
    assert.deepEqual(table.get(account(1)), new Uint8Array(60).fill(8))
  })

  test('has long records across blocks of memory', () => {
    const table = new RecordTable()
    const lengths = Array.from({ length: 200 }, (_, index) => (index % 3 === 0 ? 65_535 : 40_000 + index))
    const sum = lengths.reduce((total, length) => total + length, 0)
    for (let turn = 0; turn < 2; turn++) {
      for (const [index, length] of lengths.entries()) table.set(account(index), new Uint8Array(length).fill(index))
      assert.ok(table.bytes > sum && table.bytes < 1.2 * sum, `${table.bytes} bytes`)
    }
    for (const [index, length] of lengths.entries()) {
      assert.deepEqual(table.get(account(index)), new Uint8Array(length).fill(index))
    }
  })
})
