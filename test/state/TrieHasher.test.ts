import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { emptyRoot, KeyOrderError, Trie } from '../../prover/state/Trie.ts'
import { TrieHasher } from '../../prover/state/TrieHasher.ts'
import { nodesIn, type RecordSink } from '../../prover/state/TrieRecord.ts'
import { Random } from '../utils/Random.ts'
import { MemoryNodes } from '../utils/State.ts'
import { codec, makeCrowdedKey } from '../utils/Tries.ts'

type Entry = readonly [key: Uint8Array, value: Uint8Array]

function rootOf(hasher: TrieHasher, entries: readonly Entry[]): Uint8Array {
  for (const [key, value] of entries) {
    const item = RLP.encode(value)
    hasher.add(Buffer.concat([Buffer.alloc(5), key]), 5, item, item.length)
  }
  const found = new Uint8Array(40)
  hasher.finish(found, 8)
  return found.slice(8)
}

/** Records in the order in which they come, copied at once. */
function recordsBy(make: (put: RecordSink) => unknown): string[] {
  const records: string[] = []
  make((hash, record) => records.push([hash, record].map((bytes) => Buffer.from(bytes).toString('hex')).join(' ')))
  return records
}

function sort(entries: readonly Entry[]): Entry[] {
  const byKey = new Map(entries.map((entry) => [Buffer.from(entry[0]).toString('hex'), entry]))
  return [...byKey.values()].sort(([a], [b]) => Buffer.compare(a, b))
}

describe('TrieHasher', () => {
  const random = new Random('trie hasher')
  const hasher = new TrieHasher()
  // Of all lengths that an account or a slot may have, and so short that leaves are embedded.
  const makeEntry = (makeKey: () => Uint8Array): Entry => {
    const value = random.bytes(random.pick([1, 1, 2, 30, 33, 54, 55, 56, 70, 110]))
    value[0] = random.pick([0x01, 0x7f, 0x80, 0xff])
    return [makeKey(), value]
  }

  test('has the root of @ethereumjs/mpt, one trie after the other', async () => {
    for (const makeKey of [() => random.word(), () => makeCrowdedKey(random)]) {
      for (const count of [0, 1, 2, 3, 10, 50, 300, 1_000]) {
        const entries = sort(Array.from({ length: count }, () => makeEntry(makeKey)))
        const reference = new MerklePatriciaTrie()
        for (const [key, value] of entries) await reference.put(key, value)
        assert.deepEqual(Buffer.from(rootOf(hasher, entries)), Buffer.from(reference.root()), `${count} entries`)
      }
    }
    assert.deepEqual(rootOf(hasher, []), emptyRoot)
  })

  test('has it for keys that part in every nibble, with leaves and branches that are embedded', async () => {
    for (const length of [1, 40]) {
      const keys = [new Uint8Array(32)]
      for (let depth = 0; depth < 64; depth++) {
        const key = new Uint8Array(32)
        key[depth >> 1] = depth & 1 ? 0x01 : 0x10
        keys.push(key)
      }
      const entries = sort(keys.map((key) => [key, new Uint8Array(length).fill(7)]))
      const reference = new MerklePatriciaTrie()
      for (const [key, value] of entries) await reference.put(key, value)
      assert.deepEqual(Buffer.from(rootOf(hasher, entries)), Buffer.from(reference.root()))
    }
  })

  test('hashes every node once', () => {
    const entries = sort(Array.from({ length: 500 }, () => [random.word(), random.bytes(70)]))
    let nodes = 0
    const changes = entries.map(([key, value]) => ({ key, value }))
    Trie.at(emptyRoot, codec, new MemoryNodes())
      .apply(changes)
      .persist((_, record) => {
        nodes += [...nodesIn(record)].length
      })
    const before = Keccak.count()
    rootOf(hasher, entries)
    assert.equal(Keccak.count() - before, nodes)
  })

  test('hands the records of a trie in memory to its sink, children first', () => {
    for (const [count, makeKey] of [
      [1, () => random.word()],
      [500, () => random.word()],
      [300, () => makeCrowdedKey(random)],
    ] as const) {
      const entries = sort(Array.from({ length: count }, () => makeEntry(makeKey)))
      const changes = entries.map(([key, value]) => ({ key, value }))
      const expected = recordsBy((put) => Trie.at(emptyRoot, codec, new MemoryNodes()).apply(changes).persist(put))
      const found = recordsBy((put) => rootOf(new TrieHasher(put), entries))
      assert.deepEqual(found, expected)
    }
    assert.deepEqual(
      recordsBy((put) => rootOf(new TrieHasher(put), [])),
      [],
    )
  })

  test('refuses keys that do not ascend', () => {
    const value = Uint8Array.of(1)
    for (const second of [1, 0]) {
      const keys = [1, second].map((byte) => new Uint8Array(32).fill(byte))
      const refusing = new TrieHasher()
      assert.throws(
        () =>
          rootOf(
            refusing,
            keys.map((key) => [key, value]),
          ),
        KeyOrderError,
      )
    }
  })
})
