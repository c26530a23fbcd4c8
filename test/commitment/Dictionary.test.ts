import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { SortedRoot } from '../../prover/commitment/SortedRoot.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { makeKeys } from '../utils/Cases.ts'
import { Random } from '../utils/Random.ts'

type Entry = readonly [Uint8Array, Uint8Array]

function build(entries: readonly Entry[]): Dictionary.Dictionary<Uint8Array> {
  return entries.reduce<Dictionary.Dictionary<Uint8Array>>(
    (dictionary, [key, value]) => Dictionary.put(dictionary, key, value),
    Dictionary.empty,
  )
}

/** The root by its definition: split at the first bit in which keys differ. */
function naiveRoot(entries: readonly Entry[]): Uint8Array {
  const bit = ([key]: Entry, index: number) => (Word.toBigint(key) >> BigInt(255 - index)) & 1n
  const [first] = entries
  if (first === undefined) return Keccak.keccak256(Word.fromText('DictionaryEmpty'))
  if (entries.length === 1) return Keccak.keccak256Concat(Word.fromText('DictionaryLeaf'), first[0], first[1])
  for (let index = 0; ; index++) {
    const left = entries.filter((entry) => bit(entry, index) === 0n)
    const right = entries.filter((entry) => bit(entry, index) === 1n)
    if (left.length === 0 || right.length === 0) continue
    const position = Word.fromBigint(BigInt(index))
    return Keccak.keccak256Concat(Word.fromText('DictionaryNode'), position, naiveRoot(left), naiveRoot(right))
  }
}

function open(proof: Uint8Array, root: Uint8Array, key: Uint8Array): Dictionary.Opening {
  const reader = new Witness.Reader(proof)
  const opening = Dictionary.open(reader, root, key)
  reader.done()
  return opening
}

function makeEntries(random: Random, length: number): Entry[] {
  return makeKeys(random, length).map((key) => [key, random.word()])
}

