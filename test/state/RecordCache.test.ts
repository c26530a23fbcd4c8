import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { RecordCache } from '../../prover/state/RecordCache.ts'

const key = (index: number) => Buffer.from([0x61, index])
const record = (...bytes: number[]) => Uint8Array.from(bytes)

describe('RecordCache', () => {
  let disk: Map<string, Uint8Array>
  let reads: number
  const reader = {
    get(key: Uint8Array) {
      reads++
      return disk.get(Buffer.from(key).toString('hex'))
    },
  }
  const store = (index: number, value: Uint8Array | undefined) => {
    if (value === undefined) disk.delete(key(index).toString('hex'))
    else disk.set(key(index).toString('hex'), value)
    return { key: key(index), value }
  }
  const assertReads = (expected: number, work: () => void) => {
    const before = reads
    work()
    assert.equal(reads - before, expected)
  }

  beforeEach(() => {
    disk = new Map()
    reads = 0
  })

  test('reads a record once, and the lack of one once', () => {
    const cache = new RecordCache(reader)
    store(1, record(7))
    assertReads(2, () => {
      for (let turn = 0; turn < 3; turn++) {
        assert.deepEqual(cache.get(key(1)), record(7))
        assert.equal(cache.get(key(2)), undefined)
      }
    })
  })

  test('has the new record, or none, once it was written', () => {
    const cache = new RecordCache(reader)
    store(1, record(1))
    store(3, record(3))
    for (const index of [1, 2, 3]) cache.get(key(index))
    cache.written([store(1, record(10)), store(2, record(20)), store(3, undefined), store(4, record(40))])
    assertReads(0, () => {
      assert.deepEqual(cache.get(key(1)), record(10))
      assert.deepEqual(cache.get(key(2)), record(20))
      assert.equal(cache.get(key(3)), undefined)
    })
    assert.deepEqual(cache.get(key(4)), record(40))
  })

  test('has what is on disk after it was cleared', () => {
    const cache = new RecordCache(reader)
    store(1, record(1))
    cache.get(key(1))
    store(1, record(2))
    assert.deepEqual(cache.get(key(1)), record(1), 'it was not told of the write')
    cache.clear()
    assert.deepEqual(cache.get(key(1)), record(2))
  })

  test('keeps at least its limit of what was used last, and at most twice that', () => {
    const limit = 8
    const cache = new RecordCache(reader, limit)
    for (let index = 0; index < 100; index++) {
      store(index, record(index))
      cache.get(key(index))
      cache.get(key(0))
    }
    assertReads(0, () => {
      cache.get(key(0))
      for (let index = 100 - limit + 1; index < 100; index++) cache.get(key(index))
    })
    assertReads(84, () => {
      for (let index = 1; index < 85; index++) assert.deepEqual(cache.get(key(index)), record(index))
    })
  })

  test('does not keep what is long, nor what was short before', () => {
    const cache = new RecordCache(reader)
    const long = new Uint8Array(129)
    store(1, long)
    assertReads(2, () => {
      for (let turn = 0; turn < 2; turn++) assert.deepEqual(cache.get(key(1)), long)
    })
    cache.written([store(1, record(1))])
    cache.get(key(1))
    cache.written([store(1, long)])
    assert.deepEqual(cache.get(key(1)), long)
  })
})
