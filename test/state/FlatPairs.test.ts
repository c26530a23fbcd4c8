import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as Database from '../../prover/state/Database.ts'
import { FlatPairs, portionsOf } from '../../prover/state/FlatPairs.ts'
import type { Write } from '../../prover/state/FlatState.ts'
import { Random } from '../utils/Random.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('FlatPairs', () => {
  let directory: string
  let database: Database.Database
  const random = new Random('flat pairs')
  const keyOf = (index: number) => Buffer.from([0x61, index >> 8, index & 0xff])
  const stored = Array.from({ length: 3_000 }, (_, index) => ({ key: keyOf(2 * index + 100), value: random.bytes(3) }))
  const others = ['`', 'b'].map((letter) => ({ key: Buffer.from(letter), value: Uint8Array.of(1) }))

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flat-pairs-'))
    database = await Database.open(directory)
    await Database.writeAll(database, [...stored, ...others])
  })

  after(async () => {
    await Database.close(database)
    await rm(directory, { recursive: true })
  })

  async function pairsWith(writes: readonly Write[]): Promise<string[]> {
    const snapshot = database.snapshot()
    const pairs = new FlatPairs(database, 'a', snapshot, writes)
    const found: string[] = []
    while (await pairs.hasMore()) while (pairs.isReady) found.push(pairs.next().map(hex).join(' '))
    assert.equal(await pairs.hasMore(), false)
    await pairs.close()
    await snapshot.close()
    return found
  }

  function expected(writes: readonly Write[]): string[] {
    const byKey = new Map<string, string>()
    for (const { key, value } of [...stored, ...writes]) {
      if (value === undefined) byKey.delete(hex(key))
      else byKey.set(hex(key), hex(value))
    }
    return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map((pair) => pair.join(' '))
  }

  for (const [what, indices] of [
    ['none', []],
    ['before the first and behind the last', [0, 1, 99, 6_099, 6_100, 30_000]],
    ['the first, the last and the edges of what is read at once', [100, 2_098, 2_099, 2_100, 4_098, 4_100, 6_098]],
    ['all there are and all in between', Array.from({ length: 6_200 }, (_, index) => index)],
    ['some of them', Array.from({ length: 300 }, () => random.below(6_200))],
  ] as const) {
    test(`N-27: are those of the snapshot but for what is written: ${what}`, async () => {
      const keys = [...new Set(indices)].sort((a, b) => a - b).map(keyOf)
      for (const makeValue of [
        () => undefined,
        () => random.bytes(2),
        () => (random.below(2) === 0 ? undefined : random.bytes(2)),
      ]) {
        const writes = keys.map((key) => ({ key, value: makeValue() }))
        assert.deepEqual(await pairsWith(writes), expected(writes))
      }
    })
  }

  test('come in portions, in the order of the letters, as they are when the first one is asked for', async () => {
    const found: string[] = []
    let portions = 0
    for await (const pairs of portionsOf(database, ['b', 'a', '`', 'z'])) {
      if (portions++ === 0) await Database.writeAll(database, [{ key: keyOf(1), value: Uint8Array.of(1) }])
      found.push(...pairs.map((pair) => pair.map(hex).join(' ')))
    }
    await Database.writeAll(database, [{ key: keyOf(1), value: undefined }])
    assert.deepEqual(found, ['62 01', ...expected([]), '60 01'])
    assert.ok(portions >= 5, `${portions} portions`)
  })

  test('leave nothing open, however soon one has enough', async () => {
    let open = 0
    const { iterator, snapshot } = database
    const counted = <R extends { close(): Promise<void> }>(resource: R): R => {
      open++
      const { close } = resource
      resource.close = () => {
        open--
        return close.call(resource)
      }
      return resource
    }
    database.iterator = ((options: object) => counted(iterator.call(database, options))) as typeof iterator
    database.snapshot = () => counted(snapshot.call(database))
    for (const enough of [1, 2, 3, 100]) {
      let portions = 0
      for await (const _ of portionsOf(database, ['b', 'a'])) {
        assert.equal(open, 2)
        if (++portions === enough) break
      }
      assert.equal(open, 0)
    }
    Object.assign(database, { iterator, snapshot })
  })
})
