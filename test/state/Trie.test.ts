import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MerklePatriciaTrie, verifyMerkleProof } from '@ethereumjs/mpt'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { emptyRoot, KeyOrderError, Trie } from '../../prover/state/Trie.ts'
import { TrieNodeError } from '../../prover/state/TrieLoader.ts'
import type { NodeSource } from '../../prover/state/TrieNode.ts'
import { MemoryNodes, randomBytes, randomFrom } from '../utils/State.ts'

const codec = { encode: (value: Uint8Array) => value, decode: (bytes: Uint8Array) => new Uint8Array(bytes) }
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function emptyTrie(nodes = new MemoryNodes()): Trie<Uint8Array> {
  return Trie.at(emptyRoot, codec, nodes)
}

/** A key that shares a long prefix with many others of its kind, so that extensions split and merge. */
function crowdedKey(random: () => number): Uint8Array {
  const key = new Uint8Array(32)
  for (const index of [0, 1, 15, 30, 31]) key[index] = random() < 0.4 ? Math.floor(random() * 3) * 0x11 : 0
  return key
}

/** A value that may be short enough for its leaf to be embedded, or undefined. */
function newValue(random: () => number): Uint8Array | undefined {
  return random() < 0.4 ? undefined : randomBytes(1 + Math.floor(random() * 40), random)
}

/** A trie of fifty keys whose nodes are stored, and one of the keys. */
function storedTrie() {
  const nodes = new MemoryNodes()
  let trie = emptyTrie(nodes)
  for (let i = 0; i < 50; i++) trie = trie.put(Keccak.keccak256(Uint8Array.of(i)), new Uint8Array(40))
  trie.persist((hash, record) => nodes.put(hash, record))
  return { nodes, trie, key: Keccak.keccak256(Uint8Array.of(1)) }
}

