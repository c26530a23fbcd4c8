import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import { RecordCache } from '../../prover/state/RecordCache.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'

/** Distinct keys of accounts. */
const key = (index: number) => Buffer.from(Keys.account(Buffer.alloc(32, `${index} `)))
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
  /** What is on disk when the first portion is asked for, in portions of two pairs; `between` is done before each but the first. */
  async function* portions(between: () => void = () => {}) {
    const pairs = Array.from(disk, ([digits, value]) => [Buffer.from(digits, 'hex'), value] as const)
    for (let at = 0; at < pairs.length; at += 2) {
      if (at > 0) between()
      yield pairs.slice(at, at + 2)
    }
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
    assertReads(1, () => assert.deepEqual(cache.get(key(4)), record(40)))
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

  test('keeps what was used last, and no more than its limit', () => {
    const limit = 64_000
    const cache = new RecordCache(reader, limit)
    const count = 5_000
    for (let index = 0; index < count; index++) {
      store(index, record(index & 0xff))
      cache.get(key(index))
      cache.get(key(0))
    }
    // A record takes 40 bytes and its place in the index; at least half of the limit is in use at any time.
    let kept = 0
    for (let index = count - 1; index >= 0; index--) {
      const before = reads
      assert.deepEqual(cache.get(key(index)), record(index & 0xff))
      if (reads > before) break
      kept++
    }
    assert.ok(kept > limit / 2 / 100 && kept < limit / 40, `${kept} records`)
    assertReads(0, () => cache.get(key(0)))
  })

  test('has the newest of what it keeps, whatever was read and written before', () => {
    const count = 900
    for (const limit of [30_000, 64_000, 120_000]) {
      const cache = new RecordCache(reader, limit)
      for (let index = 0; index < count; index++) store(index, record(1))
      for (let turn = 2; turn < 40; turn++) {
        // Those that are in either generation, and some that are in none, and then a few more that push others out.
        for (let index = turn % 7; index < count; index += 7) cache.get(key(index))
        const writes = []
        for (let index = turn % 3; index < count; index += 3) {
          writes.push(store(index, (index + turn) % 5 === 0 ? undefined : record(turn)))
        }
        cache.written(writes)
        for (let index = 0; index < count; index += 1 + (turn % 4)) {
          assert.deepEqual(cache.get(key(index)), disk.get(key(index).toString('hex')), `key ${index}, turn ${turn}`)
        }
      }
    }
  })

  test('keeps accounts and slots, and nothing else', () => {
    const cache = new RecordCache(reader)
    const code = Keys.code(Buffer.alloc(32, 1))
    cache.get(code)
    cache.written([{ key: code, value: record(1) }])
    assertReads(2, () => {
      for (let turn = 0; turn < 2; turn++) cache.get(code)
    })
    const slot = Keys.slot(Buffer.alloc(32, 1), Buffer.alloc(32, 2))
    assertReads(1, () => {
      for (let turn = 0; turn < 2; turn++) cache.get(slot)
    })
  })

  test('asks the disk for nothing once it has all pairs, whatever is written', async () => {
    const cache = new RecordCache(reader)
    for (let index = 0; index < 7; index++) store(index, record(index))
    await cache.fill(portions())
    assert.equal(cache.holdsAll, true)
    cache.written([store(3, record(30)), store(4, undefined), store(8, record(80))])
    assertReads(0, () => {
      for (let index = 0; index < 10; index++) {
        assert.deepEqual(cache.get(key(index)), disk.get(key(index).toString('hex')), `key ${index}`)
      }
    })
  })

  test('has what was written while the pairs came in, not what they say', async () => {
    const cache = new RecordCache(reader)
    for (let index = 0; index < 6; index++) store(index, record(index))
    let turn = 0
    const writes = [
      () => cache.written([store(0, record(10)), store(5, record(50)), store(9, record(90))]),
      () => cache.written([store(4, undefined), store(9, undefined)]),
    ]
    await cache.fill(portions(() => writes[turn++]!()))
    assert.equal(turn, 2)
    assert.equal(cache.holdsAll, true)
    assertReads(0, () => {
      for (let index = 0; index < 10; index++) {
        assert.deepEqual(cache.get(key(index)), disk.get(key(index).toString('hex')), `key ${index}`)
      }
    })
  })

  test('has nothing of before after it was cleared, while it is filled or when it was', async () => {
    const forget = (cache: RecordCache) => {
      cache.clear()
      store(1, record(100)) // nobody is told
    }
    const assertForgotten = (cache: RecordCache) => {
      assert.equal(cache.holdsAll, false)
      assertReads(2, () => {
        assert.deepEqual(cache.get(key(1)), record(100))
        assert.equal(cache.get(key(7)), undefined)
      })
    }
    const ways = [
      async (cache: RecordCache) => {
        await cache.fill(portions(() => forget(cache)))
      },
      async (cache: RecordCache) => {
        async function* last() {
          yield* portions()
          forget(cache)
        }
        await cache.fill(last())
      },
      async (cache: RecordCache) => {
        await cache.fill(portions())
        forget(cache)
      },
      async (cache: RecordCache) => {
        async function* failing() {
          yield* portions()
          store(1, record(100))
          throw new Error('no more')
        }
        await assert.rejects(cache.fill(failing()), /no more/)
      },
    ]
    for (const way of ways) {
      const cache = new RecordCache(reader)
      for (let index = 0; index < 6; index++) store(index, record(index))
      await way(cache)
      assertForgotten(cache)
    }
  })

  test('forgets everything if it can not keep something, and fails nobody', async () => {
    const cache = new RecordCache(reader)
    for (let index = 0; index < 6; index++) store(index, record(index))
    await cache.fill(portions())
    const long = new Uint8Array(65_536)
    cache.written([store(1, record(10)), store(2, long), store(3, record(30))])
    assert.equal(cache.holdsAll, false)
    for (let turn = 0; turn < 2; turn++) {
      for (let index = 0; index < 6; index++) {
        assert.deepEqual(cache.get(key(index)), disk.get(key(index).toString('hex')), `key ${index}`)
      }
    }
    await assert.rejects(cache.fill(portions()), /a record of at most 65535, got 33 and 65536/)
    assert.equal(cache.holdsAll, false)
    assert.deepEqual(cache.get(key(2)), long)
  })

  test('is filled anew with what is on disk, whatever it had', async () => {
    const cache = new RecordCache(reader, 30_000)
    for (let index = 0; index < 600; index++) {
      store(index, record(1))
      cache.get(key(index))
    }
    disk.clear()
    for (let index = 500; index < 520; index++) store(index, record(2)) // nobody is told
    await cache.fill(portions())
    assert.equal(cache.holdsAll, true)
    let next = 700
    while (cache.holdsAll) cache.written([store(next++, record(3))])
    for (let index = 0; index < next; index++) {
      assert.deepEqual(cache.get(key(index)), disk.get(key(index).toString('hex')), `key ${index}`)
    }
  })

  test('with all pairs, has room for as many as there are, however many there were', async () => {
    const cache = new RecordCache(reader, 64_000)
    store(0, record(0))
    await cache.fill(portions())
    for (let index = 1; index < 10_000; index++) {
      cache.written([store(index, record(1, 2, 3))])
      cache.written([store(index, undefined)])
    }
    assert.equal(cache.holdsAll, true)
    assertReads(0, () => {
      assert.deepEqual(cache.get(key(0)), record(0))
      assert.equal(cache.get(key(5)), undefined)
    })
  })

  test('reads from the disk what has no room, from the beginning or later', async () => {
    const limit = 64_000
    const cache = new RecordCache(reader, limit)
    for (let index = 0; index < 400; index++) store(index, record(index & 0xff))
    let told = 0
    await cache.fill(portions(), () => told++)
    assert.equal(cache.holdsAll, true)
    let index = 400
    while (cache.holdsAll) {
      assert.equal(told, 0)
      cache.written([store(index, record(index++ & 0xff))])
    }
    assert.equal(told, 1)
    assert.ok(index > 500 && index < limit / 40, `${index} records`)
    for (let other = 0; other < index; other++) assert.deepEqual(cache.get(key(other)), record(other & 0xff))
    await cache.fill(portions(), () => told++)
    assert.equal(cache.holdsAll, false)
    assert.equal(told, 2)
    for (let other = 0; other < index; other++) assert.deepEqual(cache.get(key(other)), record(other & 0xff))
    assert.equal(told, 2, 'what was used last comes and goes, and nobody is told')
  })
})
