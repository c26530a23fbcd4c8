import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import * as Database from '../../prover/state/Database.ts'
import { Store } from '../../prover/state/Store.ts'
import * as TriePlan from '../../prover/state/TriePlan.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const scratch = mkdtempSync(join(tmpdir(), 'trie-plan-'))
after(() => rmSync(scratch, { recursive: true }))

describe('TriePlan', () => {
  test('N-25: has every new node once, however it is cut into portions; undefined on another chain', async () => {
    const genesis = genesisWith()
    const store = await Store.open(scratch, genesis)
    const chain = new ModelChain(genesis)
    for (let number = 1; number <= 8; number++) await store.commit(chain.batch(number))
    await store.storeTrie(2)
    const plan = store.planTrie(7)
    assert.equal(plan.base, 2)
    const expected = new Map<string, string>()
    store.stateAt(7).persist((hash, encoded) => expected.set(hex(hash), hex(encoded)))
    await store.close()

    const database = await Database.open(scratch, false)
    const reader = { get: (key: Uint8Array) => database.getSync(key) }
    const request = { plan, withNodes: true }
    for (const [bytes, count] of [
      [undefined, 1],
      [1_000, Math.ceil(expected.size / 20)],
      [1, expected.size],
    ] as const) {
      const { root, portions } = TriePlan.compute(reader, request, bytes)!
      assert.equal(hex(root), hex(trieOf(chain.state(7)).stateRoot))
      assert.ok(portions.length >= count, `${portions.length} portions of ${bytes} bytes`)
      const writes = portions.flatMap((portion) => [...TriePlan.writesIn(portion)])
      assert.equal(writes.length, expected.size)
      for (const { key, value } of writes) {
        assert.equal(hex(key.subarray(0, 1)), '6e')
        assert.equal(hex(value!), expected.get(hex(key.subarray(1))))
      }
    }
    assert.deepEqual(TriePlan.compute(reader, { plan, withNodes: false })!.portions, [])
    for (const other of [{ chainHash: new Uint8Array(32) }, { number: 9 }, { base: 3 }]) {
      assert.equal(TriePlan.compute(reader, { plan: { ...plan, ...other }, withNodes: true }), undefined)
    }
    await Database.close(database)
  })
})
