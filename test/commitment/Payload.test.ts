import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256Concat } from '../../prover/commitment/Keccak.ts'
import * as MerkleTree from '../../prover/commitment/MerkleTree.ts'
import * as Payload from '../../prover/commitment/Payload.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { Random } from '../utils/Random.ts'

describe('Payload', () => {
  const random = new Random('payload')

  test('S-40: the root is over the hashes of padded chunks', () => {
    assert.deepEqual(Payload.rootOf(new Uint8Array(0)), MerkleTree.zeros[7])
    for (const length of [1, 1023, 1024, 1025, 5000]) {
      const payload = random.bytes(length)
      const leaves = Array.from({ length: Math.ceil(length / 1024) }, (_, index) => {
        const chunk = Buffer.alloc(1024)
        chunk.set(payload.subarray(1024 * index, 1024 * (index + 1)))
        return keccak256Concat(Word.fromText('PayloadChunk'), chunk)
      })
      assert.deepEqual(Payload.rootOf(payload), MerkleTree.rootOf(Buffer.concat(leaves), 7))
    }
  })

  test('S-41: a chunk opens with its proof, padded with zeros', () => {
    const payload = random.bytes(3000)
    const tree = new Payload.Tree(payload)
    for (let index = 0; index < 3; index++) {
      const reader = new Witness.Reader(tree.prove(index))
      const chunk = Payload.openChunk(reader, tree.root(), index)
      reader.done()
      const expected = new Uint8Array(1024)
      expected.set(payload.subarray(1024 * index, 1024 * (index + 1)))
      assert.deepEqual(chunk, expected)
      assert.throws(
        () => Payload.openChunk(new Witness.Reader(tree.prove(index)), tree.root(), index ^ 1),
        MerkleTree.MerkleTreeProofError,
      )
    }
    assert.throws(() => tree.prove(3), MerkleTree.MerkleTreeIndexError)
  })

  test('S-40: a payload is at most 131,072 bytes', () => {
    assert.equal(Payload.rootOf(new Uint8Array(Payload.maxLength)).length, 32)
    assert.throws(() => Payload.rootOf(new Uint8Array(Payload.maxLength + 1)), Payload.PayloadTooLongError)
  })
})
