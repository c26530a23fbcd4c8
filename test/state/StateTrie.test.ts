import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { verifyMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as FlatRoot from '../../prover/state/FlatRoot.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { emptyRoot } from '../../prover/state/Trie.ts'
import { referenceRoot, toMinimal } from '../utils/ReferenceState.ts'
import { MemoryNodes, type ModelState, randomDiff, randomFrom } from '../utils/State.ts'

const noCode = () => new Uint8Array(0)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
function* sorted(state: ModelState) {
  for (const [accountKey, { account, slots }] of [...state].sort()) {
    const entries = [...slots].sort().map(([key, value]) => [Buffer.from(key, 'hex'), value] as const)
    yield { accountKey: Buffer.from(accountKey, 'hex'), account, slots: entries }
  }
}

describe('StateTrie', () => {
  test('has the state root of @ethereumjs/mpt after every diff, in memory and on stored nodes', async () => {
    const random = randomFrom(1)
    const nodes = new MemoryNodes()
    const state: ModelState = new Map()
    let trie = StateTrie.at(emptyRoot, nodes, noCode)
    for (let batch = 0; batch < 60; batch++) {
      const diff = randomDiff(state, random)
      trie = trie.applyDiff(diff)
      if (random() < 0.3) {
        trie.persist((hash, record) => nodes.put(hash, record))
        trie = StateTrie.at(trie.stateRoot, nodes, noCode)
      }
      assert.equal(hex(trie.stateRoot), hex(await referenceRoot(state)), `batch ${batch}`)
    }
  })

  test('reads what the diffs wrote, and forks leave each other alone', () => {
    const random = randomFrom(2)
    const state: ModelState = new Map()
    const versions: { trie: StateTrie; state: ModelState }[] = []
    let trie = StateTrie.at(emptyRoot, new MemoryNodes(), noCode)
    for (let batch = 0; batch < 20; batch++) {
      trie = trie.applyDiff(randomDiff(state, random))
      versions.push({ trie, state: structuredClone(state) })
    }
    for (const version of versions) {
      assert.equal([...version.trie.accounts.entries()].length, version.state.size)
      for (const [accountKey, { account, slots }] of version.state) {
        const key = Buffer.from(accountKey, 'hex')
        assert.deepEqual(version.trie.account(key), { ...account, hasStorage: slots.size > 0 })
        for (const [slotKey, value] of slots) assert.equal(version.trie.slot(key, Buffer.from(slotKey, 'hex')), value)
        assert.equal([...version.trie.storageOf(key).entries()].length, slots.size)
      }
    }
  })

  test('is the same built in one pass over the sorted state', () => {
    const random = randomFrom(3)
    const state: ModelState = new Map()
    const nodes = new MemoryNodes()
    let trie = StateTrie.at(emptyRoot, nodes, noCode)
    for (let batch = 0; batch < 30; batch++) {
      trie = trie.applyDiff(randomDiff(state, random))
      assert.equal(hex(StateTrie.build(sorted(state), noCode).stateRoot), hex(trie.stateRoot))
    }
    const streamed = new MemoryNodes()
    assert.equal(hex(FlatRoot.build(sorted(state), (hash, record) => streamed.put(hash, record))), hex(trie.stateRoot))
    trie.persist((hash, record) => nodes.put(hash, record))
    assert.deepEqual(streamed.sorted(), nodes.sorted())
  })

  test('proves accounts and slots to @ethereumjs/mpt', async () => {
    const random = randomFrom(4)
    const state: ModelState = new Map()
    let trie = StateTrie.at(emptyRoot, new MemoryNodes(), noCode)
    for (let batch = 0; batch < 10; batch++) trie = trie.applyDiff(randomDiff(state, random))
    for (const [accountKey, { slots }] of state) {
      const key = Buffer.from(accountKey, 'hex')
      const nodes = trie.accountNodes(key)
      assert.equal(hex(Keccak.keccak256(nodes[0]!)), hex(trie.stateRoot))
      const fields = RLP.decode((await verifyMerkleProof(key, nodes))!) as Uint8Array[]
      assert.equal(hex(fields[2]!), hex(trie.storageOf(key).root()))
      for (const [slotKey, value] of slots) {
        const proof = trie.storageNodes(key, Buffer.from(slotKey, 'hex'))
        const proven = await verifyMerkleProof(Buffer.from(slotKey, 'hex'), proof)
        assert.equal(hex(proven!), hex(RLP.encode(toMinimal(value))))
      }
    }
    assert.deepEqual(trie.storageNodes(Keccak.keccak256(new Uint8Array(1)), new Uint8Array(32)), [])
  })

  test('refuses a diff that changes storage of an absent account', () => {
    const trie = StateTrie.at(emptyRoot, new MemoryNodes(), noCode)
    const slots = [{ slotKey: Word.fromBigint(1n), value: Word.fromBigint(1n) }]
    const change = { accountKey: Word.fromBigint(1n), kind: StateDiff.kinds.storageOnly, account: undefined, slots }
    assert.throws(() => trie.applyDiff([change]), RangeError)
  })
})
