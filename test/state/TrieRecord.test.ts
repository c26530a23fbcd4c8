import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { emptyRoot, Trie } from '../../prover/state/Trie.ts'
import { TrieNodeError } from '../../prover/state/TrieLoader.ts'
import * as Record from '../../prover/state/TrieRecord.ts'
import { Random } from '../utils/Random.ts'
import { MemoryNodes } from '../utils/State.ts'
import { codec, makeCrowdedKey } from '../utils/Tries.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** A trie with leaves of all lengths, embedded ones among them, with its records. */
function makeTrie(random: Random, count: number, makeKey: () => Uint8Array) {
  let trie = Trie.at(emptyRoot, codec, new MemoryNodes())
  for (let index = 0; index < count; index++) trie = trie.put(makeKey(), random.bytes(random.pick([1, 2, 33, 70, 160])))
  const records = new Map<string, Uint8Array>()
  trie.persist((hash, record) => records.set(hex(hash), record))
  return { trie, records }
}

describe('Records of trie nodes', () => {
  test('N-5: have every node of a trie once, leaves behind their branches, others under their hash', () => {
    const random = new Random('records')
    for (const makeKey of [() => random.word(), () => makeCrowdedKey(random)]) {
      for (const count of [1, 2, 40, 700]) {
        const { trie, records } = makeTrie(random, count, makeKey)
        const ways = [...trie.entries()].flatMap(([key]) => trie.nodesTo(key))
        const expected = new Set(ways.map(hex))
        const found: string[] = []
        for (const [hash, record] of records) {
          const [first, ...leaves] = Record.nodesIn(record)
          assert.equal(hex(Keccak.keccak256(first!)), hash)
          for (const leaf of leaves) assert.ok(hex(first!).includes(`a0${hex(Keccak.keccak256(leaf))}`))
          found.push(...[first!, ...leaves].map(hex))
        }
        assert.deepEqual(found.toSorted(), [...expected].sort())
        if (count === 700) assert.ok(records.size < 0.55 * found.length, `${records.size} of ${found.length}`)
      }
    }
  })

  test('N-5: a leaf behind a branch that is damaged, gone or cut off is an error', () => {
    const random = new Random('damaged records')
    const { trie, records } = makeTrie(random, 300, () => random.word())
    const source = { record: (hash: Uint8Array) => records.get(hex(hash)) }
    let damages = 0
    for (const [key] of trie.entries()) {
      const [leaf, parent] = trie.nodesTo(key).reverse()
      const hash = hex(Keccak.keccak256(parent!))
      const record = records.get(hash)!
      const at = record.length - parent!.length > 0 ? hex(record).indexOf(hex(leaf!), 2 * parent!.length) / 2 : -1
      if (at < 0) continue // embedded
      for (const damage of [
        (bytes: Buffer) => bytes.fill(bytes[at + leaf!.length - 1]! ^ 1, at + leaf!.length - 1, at + leaf!.length),
        (bytes: Buffer) => bytes.fill(0x11, at - 1, at), // no nibble
        (bytes: Buffer) => bytes.fill(0x00, at, at + 1), // no list
        (bytes: Buffer) => bytes.subarray(0, parent!.length),
        (bytes: Buffer) => bytes.subarray(0, at + leaf!.length - 1),
      ]) {
        damages++
        records.set(hash, damage(Buffer.from(record)))
        assert.throws(() => Trie.at(trie.root(), codec, source).get(key), TrieNodeError)
        records.set(hash, record)
      }
    }
    assert.ok(damages > 500, `only ${damages}`)
  })

  test('N-5: one leaf behind a branch says nothing about another one', () => {
    const random = new Random('swapped records')
    const { trie, records } = makeTrie(random, 100, () => random.word())
    const source = { record: (hash: Uint8Array) => records.get(hex(hash)) }
    let swaps = 0
    for (const [hash, record] of records) {
      const { rlp, leaves } = Record.split(record)
      const nibbles = Array.from({ length: 16 }, (_, nibble) => nibble).filter((it) => Record.leafAt(leaves, it))
      if (nibbles.length < 2) continue
      const [low, high] = nibbles.map((nibble) => Record.leafAt(leaves, nibble)!)
      const swapped = [rlp, Uint8Array.of(nibbles[0]!), high!, Uint8Array.of(nibbles[1]!), low!]
      records.set(hash, Buffer.concat(swapped))
      for (const key of [...trie.entries()].map(([key]) => key)) {
        const nodes = trie.nodesTo(key)
        if (![low, high].some((leaf) => hex(nodes.at(-1)!) === hex(leaf!))) continue
        swaps++
        assert.throws(() => Trie.at(trie.root(), codec, source).get(key), /has other content/)
      }
      records.set(hash, record)
    }
    assert.ok(swaps > 20, `only ${swaps}`)
  })
})
