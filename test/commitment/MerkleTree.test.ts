import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as MerkleTree from '../../prover/commitment/MerkleTree.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { Random } from '../utils/Random.ts'

/** The root by its definition, every word visited. */
function naiveRoot(bytes: Uint8Array, depth: number): Uint8Array {
  let level = Array.from({ length: 2 ** depth }, (_, index): Uint8Array => {
    const word = new Uint8Array(32)
    word.set(bytes.subarray(32 * index, 32 * index + 32))
    return word
  })
  while (level.length > 1) {
    level = Array.from({ length: level.length / 2 }, (_, index) =>
      Keccak.keccak256Concat(Word.fromText('MerkleNode'), level[2 * index]!, level[2 * index + 1]!),
    )
  }
  return level[0]!
}

/** How many hashes it takes. */
function hashesOf(work: () => void): number {
  const before = Keccak.count()
  work()
  return Keccak.count() - before
}

function open(proof: Uint8Array, root: Uint8Array, index: number, depth: number): MerkleTree.Opening {
  const reader = new Witness.Reader(proof)
  const opening = MerkleTree.open(reader, root, index, depth)
  reader.done()
  return opening
}

function openRange(proof: Uint8Array, root: Uint8Array, first: number, last: number, depth: number): Uint8Array {
  const reader = new Witness.Reader(proof)
  const words = MerkleTree.openRange(reader, root, first, last, depth)
  reader.done()
  return words
}