describe('Trie', () => {
  test('has the root of @ethereumjs/mpt after every random put and remove', async () => {
    for (const makeKey of [crowdedKey, (random: () => number) => randomBytes(32, random)]) {
      const random = randomFrom(7)
      const reference = new MerklePatriciaTrie()
      let trie = emptyTrie()
      const keys: Uint8Array[] = []
      for (let round = 0; round < 1_500; round++) {
        if (random() < 0.4 && keys.length > 0) {
          const [key] = keys.splice(Math.floor(random() * keys.length), 1)
          trie = trie.remove(key!)
          await reference.del(key!)
        } else {
          const key = makeKey(random)
          const value = randomBytes(1 + Math.floor(random() * 40), random)
          keys.push(key)
          trie = trie.put(key, value)
          await reference.put(key, value)
        }
        assert.equal(hex(trie.root()), hex(reference.root()), `round ${round}`)
      }
    }
  })

  test('is the same after many changes at once as after one at a time, and hashes no more', () => {
    for (const makeKey of [crowdedKey, (random: () => number) => randomBytes(32, random)]) {
      const random = randomFrom(13)
      const nodes = new MemoryNodes()
      let trie = emptyTrie(nodes)
      for (let round = 0; round < 300; round++) {
        const present = [...trie.entries()].map(([key]) => key)
        const share = random() // of the keys: none, some, or all of a trie go at once
        const changes = new Map(present.filter(() => random() < share).map((key) => [hex(key), newValue(random)]))
        for (let i = Math.floor(random() * 12); i > 0; i--) changes.set(hex(makeKey(random)), newValue(random))
        const sorted = [...changes].sort(([left], [right]) => (left < right ? -1 : 1))
        const batch = sorted.map(([key, value]) => ({ key: new Uint8Array(Buffer.from(key, 'hex')), value }))

        const countBefore = Keccak.count()
        let single = trie
        for (const { key, value } of batch) single = value === undefined ? single.remove(key) : single.put(key, value)
        const root = hex(single.root())
        const countBetween = Keccak.count()
        const together = trie.apply(batch)
        assert.equal(hex(together.root()), root, `round ${round}`)
        assert.ok(Keccak.count() - countBetween <= countBetween - countBefore, `round ${round} hashes too much`)
        assert.deepEqual([...together.entries()], [...single.entries()])
        together.persist((hash, record) => nodes.put(hash, record))
        // Half of the rounds begin with nodes that have to be loaded.
        trie = random() < 0.5 ? together : Trie.at(together.root(), codec, nodes)
        trie.get(new Uint8Array(32))
      }
    }
  })

  test('hashes a node once, however many keys below it change', () => {
    const random = randomFrom(14)
    const keys = Array.from({ length: 256 }, (_, index) => Uint8Array.of(index, ...randomBytes(31, random)))
    const change = (byte: number) => keys.map((key) => ({ key, value: new Uint8Array(32).fill(byte) }))
    const trie = emptyTrie().apply(change(1))
    trie.root()
    const before = Keccak.count()
    trie.apply(change(2)).root()
    assert.equal(Keccak.count() - before, 256 + 16 + 1) // leaves, branches, the root
  })

  test('reads a node once, and hashes and stores no more than those that change', () => {
    const random = randomFrom(15)
    const stored = new MemoryNodes()
    const keys = Array.from({ length: 2_000 }, () => randomBytes(32, random)).sort(Buffer.compare)
    const built = emptyTrie().apply(keys.map((key) => ({ key, value: key })))
    built.persist((hash, record) => stored.put(hash, record))
    const read: string[] = []
    const nodes = {
      record: (hash: Uint8Array) => {
        read.push(hex(hash))
        return stored.record(hash)
      },
    }
    const some = keys.filter(() => random() < 0.2)
    const hashes = (nodes: Uint8Array[]) => nodes.map((node) => hex(Keccak.keccak256(node)))
    const branches = new Set(some.flatMap((key) => hashes(built.nodesTo(key).slice(0, -1))))
    const nodeCount = branches.size + some.length

    const before = Keccak.count()
    const after = Trie.at(built.root(), codec, nodes).update(some, (index, value) => {
      assert.deepEqual(value, some[index])
      return new Uint8Array(40)
    })
    after.root()
    assert.deepEqual(read.toSorted(), [...branches].sort(), 'leaves come with their branches')
    assert.equal(Keccak.count() - before, 2 * nodeCount, 'the nodes that were read, and those in their place')
    let puts = 0
    after.persist(() => puts++)
    assert.equal(puts, branches.size)
    assert.equal(Keccak.count() - before, 2 * nodeCount, 'storing hashes nothing again')
  })

  test('is the trie itself after changes that change nothing', () => {
    const random = randomFrom(16)
    let trie = emptyTrie()
    for (let i = 0; i < 30; i++) trie = trie.put(crowdedKey(random), randomBytes(30, random))
    const absent = Array.from({ length: 300 }, () => crowdedKey(random)).filter((key) => trie.get(key) === undefined)
    const others = new Map(absent.map((key) => [hex(key), key]))
    const keys = [...others.values(), ...[...trie.entries()].map(([key]) => key)].sort(Buffer.compare)
    assert.ok(others.size > 20)
    assert.equal(
      trie.update(keys, (_, value) => value),
      trie,
    )
  })

  test('keeps every older version as it was', () => {
    const random = randomFrom(8)
    const versions: { trie: Trie<Uint8Array>; entries: Map<string, string> }[] = [
      { trie: emptyTrie(), entries: new Map() },
    ]
    for (let round = 0; round < 300; round++) {
      const from = versions[Math.floor(random() * versions.length)]!
      const key = crowdedKey(random)
      const entries = new Map(from.entries)
      if (random() < 0.4) {
        entries.delete(hex(key))
        versions.push({ trie: from.trie.remove(key), entries })
      } else {
        entries.set(hex(key), hex(key.slice(20)))
        versions.push({ trie: from.trie.put(key, key.slice(20)), entries })
      }
    }
    for (const { trie, entries } of versions) {
      const read = [...trie.entries()].map(([key, value]) => [hex(key), hex(value)])
      assert.deepEqual(read, [...entries].sort())
    }
  })

  test('works on nodes of a store as on nodes in memory, and stores each new node once', () => {
    const random = randomFrom(9)
    const nodes = new MemoryNodes()
    let inMemory = emptyTrie()
    let root = inMemory.root()
    for (let round = 0; round < 40; round++) {
      let trie = Trie.at(root, codec, nodes)
      for (let change = 0; change < 20; change++) {
        const key = crowdedKey(random)
        const value = random() < 0.3 ? undefined : randomBytes(1 + Math.floor(random() * 40), random)
        inMemory = value === undefined ? inMemory.remove(key) : inMemory.put(key, value)
        trie = value === undefined ? trie.remove(key) : trie.put(key, value)
      }
      assert.equal(hex(trie.root()), hex(inMemory.root()))
      trie.persist((hash, record) => nodes.put(hash, record))
      trie.persist(() => assert.fail('a stored node was stored again'))
      root = trie.root()
    }
    assert.deepEqual([...Trie.at(root, codec, nodes).entries()], [...inMemory.entries()])
  })

  test('proves presence and absence of any key to @ethereumjs/mpt', async () => {
    const random = randomFrom(10)
    let trie = emptyTrie()
    for (let i = 0; i < 200; i++)
      trie = trie.put(crowdedKey(random), randomBytes(1 + Math.floor(random() * 40), random))
    for (let i = 0; i < 200; i++) {
      const key = crowdedKey(random)
      const proven = await verifyMerkleProof(key, trie.nodesTo(key))
      assert.deepEqual(proven ?? undefined, trie.get(key))
    }
    assert.deepEqual(emptyTrie().nodesTo(new Uint8Array(32)), [])
  })

  test('names the one node, besides the way, that a removal reads', () => {
    const random = randomFrom(11)
    let collapses = 0
    for (let round = 0; round < 300; round++) {
      let trie = emptyTrie()
      for (let i = 0; i < 12; i++) trie = trie.put(crowdedKey(random), randomBytes(30, random))
      const nodes = new MemoryNodes()
      const key = [...trie.entries()][Math.floor(random() * 3)]?.[0] ?? new Uint8Array(32)
      for (const node of trie.nodesTo(key)) nodes.put(Keccak.keccak256(node), node)
      const sibling = trie.removalSibling(key)
      const bare = Trie.at(trie.root(), codec, nodes)
      if (sibling !== undefined) {
        collapses++
        assert.throws(() => bare.remove(key), TrieNodeError)
        nodes.put(Keccak.keccak256(sibling), sibling)
      }
      assert.equal(hex(bare.remove(key).root()), hex(trie.remove(key).root()))
    }
    assert.ok(collapses > 30, `only ${collapses} collapses were tried`)
  })

  test('refuses a node of a store that has other content, or is missing', () => {
    const { nodes, trie, key } = storedTrie()
    const [, second] = trie.nodesTo(key)
    const damaged = second!.slice()
    damaged[5]! ^= 1
    nodes.put(Keccak.keccak256(second!), damaged)
    assert.throws(() => Trie.at(trie.root(), codec, nodes).get(key), TrieNodeError)
    assert.throws(() => Trie.at(trie.root(), codec, new MemoryNodes()).get(key), TrieNodeError)
  })

  test('hashes what it reads, unless the source is trusted', () => {
    const { nodes, trie, key } = storedTrie()
    const hashesOf = (source: NodeSource) => {
      const before = Keccak.count()
      assert.deepEqual(Trie.at(trie.root(), codec, source).get(key), new Uint8Array(40))
      return Keccak.count() - before
    }
    assert.equal(hashesOf(nodes), trie.nodesTo(key).length)
    assert.equal(hashesOf({ isTrusted: true, record: (hash) => nodes.record(hash) }), 0)
  })

  test('refuses changes out of order', () => {
    const [low, high] = [new Uint8Array(32), new Uint8Array(32).fill(1)]
    const value = Uint8Array.of(1)
    for (const keys of [
      [high, low],
      [low, low],
    ]) {
      assert.throws(() => emptyTrie().apply(keys.map((key) => ({ key, value }))), KeyOrderError)
    }
  })

  test('refuses keys that are not 32 bytes', () => {
    assert.throws(() => emptyTrie().put(new Uint8Array(31), new Uint8Array(1)), RangeError)
  })
})
