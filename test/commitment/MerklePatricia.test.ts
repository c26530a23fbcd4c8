import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as MerklePatricia from '../../prover/commitment/MerklePatricia.ts'
import * as NodeRlp from '../../prover/commitment/NodeRlp.ts'
import * as Rlp from '../../prover/commitment/Rlp.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { emptyRoot, Trie } from '../../prover/state/Trie.ts'
import { Random } from '../utils/Random.ts'
import { MemoryNodes } from '../utils/State.ts'
import { codec, makeTrieCases, type TrieCase } from '../utils/Tries.ts'

/** Everything that a proof gives: as a witness has it, the removal's node follows the proof. */
function openAll({ proof, removal, root, key, newValue }: TrieCase) {
  const reader = new Witness.Reader(Buffer.concat([proof, removal]))
  const opening = MerklePatricia.open(reader, root, key)
  const rootWithout = MerklePatricia.rootWithout(opening, reader)
  reader.done()
  return { value: opening.value, rootWith: MerklePatricia.rootWith(opening, newValue), rootWithout }
}

function open(proof: Uint8Array, root: Uint8Array, key: Uint8Array): MerklePatricia.Opening {
  const reader = new Witness.Reader(proof)
  const opening = MerklePatricia.open(reader, root, key)
  reader.done()
  return opening
}

