import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import * as Word from '../../prover/commitment/Word.ts'
import * as Database from '../../prover/state/Database.ts'
import { writesBack } from '../../prover/state/FlatHistory.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { Store } from '../../prover/state/Store.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import { type ScanPlan, type ScanPortion, TrieScan } from '../../prover/state/TrieScan.ts'
import { encodeWrites, writesIn } from '../../prover/state/WriteBuffer.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const scratch = mkdtempSync(join(tmpdir(), 'trie-scan-'))
const newest = 16

describe('TrieScan', () => {
  // More accounts than are read at once.
  const accounts = Array.from({ length: 1_200 }, (_, index) => [
    `0x${index.toString(16).padStart(40, '0')}`,
    { balance: 1 },
  ])
  const genesis = genesisWith({ accounts: Object.fromEntries(accounts) })
  const chain = new ModelChain(genesis)
  const plans: ScanPlan[] = []
  let database: Database.Database

  before(async () => {
    const store = await Store.open(scratch, genesis)
    for (let number = 1; number <= newest; number++) await store.commit(chain.batch(number))
    for (let number = 0; number <= newest; number++) plans.push(store.planScan(number, true))
    await store.close()
    database = await Database.open(scratch, false)
  })

  after(async () => {
    await Database.close(database)
    rmSync(scratch, { recursive: true })
  })

  async function portionsOf(plan: ScanPlan, portionBytes?: number): Promise<ScanPortion[]> {
    const scan = await TrieScan.begin(database, plan, portionBytes)
    const portions: ScanPortion[] = []
    do portions.push(await scan!.next())
    while (portions.at(-1)!.root === undefined)
    return portions
  }

  test('N-25, N-27: finds the root of every batch, and the nodes of its trie', async () => {
    for (const plan of plans) {
      const expected = trieOf(chain.state(plan.number))
      const portions = await portionsOf(plan)
      const root = portions.at(-1)!.root!
      assert.equal(hex(root), hex(expected.stateRoot), `batch ${plan.number}`)
      const writes = portions.flatMap((portion) => [...writesIn(portion.nodes)])
      const nodes = new Map(writes.map(({ key, value }) => [hex(key), value!]))
      const record = (hash: Uint8Array) => nodes.get(hex(Keys.node(hash)))
      const found = StateTrie.at(root, { record }, () => assert.fail('no code'))
      const entries = (trie: StateTrie) =>
        Array.from(trie.accounts.entries(), ([key, { nonce, balance, codeHash, storage }]) => {
          const slots = Array.from(storage.entries(), ([slotKey, value]) => [hex(slotKey), value])
          return [hex(key), nonce, balance, hex(codeHash), slots]
        })
      assert.deepEqual(entries(found), entries(expected))
      const records = new Map<string, string>()
      expected.persist((hash, record) => records.set(hex(Keys.node(hash)), hex(record)))
      assert.deepEqual(new Map(Array.from(nodes, ([key, record]) => [key, hex(record)] as const)), records)
    }
  })

  test('N-25: the portions are the same nodes, and a root alone has none', async () => {
    const [whole, ...rest] = await portionsOf(plans[9]!, 1 << 30)
    assert.deepEqual([rest, whole!.nodes.length > 1 << 16], [[], true])
    const portions = await portionsOf(plans[9]!, 1)
    assert.ok(portions.length > 1)
    assert.ok(portions.slice(0, -1).every(({ nodes }) => nodes.length > 0))
    assert.ok(Buffer.concat(portions.map(({ nodes }) => nodes)).equals(whole!.nodes))
    const [alone, ...more] = await portionsOf({ ...plans[9]!, withNodes: false }, 1)
    assert.deepEqual([alone!.nodes.length, hex(alone!.root!), more], [0, hex(whole!.root!), []])
  })

  test('N-27: of what leads back to an older batch each key is in memory once, and nothing else', () => {
    // Every batch replaces the same slots and one more.
    const [batches, slots] = [40, 500]
    const account = Buffer.alloc(32)
    const slotOf = (number: number) => Keys.slot(account, Word.fromBigint(BigInt(number)))
    const undo = Array.from({ length: batches }, (_, batch) => {
      const numbers = [...Array(slots).keys(), slots + batch]
      return encodeWrites(numbers.map((number) => ({ key: slotOf(number), value: Uint8Array.of(batch + 1) })))
    })
    const numberOf = new Map(undo.map((_, batch) => [hex(Keys.undo(batch + 1)), batch]))
    const writes = writesBack({ get: (key) => undo[numberOf.get(hex(key))!] }, batches, 0)
    const found = writes.map(({ key, value }) => [hex(key), value![0]])
    const expected = Array.from({ length: slots + batches }, (_, slot) => [
      hex(slotOf(slot)),
      Math.max(1, slot - slots + 1),
    ])
    assert.deepEqual(found, expected, 'the first batch that replaced a record has what was there')
    const buffers = new Set(writes.flatMap(({ key, value }) => [key.buffer, value!.buffer]))
    const held = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
    assert.ok(held < 4 * undo[0]!.length, `${held} bytes are held, a batch replaced ${undo[0]!.length}`)
  })

  test('N-25: there is none of another chain, of a batch that is to come, or of one that was pruned', async () => {
    for (const other of [{ chainHash: new Uint8Array(32) }, { number: newest + 1 }]) {
      assert.equal(await TrieScan.begin(database, { ...plans[9]!, ...other }), undefined)
    }
    await Database.close(database)
    const store = await Store.open(scratch, genesis)
    await store.prune(8)
    await store.close()
    database = await Database.open(scratch, false)
    assert.equal(await TrieScan.begin(database, plans[7]!), undefined)
    assert.equal(hex((await portionsOf(plans[8]!)).at(-1)!.root!), hex(trieOf(chain.state(8)).stateRoot))
    const reader = { get: (key: Uint8Array) => database.getSync(key) }
    assert.throws(() => writesBack(reader, newest, 7), /that batch 8 replaced are not in the store/)
  })
})
