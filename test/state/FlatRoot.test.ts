import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Database from '../../prover/state/Database.ts'
import * as FlatRoot from '../../prover/state/FlatRoot.ts'
import { encodeAccount, FlatState, FlatStateError } from '../../prover/state/FlatState.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import { emptyRoot } from '../../prover/state/Trie.ts'
import { referenceRoot } from '../utils/ReferenceState.ts'
import { type ModelState, randomBytes, randomDiff, randomFrom } from '../utils/State.ts'

describe('FlatRoot', () => {
  let directory: string
  let database: Database.Database

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flat-root-'))
    database = await Database.open(directory)
  })

  afterEach(async () => {
    await Database.close(database)
    await rm(directory, { recursive: true })
  })

  test('N-27: the flat pairs have the state root of @ethereumjs/mpt after every diff', async () => {
    const random = randomFrom(21)
    const flat = new FlatState({ get: (key) => database.getSync(key) })
    const state: ModelState = new Map()
    assert.deepEqual(await FlatRoot.rootOf(database), emptyRoot)
    for (let batch = 0; batch < 40; batch++) {
      await Database.writeAll(database, flat.apply(randomDiff(state, random)).writes)
      const found = Buffer.from(await FlatRoot.rootOf(database)).toString('hex')
      assert.equal(found, Buffer.from(await referenceRoot(state)).toString('hex'), `batch ${batch}`)
    }
    const counts = [...state.values()].map(({ slots }) => slots.size)
    assert.ok(counts.includes(0) && counts.includes(1) && Math.max(...counts) > 3, 'accounts without and with storage')
  })

  test('N-27: more pairs than are read at once, in one account and in many, with the longest numbers', async () => {
    const random = randomFrom(22)
    const state: ModelState = new Map()
    const slots = () => {
      const entries = Array.from({ length: 2_500 }, (_, index) => {
        const value = index % 2 === 0 ? BigInt(1 + (index % 300)) : (1n << 256n) - BigInt(index)
        return [Buffer.from(randomBytes(32, random)).toString('hex'), value] as const
      })
      return new Map(entries)
    }
    for (let index = 0; index < 2_500; index++) {
      const account = { nonce: (1n << 64n) - 1n, balance: (1n << 256n) - 1n, codeHash: randomBytes(32, random) }
      const accountKey = Buffer.from(randomBytes(32, random)).toString('hex')
      state.set(accountKey, { account, slots: index % 1_000 === 7 ? slots() : new Map() })
    }
    const flat = new FlatState({ get: () => undefined })
    for (const [key, { account, slots }] of state) {
      const changes = Array.from(slots, ([slotKey, value]) => {
        return { slotKey: Buffer.from(slotKey, 'hex'), value: Word.fromBigint(value) }
      })
      const change = { accountKey: Buffer.from(key, 'hex'), kind: StateDiff.kinds.set, account, slots: changes }
      await Database.writeAll(database, flat.apply([change]).writes)
    }
    const found = Buffer.from(await FlatRoot.rootOf(database)).toString('hex')
    assert.equal(found, Buffer.from(await referenceRoot(state)).toString('hex'))
  })

  test('N-27: a slot count that is not true, and a slot of no account, are errors', async () => {
    const [first, second] = [1, 2].map((byte) => new Uint8Array(32).fill(byte))
    const account = { nonce: 1n, balance: 0n, codeHash: first! }
    const put = (slotCount: number) => ({ key: Keys.account(first!), value: encodeAccount(account, slotCount) })
    const slotOf = (accountKey: Uint8Array) => ({ key: Keys.slot(accountKey, second!), value: Uint8Array.of(5) })
    for (const writes of [
      [put(1)],
      [put(2), slotOf(first!)],
      [put(0), slotOf(first!)],
      [put(1), slotOf(second!)],
      [put(1), slotOf(first!), slotOf(second!)],
      [put(1), slotOf(new Uint8Array(32)), slotOf(first!)],
    ]) {
      await Database.writeAll(database, writes)
      await assert.rejects(FlatRoot.rootOf(database), FlatStateError)
      await Database.writeAll(
        database,
        writes.map(({ key }) => ({ key, value: undefined })),
      )
    }
    await Database.writeAll(database, [put(1), slotOf(first!)])
    await FlatRoot.rootOf(database)
  })
})