describe('MerkleTree', () => {
  const random = new Random('merkle tree')

  test('S-20: the root is that of the definition, for any number of bytes', () => {
    for (const length of [0, 1, 31, 32, 33, 64, 65, 500, 1023, 1024]) {
      const bytes = random.bytes(length)
      assert.deepEqual(MerkleTree.rootOf(bytes, 5), naiveRoot(bytes, 5), `${length} bytes`)
    }
    assert.deepEqual(MerkleTree.rootOf(new Uint8Array(700), 5), MerkleTree.zeros[5])
    assert.throws(() => MerkleTree.rootOf(new Uint8Array(1025), 5), MerkleTree.MerkleTreeIndexError)
  })

  test('the root follows touched bytes while the buffer is written to and grows', () => {
    let bytes = new Uint8Array(0)
    const tree = new MerkleTree.Tree(8, bytes)
    for (let round = 0; round < 120; round++) {
      if (random.below(4) === 0) {
        const grown = new Uint8Array(Math.min(bytes.length + random.below(400), 32 * 256))
        grown.set(bytes)
        bytes = grown
        tree.replace(bytes)
      }
      if (bytes.length > 0) {
        const offset = random.below(bytes.length)
        const length = random.below(Math.min(bytes.length - offset, 150) + 1)
        bytes.set(random.below(3) === 0 ? new Uint8Array(length) : random.bytes(length), offset)
        tree.touch(offset, length)
      }
      if (random.below(2) === 0) assert.deepEqual(tree.root(), naiveRoot(bytes, 8))
    }
  })

  test('touched words are rehashed once, and no others', () => {
    const bytes = random.bytes(32 * 1024)
    const tree = new MerkleTree.Tree(17, bytes)
    const before = tree.root()
    bytes[5000]! ^= 1
    assert.deepEqual(tree.root(), before)
    tree.touch(5000, 1)
    assert.equal(
      hashesOf(() => tree.root()),
      17,
    )
    assert.deepEqual(tree.root(), MerkleTree.rootOf(bytes, 17))
    // What was touched and is as before has nothing above it rehashed; what is of zeros is not hashed at all.
    tree.touch(0, 64)
    assert.equal(
      hashesOf(() => tree.root()),
      1,
    )
    assert.equal(
      hashesOf(() => MerkleTree.rootOf(new Uint8Array(1 << 20), 17)),
      0,
    )
  })

  test('a tree over other bytes has the hashes of those that are the same, and leaves the first tree alone', () => {
    const bytes = random.bytes(10_000)
    const tree = new MerkleTree.Tree(17, bytes)
    const root = tree.root()
    for (let round = 0; round < 40; round++) {
      const length = [0, 1, 64, 4_100, 9_990, 10_000, 10_001, 20_480, 70_000][random.below(9)]!
      const others = new Uint8Array(length)
      others.set(bytes.subarray(0, length))
      const changes = random.below(4)
      for (let change = 0; change < changes && length > 0; change++) others[random.below(length)]! ^= random.below(256)
      const copy = tree.over(others)
      let hashes = 0
      if (length >= bytes.length) hashes = hashesOf(() => copy.root())
      assert.ok(hashes <= 17 * changes, `${hashes} hashes for ${changes} changes`)
      assert.deepEqual(copy.root(), MerkleTree.rootOf(others, 17), `${length} bytes`)
      if (length > 0) {
        const at = random.below(length)
        others[at]! ^= 1
        copy.touch(at, 1)
        const fresh = new MerkleTree.Tree(17, others)
        assert.deepEqual(copy.prove(at >> 5), fresh.prove(at >> 5))
        assert.deepEqual(copy.proveRange(0, at >> 5), fresh.proveRange(0, at >> 5))
      }
      assert.deepEqual(tree.root(), root)
    }
  })

  test('a tree over the bytes of a tree over others follows both', () => {
    let bytes = random.bytes(2_000)
    let tree = new MerkleTree.Tree(8, bytes)
    for (let round = 0; round < 60; round++) {
      const others = new Uint8Array(random.below(32 * 256 + 1))
      others.set(bytes.subarray(0, others.length))
      if (others.length > 300) others.fill(0, 100, 100 + random.below(200))
      if (random.below(2) === 0 && bytes.length > 0) tree.touch(0, 1)
      tree = tree.over(others)
      bytes = others
      assert.deepEqual(tree.root(), naiveRoot(bytes, 8))
      if (bytes.length < 64) bytes = random.bytes(3_000)
      tree = tree.over(bytes)
    }
  })

  test('S-22: a proof gives the word and the root after it is replaced', () => {
    for (const length of [0, 32, 100, 1024]) {
      const bytes = new Uint8Array(1024)
      bytes.set(random.bytes(length))
      const tree = new MerkleTree.Tree(5, bytes.subarray(0, length))
      for (const index of [0, 1, 3, 17, 31]) {
        const opening = open(tree.prove(index), tree.root(), index, 5)
        assert.deepEqual(opening.word, bytes.slice(32 * index, 32 * index + 32))
        const changed = bytes.slice()
        const word = random.pick([Word.zero, random.word()])
        changed.set(word, 32 * index)
        assert.deepEqual(MerkleTree.rootWith(opening, word), naiveRoot(changed, 5))
      }
    }
  })

  test('S-23: only siblings that are not of zeros are given', () => {
    const tree = new MerkleTree.Tree(17, random.word())
    assert.equal(tree.prove(0).length, 32 + 3)
    assert.equal(tree.prove(1).length, 32 + 3 + 32)
    const withZero = Buffer.concat([tree.prove(0).subarray(0, 32), Uint8Array.of(0, 0, 1), Word.zero])
    assert.throws(() => open(withZero, tree.root(), 0, 17), MerkleTree.MerkleTreeProofError)
  })

  test('a proof with any bit flipped, cut or prolonged is refused, and so is another index', () => {
    const tree = new MerkleTree.Tree(5, random.bytes(600))
    const [proof, root] = [tree.prove(6), tree.root()]
    for (let bit = 0; bit < 8 * proof.length; bit++) {
      const corrupted = proof.slice()
      corrupted[bit >> 3]! ^= 1 << (bit & 7)
      assert.throws(() => open(corrupted, root, 6, 5), `bit ${bit}`)
    }
    assert.throws(() => open(proof.subarray(1), root, 6, 5))
    assert.throws(() => open(Buffer.concat([proof, Word.zero]), root, 6, 5), Witness.WitnessTrailingBytesError)
    assert.throws(() => open(proof, root, 7, 5), MerkleTree.MerkleTreeProofError)
    for (const index of [-1, 32, 38]) {
      assert.throws(() => open(proof, root, index, 5), MerkleTree.MerkleTreeIndexError)
      assert.throws(() => tree.prove(index), MerkleTree.MerkleTreeIndexError)
    }
  })

  test('S-25: a range proof gives every range of words of a tree', () => {
    for (const length of [0, 32, 90, 350, 512]) {
      const bytes = new Uint8Array(512)
      bytes.set(random.bytes(length))
      const tree = new MerkleTree.Tree(4, bytes.subarray(0, length))
      for (let first = 0; first < 16; first++) {
        for (let last = first; last < 16; last++) {
          const words = openRange(tree.proveRange(first, last), tree.root(), first, last, 4)
          assert.deepEqual(words, bytes.slice(32 * first, 32 * last + 32))
        }
      }
    }
  })

  test('S-25: the siblings of one word are those of a word access, and a whole tree has none', () => {
    const tree = new MerkleTree.Tree(5, random.bytes(600))
    const [word, range] = [tree.prove(6), tree.proveRange(6, 6)]
    assert.deepEqual(range.slice(32 + 6), word.slice(32 + 3))
    assert.equal(Buffer.from(range).readUIntBE(32, 3) | Buffer.from(range).readUIntBE(35, 3), 0b11111)
    assert.equal(tree.proveRange(0, 31).length, 32 * 32 + 6)
  })

  test('S-25: a range proof with any bit flipped, cut or prolonged is refused, and so is another range', () => {
    const tree = new MerkleTree.Tree(5, random.bytes(600))
    const [proof, root] = [tree.proveRange(3, 8), tree.root()]
    for (let bit = 0; bit < 8 * proof.length; bit++) {
      const corrupted = proof.slice()
      corrupted[bit >> 3]! ^= 1 << (bit & 7)
      assert.throws(() => openRange(corrupted, root, 3, 8, 5), `bit ${bit}`)
    }
    assert.throws(() => openRange(proof.subarray(1), root, 3, 8, 5))
    assert.throws(() => openRange(Buffer.concat([proof, Word.zero]), root, 3, 8, 5), Witness.WitnessTrailingBytesError)
    for (const [first, last] of [
      [2, 7],
      [4, 9],
      [3, 7],
      [4, 8],
      [19, 24],
    ] as const) {
      assert.throws(() => openRange(proof, root, first, last, 5), `${first} to ${last}`)
    }
    for (const last of [32, 40]) {
      assert.throws(() => openRange(proof, root, 3, last, 5), MerkleTree.MerkleTreeIndexError)
      assert.throws(() => tree.proveRange(3, last), MerkleTree.MerkleTreeIndexError)
    }
    assert.throws(() => tree.proveRange(4, 3), RangeError)
  })

  test('S-25: a sibling of zeros, one that a range lacks, and one past the depth are refused', () => {
    const tree = new MerkleTree.Tree(5, random.bytes(96))
    const words = tree.proveRange(1, 1).slice(0, 32)
    const range = (left: number, right: number, siblings: Uint8Array[]) =>
      Buffer.concat([words, new Witness.Writer().u24(left).u24(right).bytes(), ...siblings])
    const [below, above] = [tree.word(0), MerkleTree.hashNode(tree.word(2), Word.zero)]
    assert.deepEqual(openRange(range(0b1, 0b10, [below, above]), tree.root(), 1, 1, 5), words)
    const wrong = [
      range(0b1, 0b110, [below, above, MerkleTree.zeros[2]!]),
      range(0b11, 0b10, [below, above, above]),
      range(0b1, 0b11, [below, above, above]),
      range(0b1, 0b100010, [below, above, above]),
      range(0b100001, 0b10, [below, above, above]),
    ]
    for (const proof of wrong) {
      assert.throws(() => openRange(proof, tree.root(), 1, 1, 5), MerkleTree.MerkleTreeProofError)
    }
  })

  test('bytes outside of the tree are refused', () => {
    const tree = new MerkleTree.Tree(5, new Uint8Array(64))
    assert.throws(() => tree.touch(60, 5), RangeError)
    assert.throws(() => tree.replace(new Uint8Array(63)), RangeError)
    assert.throws(() => new MerkleTree.Tree(25), RangeError)
  })
})