describe('MerklePatricia', () => {
  test('S-56, S-57: a proof gives the value and the roots that @ethereumjs/mpt has', async () => {
    const random = new Random('trie proofs')
    const cases = await makeTrieCases(random, [0, 1, 2, 3, 4, 8, 20, 60, 150], 25)
    for (const one of cases) {
      const { value, rootWith, rootWithout } = openAll(one)
      assert.deepEqual(value, one.value)
      assert.deepEqual(rootWith, one.rootWith)
      assert.deepEqual(rootWithout, one.rootWithout)
    }
    assert.ok(cases.filter(({ removal }) => removal.length > 0).length > 10, 'collapses that read a node')
    assert.ok(cases.filter(({ value }) => value !== undefined).length > 60)
  })

  test('a proof with any byte changed, cut or prolonged is refused', async () => {
    const random = new Random('corrupted trie proofs')
    for (const one of await makeTrieCases(random, [1, 3, 20], 4)) {
      const whole = Buffer.concat([one.proof, one.removal])
      for (let index = 0; index < whole.length; index++) {
        const corrupted = Uint8Array.from(whole)
        corrupted[index]! ^= 1 << random.below(8)
        assert.throws(() => openAll({ ...one, proof: corrupted, removal: new Uint8Array(0) }), `byte ${index}`)
      }
      assert.throws(() => openAll({ ...one, removal: one.removal.subarray(1), proof: one.proof.subarray(0, -1) }))
      assert.throws(() => openAll({ ...one, removal: Buffer.concat([one.removal, Word.zero]) }))
    }
  })

  test('S-52: nodes that the path does not reach are refused, and so is a path that is cut', async () => {
    const random = new Random('unused nodes')
    for (const { root, key, proof } of await makeTrieCases(random, [2, 20], 8)) {
      const reader = new Witness.Reader(proof)
      const nodes = Array.from({ length: reader.u8() }, () => reader.take(reader.u16()))
      const extra = MerklePatricia.encodeProof([...nodes, nodes.at(-1)!])
      assert.throws(() => open(extra, root, key), MerklePatricia.MerklePatriciaProofError)
      assert.throws(
        () => open(MerklePatricia.encodeProof(nodes.slice(0, -1)), root, key),
        MerklePatricia.MerklePatriciaProofError,
      )
    }
  })

  test('S-52: only the empty trie has a proof without nodes', () => {
    assert.equal(open(Uint8Array.of(0), MerklePatricia.emptyRoot, Word.zero).value, undefined)
    assert.throws(() => open(Uint8Array.of(0), Word.zero, Word.zero), MerklePatricia.MerklePatriciaProofError)
    const proof = MerklePatricia.encodeProof([NodeRlp.noReference])
    assert.throws(() => open(proof, MerklePatricia.emptyRoot, Word.zero), NodeRlp.NodeError)
  })

  test('S-52: no proof of another key shows that a present key is absent', async () => {
    const random = new Random('exclusion')
    const cases = await makeTrieCases(random, [30], 30)
    for (const { root, key } of cases.filter(({ value }) => value !== undefined)) {
      for (const { proof } of cases) {
        try {
          assert.notEqual(open(proof, root, key).value, undefined)
        } catch (error) {
          assert.ok(!(error instanceof assert.AssertionError), 'a present key was shown to be absent')
        }
      }
    }
  })

  test('S-54, S-56: a leaf goes into its branch and out of it as its value shrinks and grows', () => {
    // Below 20 shared nibbles and its own, a leaf has 24 bytes and its encoded value: values of up to 6 bytes are embedded.
    const [left, right] = [new Uint8Array(32), new Uint8Array(32)]
    right[10] = 0x10
    const lengths = [1, 6, 7, 8, 32, 7, 6, 1]
    for (const other of lengths) {
      let trie = Trie.at(emptyRoot, codec, new MemoryNodes()).put(right, new Uint8Array(other).fill(3))
      for (const length of lengths) {
        const value = new Uint8Array(length).fill(7)
        const opening = open(MerklePatricia.prove(trie, left), trie.root(), left)
        const root = MerklePatricia.rootWith(opening, value)
        trie = trie.put(left, value)
        assert.deepEqual(root, trie.root())
        const witness = Buffer.concat([MerklePatricia.prove(trie, right), MerklePatricia.proveRemoval(trie, right)])
        const reader = new Witness.Reader(witness)
        const collapsed = MerklePatricia.rootWithout(MerklePatricia.open(reader, root, right), reader)
        reader.done()
        assert.deepEqual(collapsed, trie.remove(right).root())
      }
    }
  })

  test('S-53 to S-55: nodes that no trie over 32-byte keys has are refused', () => {
    const value = Rlp.encodeString(new Uint8Array(40).fill(7))
    const path = (...bytes: number[]) => Rlp.encodeString(Uint8Array.from(bytes))
    const rest = Array.from({ length: 31 }, () => 0)
    const hash = Rlp.encodeString(Word.fromBigint(5n))
    const references = (...first: Uint8Array[]) => [...first, ...Array(17 - first.length).fill(NodeRlp.noReference)]
    const nodes: Record<string, Uint8Array> = {
      'no list': value,
      'no item': Uint8Array.of(0xc0),
      'three items': Rlp.encodeList([path(0x20, 0, ...rest), value, value]),
      '16 items': Rlp.encodeList(references(hash).slice(1)),
      '18 items': Rlp.encodeList([...references(hash), NodeRlp.noReference]),
      'a value in a branch': Rlp.encodeList(references(hash).with(16, value)),
      'a short string in a branch': Rlp.encodeList(references(path(1, 2))),
      'a short reference in an extension': Rlp.encodeList([path(0x11), Rlp.encodeString(new Uint8Array(31).fill(9))]),
      'an embedded child of an extension': Rlp.encodeList([path(0x11), Rlp.encodeList([path(0x20), path(1)])]),
      'an extension of no nibbles': Rlp.encodeList([path(0x00), hash]),
      'an extension as long as the key': Rlp.encodeList([path(0x00, 0, ...rest), hash]),
      'a leaf that ends early': Rlp.encodeList([path(0x30, ...rest), value]),
      'a leaf that ends late': Rlp.encodeList([path(0x30, 0, 0, ...rest), value]),
      'a list as value of a leaf': Rlp.encodeList([path(0x20, 0, ...rest), Rlp.encodeList([value])]),
      'a list as path': Rlp.encodeList([Rlp.encodeList([path(0x20, 0, ...rest)]), value]),
      'no path': Rlp.encodeList([NodeRlp.noReference, value]),
      'a third flag': Rlp.encodeList([path(0x40, 0, ...rest), value]),
      'a nibble that is unused and not 0': Rlp.encodeList([path(0x21, 0, ...rest), value]),
      'an embedded node of no item': Rlp.encodeList(references(Uint8Array.of(0xc0), hash)),
      'an embedded extension': Rlp.encodeList(references(Rlp.encodeList([path(0x11), path(1, 2)]), hash)),
      'an embedded branch': Rlp.encodeList(references(Rlp.encodeList(references()), hash)),
      'an embedded leaf that ends early': Rlp.encodeList(references(Rlp.encodeList([path(0x20), path(1)]), hash)),
      'trailing bytes': Uint8Array.of(...Rlp.encodeList([path(0x20, 0, ...rest), value]), 0),
      'a long header of a short list': Uint8Array.of(0xf8, 0x22, ...path(0x20, 0, ...rest)),
    }
    for (const [name, node] of Object.entries(nodes)) {
      assert.throws(() => open(MerklePatricia.encodeProof([node]), keccak256(node), Word.zero), NodeRlp.NodeError, name)
    }
    const good = Rlp.encodeList([path(0x20, 0, ...rest), value])
    assert.deepEqual(
      open(MerklePatricia.encodeProof([good]), keccak256(good), Word.zero).value,
      new Uint8Array(40).fill(7),
    )
  })

  test('S-54: a node of less than 32 bytes below the root is not referred to by hash', () => {
    const leaf = Rlp.encodeList([Rlp.encodeString(Uint8Array.of(0x3a)), Uint8Array.of(1)])
    const branch = NodeRlp.encodeBranch(
      Array(16)
        .fill(NodeRlp.noReference)
        .with(0, Rlp.encodeString(keccak256(leaf)))
        .with(1, Rlp.encodeString(Word.zero)),
    )
    assert.throws(
      () => open(MerklePatricia.encodeProof([branch, leaf]), keccak256(branch), Word.zero),
      NodeRlp.NodeError,
    )
  })

  test('S-53: an extension below an extension and a branch with one child are refused', () => {
    const hash = Rlp.encodeString(Word.fromBigint(5n))
    const lower = NodeRlp.encodeShort({ isLeaf: false, path: Uint8Array.of(0), item: hash })
    const upper = NodeRlp.encodeShort({ isLeaf: false, path: Uint8Array.of(0), item: NodeRlp.referenceTo(lower) })
    assert.throws(
      () => open(MerklePatricia.encodeProof([upper, lower]), keccak256(upper), Word.zero),
      NodeRlp.NodeError,
    )

    const path = new Uint8Array(63)
    const leaf = NodeRlp.encodeShort({ isLeaf: true, path, item: Uint8Array.of(1) })
    const branch = NodeRlp.encodeBranch(Array(16).fill(NodeRlp.noReference).with(0, NodeRlp.referenceTo(leaf)))
    const opening = open(MerklePatricia.encodeProof([branch, leaf]), keccak256(branch), Word.zero)
    assert.throws(() => MerklePatricia.rootWithout(opening, new Witness.Reader(Word.zero)), NodeRlp.NodeError)
  })
})
