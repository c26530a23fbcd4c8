/** The commitment to the bytes of a batch: a Merkle tree over chunks of 1,024 bytes (S-40, S-41). */
import * as Witness from '../machine/Witness.ts'
import { keccak256 } from './Keccak.ts'
import * as MerkleTree from './MerkleTree.ts'
import * as Word from './Word.ts'

export const chunkSize = 1024
export const depth = 7
export const maxLength = 131_072

const chunkPreimage = new Uint8Array(32 + chunkSize)
chunkPreimage.set(Word.fromText('PayloadChunk'))

/** The chunks of one payload with the tree over them. */
export class Tree {
  readonly #chunks: Uint8Array
  readonly #leaves: MerkleTree.Tree

  constructor(payload: Uint8Array) {
    if (payload.length > maxLength) throw new PayloadTooLongError(payload.length)
    const count = Math.ceil(payload.length / chunkSize)
    this.#chunks = new Uint8Array(count * chunkSize)
    this.#chunks.set(payload)
    const leaves = new Uint8Array(32 * count)
    for (let index = 0; index < count; index++) leaves.set(hashChunk(this.#chunk(index)), 32 * index)
    this.#leaves = new MerkleTree.Tree(depth, leaves)
  }

  root(): Uint8Array {
    return this.#leaves.root()
  }

  /** Chunk `index` and its proof, in the form that `openChunk` reads. */
  prove(index: number): Uint8Array {
    const chunk = this.#chunk(index)
    if (chunk.length === 0) throw new MerkleTree.MerkleTreeIndexError(index, depth)
    // The proof of the leaf without the leaf itself, for which the chunk stands.
    return new Witness.Writer().append(chunk).append(this.#leaves.prove(index).subarray(32)).bytes()
  }

  #chunk(index: number): Uint8Array {
    return this.#chunks.subarray(index * chunkSize, (index + 1) * chunkSize)
  }
}

/** The root over `payload`, the last chunk padded with zeros. */
export function rootOf(payload: Uint8Array): Uint8Array {
  return new Tree(payload).root()
}

/** The chunk at the reader, which a proof follows that it is chunk `index` under `root`. */
export function openChunk(reader: Witness.Reader, root: Uint8Array, index: number): Uint8Array {
  const chunk = reader.take(chunkSize)
  MerkleTree.openLeaf(reader, root, index, depth, hashChunk(chunk))
  return chunk
}

/** The leaf of a whole chunk. */
export function hashChunk(chunk: Uint8Array): Uint8Array {
  chunkPreimage.set(chunk, 32)
  return keccak256(chunkPreimage)
}

/** A payload that no batch can have. */
export class PayloadTooLongError extends Error {
  override readonly name = 'PayloadTooLongError'

  constructor(length: number) {
    super(`a payload has at most ${maxLength} bytes, got ${length}`)
  }
}