describe('Dictionary', () => {
  const random = new Random('dictionary')

  test('S-10: the root is that of the definition, in any order of insertion', () => {
    for (const length of [0, 1, 2, 3, 10, 40]) {
      const entries = makeEntries(random, length)
      const expected = naiveRoot(entries)
      assert.deepEqual(Dictionary.root(build(entries)), expected)
      assert.deepEqual(Dictionary.root(build(random.shuffle(entries))), expected)
      const sorted = entries.toSorted((left, right) => Buffer.compare(left[0], right[0]))
      assert.deepEqual(Dictionary.root(Dictionary.fromSorted(sorted)), expected)
      assert.deepEqual([...Dictionary.entries(build(entries))], sorted)
      assert.deepEqual(Dictionary.leftmost(build(entries)), sorted[0])
    }
  })

  test('keys that differ in the first or in the last bit only', () => {
    const ends = [Word.zero, Word.fromBigint(1n), Word.fromBigint(2n ** 255n), Word.fromBigint(2n ** 256n - 1n)]
    const entries = ends.map((key) => [key, random.word()] as const)
    assert.deepEqual(Dictionary.root(build(entries)), naiveRoot(entries))
  })

  test('put, remove and get follow a map, and old versions stay as they were', () => {
    const model = new Map<string, Uint8Array>()
    const keys = makeEntries(random, 30).map(([key]) => key)
    let dictionary: Dictionary.Dictionary<Uint8Array> = Dictionary.empty
    for (let round = 0; round < 400; round++) {
      const key = random.pick(keys)
      const before = dictionary
      const beforeRoot = Dictionary.root(before)
      if (random.below(3) > 0) {
        const value = random.word()
        dictionary = Dictionary.put(dictionary, key, value)
        model.set(Buffer.from(key).toString('hex'), value)
      } else {
        dictionary = Dictionary.remove(dictionary, key)
        if (!model.delete(Buffer.from(key).toString('hex'))) assert.equal(dictionary, before)
      }
      assert.deepEqual(Dictionary.root(before), beforeRoot)
      for (const other of keys) {
        assert.deepEqual(Dictionary.get(dictionary, other), model.get(Buffer.from(other).toString('hex')))
      }
      const expected = [...model].map(([hex, value]) => [Uint8Array.from(Buffer.from(hex, 'hex')), value] as const)
      if (round % 20 === 0) assert.deepEqual(Dictionary.root(dictionary), naiveRoot(expected))
    }
  })

  test('S-13, S-14: a proof gives the value and the roots after a put and a remove', () => {
    for (const length of [0, 1, 2, 25]) {
      const entries = makeEntries(random, length)
      const dictionary = build(entries)
      const root = Dictionary.root(dictionary)
      const smallest = Dictionary.leftmost(dictionary)?.[0]
      for (const key of [...entries.map(([key]) => key), ...makeEntries(random, 20).map(([key]) => key)]) {
        const opening = open(Dictionary.prove(dictionary, key), root, key)
        assert.deepEqual(opening.value, Dictionary.get(dictionary, key))
        const value = random.word()
        assert.deepEqual(Dictionary.rootWith(opening, value), Dictionary.root(Dictionary.put(dictionary, key, value)))
        assert.deepEqual(Dictionary.rootWithout(opening), Dictionary.root(Dictionary.remove(dictionary, key)))
        if (opening.value !== undefined) assert.equal(Dictionary.isLeftmost(opening), key === smallest)
      }
    }
    assert.equal(Dictionary.isLeftmost(open(Uint8Array.of(0), Dictionary.emptyRoot, Word.zero)), false)
  })

  test('a proof with any bit flipped, cut or prolonged is refused', () => {
    const entries = makeEntries(random, 9)
    const dictionary = build(entries)
    const root = Dictionary.root(dictionary)
    for (const key of [entries[0]![0], random.word()]) {
      const proof = Dictionary.prove(dictionary, key)
      for (let bit = 0; bit < 8 * proof.length; bit++) {
        const corrupted = proof.slice()
        corrupted[bit >> 3]! ^= 1 << (bit & 7)
        assert.throws(() => open(corrupted, root, key), `bit ${bit}`)
      }
      assert.throws(() => open(proof.subarray(0, -1), root, key), Witness.WitnessTooShortError)
      assert.throws(() => open(Buffer.concat([proof, Word.zero]), root, key), Witness.WitnessTrailingBytesError)
    }
  })

  test('S-13: absence of a present key and presence of an absent one have no proof', () => {
    const entries = makeEntries(random, 8)
    const dictionary = build(entries)
    const root = Dictionary.root(dictionary)
    const [key, value] = entries[0]!
    const proof = Dictionary.prove(dictionary, key)
    const asOther = Buffer.concat([Uint8Array.of(Dictionary.forms.other), key, value, proof.subarray(33)])
    assert.throws(() => open(asOther, root, key), Dictionary.DictionaryProofError)
    assert.throws(() => open(Uint8Array.of(Dictionary.forms.empty), root, key), Dictionary.DictionaryProofError)
    // The leaf of another key is reached by the path of that key, which parts from the path of this one.
    const stranger = entries.find(([other]) => ((other[0]! ^ key[0]!) & 0x80) !== 0)!
    const strangerProof = Dictionary.prove(dictionary, stranger[0]).subarray(33)
    const misled = Buffer.concat([Uint8Array.of(Dictionary.forms.other), ...stranger, strangerProof])
    assert.throws(() => open(misled, root, key), Dictionary.DictionaryProofError)
  })

  test('nothing is hashed before it is asked for, and no node twice', () => {
    let hashed = 0
    const value: Dictionary.Record = {
      digest: () => {
        hashed++
        return Word.zero
      },
      encode: () => Uint8Array.of(7),
    }
    const keys = [random.word(), random.word(), random.word()]
    const dictionary = keys.reduce<Dictionary.Dictionary<Dictionary.Record>>(
      (result, key) => Dictionary.put(result, key, value),
      Dictionary.empty,
    )
    assert.equal(hashed, 0)
    Dictionary.root(dictionary)
    Dictionary.root(Dictionary.put(dictionary, keys[0]!, value))
    assert.equal(hashed, 4)
    assert.equal(Dictionary.prove(dictionary, keys[0]!)[1], 7)
  })

  test('fromSorted refuses keys that do not strictly increase', () => {
    const twice = [
      [Word.zero, Word.zero],
      [Word.zero, Word.zero],
    ] as const
    assert.throws(() => Dictionary.fromSorted(twice), Dictionary.DictionaryOrderError)
  })

  test('S-10: the root of sorted entries is that of their dictionary, for as many hashes', () => {
    const sorted = new SortedRoot()
    const found = new Uint8Array(40)
    for (const length of [0, 1, 2, 3, 50, 200]) {
      const keys = makeKeys(random, length).toSorted(Buffer.compare)
      const entries = keys.map((key) => [key, random.word()] as const)
      const before = Keccak.count()
      const expected = Dictionary.root(Dictionary.fromSorted(entries))
      const between = Keccak.count()
      sorted.begin()
      for (const [key, value] of entries) sorted.add(key, value)
      sorted.finish(found, 8)
      assert.deepEqual(found.slice(8), expected, `${length} entries`)
      assert.equal(Keccak.count() - between, between - before)
    }
    // One key parts from the way of the last one in each bit: all subtrees wait at once, or none does.
    const ones = (1n << 256n) - 1n
    const powers = [0n, ...Array.from({ length: 256 }, (_, bit) => 1n << BigInt(bit))]
    for (const numbers of [powers, powers.map((power) => ones - power).reverse()]) {
      const keys = numbers.map(Word.fromBigint)
      sorted.begin()
      for (const key of keys) sorted.add(key, key)
      sorted.finish(found, 0)
      const expected = Dictionary.root(Dictionary.fromSorted(keys.map((key) => [key, key] as const)))
      assert.deepEqual(found.slice(0, 32), expected)
    }
    for (const [first, second] of [
      [Word.zero, Word.zero],
      [Word.fromBigint(2n), Word.fromBigint(1n)],
    ] as const) {
      sorted.begin()
      sorted.add(first, Word.zero)
      assert.throws(() => sorted.add(second, Word.zero), Dictionary.DictionaryOrderError)
      // What that left is in nobody's way, also when there is more than ever before.
      const keys = makeKeys(random, 1_000 + first[31]!).toSorted(Buffer.compare)
      const before = Keccak.count()
      sorted.begin()
      for (const key of keys) sorted.add(key, key)
      sorted.finish(found, 0)
      assert.equal(Keccak.count() - before, 2 * keys.length - 1)
      const expected = Dictionary.root(Dictionary.fromSorted(keys.map((key) => [key, key] as const)))
      assert.deepEqual(found.slice(0, 32), expected)
    }
  })
})
