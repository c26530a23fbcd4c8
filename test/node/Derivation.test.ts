import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import { Store } from '../../prover/state/Store.ts'
import { appendBatch } from '../utils/Append.ts'
import { RandomBatches, randomGenesis } from '../utils/RandomBatches.ts'
import { randomFrom } from '../utils/State.ts'

const batchCount = 8
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('Deriving the chain from its payloads', () => {
  test('gives the same from the flat state and from the trie, again after undoing, and on another node', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'derivation-'))
    for (const seed of [1001, 1002, 1003]) {
      const random = randomFrom(seed)
      const genesis = randomGenesis(random)
      const store = await Store.open(join(scratch, `${seed}`), genesis)
      const batches = new RandomBatches(random)
      const roots = [hex(store.stateAt(0).stateRoot)]
      for (let number = 1; number <= batchCount; number++) {
        const l1Time = genesis.time + BigInt(number * 100)
        const payload = await batches.payload(l1Time)
        const { diff } = await appendBatch(store, payload, l1Time)
        const onTrie = executeBatch(store.stateAt(number - 1), { payload, l1Time }, genesis.config)
        assert.equal(hex(StateDiff.root(onTrie.diff)), hex(StateDiff.root(diff)), `seed ${seed}, batch ${number}`)
        roots.push(hex(store.stateAt(number).stateRoot))
        if (number % 3 === 0) await store.storeTrie(number)
        batches.setNonces((address) => store.state.account(Keccak.keccak256(address))?.nonce ?? 0n)
      }
      const numbers = Array.from({ length: batchCount }, (_, at) => at + 1)
      const records = numbers.map((number) => ({ record: store.batch(number), payload: store.payload(number) }))
      await store.undoTo(2)
      const other = await Store.open(join(scratch, `${seed}-other`), genesis)
      for (const { record, payload } of records) {
        if (record.number > 2) await appendBatch(store, payload, record.l1Time)
        await appendBatch(other, payload, record.l1Time)
        assert.deepEqual(store.batch(record.number), record)
        assert.deepEqual(other.batch(record.number), record)
      }
      for (const [number, root] of roots.entries()) {
        assert.equal(hex(store.stateAt(number).stateRoot), root)
        assert.equal(hex(other.stateAt(number).stateRoot), root)
      }
      await store.close()
      await other.close()
    }
    rmSync(scratch, { recursive: true })
  })
})
