import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import { unionsOf } from '../../prover/state/DiffUnion.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { emptyRoot } from '../../prover/state/Trie.ts'
import { MemoryNodes, type ModelState, randomDiff, randomFrom } from '../utils/State.ts'

const accountKey = Word.fromBigint(7n << 200n)
const account = { nonce: 1n, balance: 5n, codeHash: StateDiff.emptyCodeHash }
const slot = (key: bigint, value: bigint) => ({ slotKey: Word.fromBigint(key << 240n), value: Word.fromBigint(value) })
const set = (slots: StateDiff.SlotChange[]) => [{ accountKey, kind: StateDiff.kinds.set, account, slots }]
const store = (slots: StateDiff.SlotChange[]) => [
  { accountKey, kind: StateDiff.kinds.storageOnly, account: undefined, slots },
]
const deleted = [{ accountKey, kind: StateDiff.kinds.deleted, account: undefined, slots: [] }]

function empty(): StateTrie {
  return StateTrie.at(emptyRoot, new MemoryNodes(), () => new Uint8Array(0))
}

function oneByOne(base: StateTrie, diffs: readonly StateDiff.StateDiff[]): StateTrie {
  return diffs.reduce((trie, diff) => trie.applyDiff(diff), base)
}

function randomDiffs(seed: number, count: number): StateDiff.StateDiff[] {
  const random = randomFrom(seed)
  const state: ModelState = new Map()
  return Array.from({ length: count }, () => randomDiff(state, random))
}

describe('DiffUnion', () => {
  test('N-5: unions lead to the state that the diffs lead to, one after the other', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const diffs = randomDiffs(seed, 30)
      const base = oneByOne(empty(), diffs.slice(0, 10))
      const wanted = oneByOne(base, diffs.slice(10)).stateRoot
      assert.deepEqual(base.applyDiffs(diffs.slice(10)).stateRoot, wanted, `seed ${seed}`)
      for (const limit of [1, 7, 40]) {
        const unions = [...unionsOf(diffs.slice(10), limit)]
        assert.deepEqual(oneByOne(base, unions).stateRoot, wanted, `seed ${seed}, at most ${limit} changes`)
      }
    }
  })

  test('the newest change of a key counts, and an account keeps what only an older one says', () => {
    const diffs = [set([slot(1n, 1n), slot(2n, 2n)]), store([slot(1n, 0n), slot(3n, 3n)])]
    assert.deepEqual([...unionsOf(diffs)], [set([slot(1n, 0n), slot(2n, 2n), slot(3n, 3n)])])
  })

  test('what was made and deleted leaves nothing, and what is made again begins without storage', () => {
    const made = set([slot(1n, 1n)])
    assert.deepEqual([...unionsOf([made, deleted])], [deleted])
    assert.deepEqual(empty().applyDiffs([made, deleted]).stateRoot, emptyRoot)
    const again = set([slot(2n, 2n)])
    assert.deepEqual([...unionsOf([made, deleted, again])], [deleted, again])
    const base = empty().applyDiff(made)
    assert.deepEqual(base.applyDiffs([deleted, again]).stateRoot, empty().applyDiff(again).stateRoot)
  })

  test('no diff at all changes nothing', () => {
    assert.deepEqual([...unionsOf([])], [])
    assert.deepEqual([...unionsOf([[], []])], [])
  })

  test('what many batches change is hashed once', () => {
    const diffs = Array.from({ length: 20 }, (_, batch) => store([slot(1n, BigInt(batch + 1)), slot(2n, 9n)]))
    const base = empty().applyDiff(set([]))
    assert.ok(base.stateRoot)
    const before = Keccak.count()
    assert.ok(base.applyDiffs(diffs).stateRoot)
    const hashes = Keccak.count() - before
    const once = Keccak.count()
    assert.ok(base.applyDiff(diffs[19]!).stateRoot)
    assert.equal(hashes, Keccak.count() - once)
  })
})
