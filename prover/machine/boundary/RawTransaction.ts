import * as MerkleTree from '../../commitment/MerkleTree.ts'
import type { Source } from '../MemoryTree.ts'

/** The raw bytes of a transaction, loaded into their tree word by word. */
export class RawTransaction implements Source {
  readonly #length: number
  #bytes: Uint8Array | undefined
  #tree: MerkleTree.Tree | undefined

  constructor(bytes: Uint8Array | undefined, length = bytes!.length) {
    this.#bytes = bytes
    this.#length = length
  }

  /** One of which nothing is loaded yet. */
  static blank(length: number): RawTransaction {
    return new RawTransaction(undefined, length)
  }

  get bytes(): Uint8Array {
    this.#bytes ??= new Uint8Array(this.#length) // run mode loads at once, and never needs it
    return this.#bytes
  }

  write(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset)
    this.#tree?.touch(offset, bytes.length)
  }

  root(): Uint8Array {
    return this.#committed().root()
  }

  prove(index: number): Uint8Array {
    return this.#committed().prove(index)
  }

  proveRange(first: number, last: number): Uint8Array {
    return this.#committed().proveRange(first, last)
  }

  clone(): RawTransaction {
    return new RawTransaction(this.#bytes?.slice(), this.#length)
  }

  #committed(): MerkleTree.Tree {
    this.#tree ??= new MerkleTree.Tree(MerkleTree.memoryDepth, this.bytes)
    return this.#tree
  }
}
