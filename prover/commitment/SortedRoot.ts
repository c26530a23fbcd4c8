import { assertOrder, emptyRoot, firstDifference, leafPreimageOf, nodePreimageOf } from './Dictionary.ts'
import { Pairs } from './Keccak.ts'

/**
 * Computes the root of entries that come in strictly increasing order of their keys, and makes no dictionary of them. What
 * does not depend on each other is hashed in pairs: the leaves as they come, then the nodes of each height. For one
 * dictionary after the other, in the same memory; each of these has room of the hash for itself.
 */
export class SortedRoot {
  readonly #pairs = new Pairs()
  /** Of the leaves, then of the nodes in the order in which the keys leave them: children come before their node. */
  #hashes = new Uint8Array(0)
  /** By leaf: the bit in which its key and the one before differ. */
  #bits = new Uint16Array(0)
  /** By node: its children, its bit, and its height, which is 0 of a leaf. */
  #left = new Uint32Array(0)
  #right = new Uint32Array(0)
  #nodeBits = new Uint16Array(0)
  #heights = new Uint16Array(0)
  #newest: Uint8Array | undefined
  #leaves = 0
  #nodes = 0

  /** Begins another dictionary. */
  begin(): void {
    this.#newest = undefined
    this.#leaves = 0
    this.#pairs.drop() // a key in the wrong place may have ended the dictionary before
  }

  add(key: Uint8Array, value: Uint8Array): void {
    const leaf = this.#leaves++
    if (leaf >= this.#bits.length) this.#grow()
    if (this.#newest !== undefined) {
      assertOrder(this.#newest, key)
      this.#bits[leaf] = firstDifference(this.#newest, key)
    }
    this.#newest = key
    this.#pairs.add(this.#hashes, 32 * leaf, leafPreimageOf(key, value))
  }

  /** Writes the root to `target` at `offset`. */
  finish(target: Uint8Array, offset: number): void {
    if (this.#leaves === 0) return target.set(emptyRoot, offset)
    this.#pairs.flush()
    const root = this.#join()
    this.#hashNodes()
    for (let index = 0; index < 32; index++) target[offset + index] = this.#hashes[32 * root + index]!
  }

  /** Finds the nodes, and gives the root. */
  #join(): number {
    this.#nodes = this.#leaves
    this.#heights.fill(0, 0, this.#leaves)
    // Subtrees from left to right that wait for what comes to their right, each with the bit in which that differs.
    const waiting: number[] = []
    const bits: number[] = []
    let newest = 0
    for (let leaf = 1; leaf <= this.#leaves; leaf++) {
      const bit = leaf === this.#leaves ? -1 : this.#bits[leaf]!
      while (bits.length > 0 && bits.at(-1)! > bit) newest = this.#node(waiting.pop()!, newest, bits.pop()!)
      waiting.push(newest)
      bits.push(bit)
      newest = leaf
    }
    return waiting[0]!
  }

  #node(left: number, right: number, bit: number): number {
    const node = this.#nodes++
    this.#left[node] = left
    this.#right[node] = right
    this.#nodeBits[node] = bit
    this.#heights[node] = 1 + Math.max(this.#heights[left]!, this.#heights[right]!)
    return node
  }

  /** Hashes the nodes, those of a height together. */
  #hashNodes(): void {
    const [first, end] = [this.#leaves, this.#nodes]
    for (let height = 1, left = end - first; left > 0; height++) {
      for (let node = first; node < end; node++) {
        if (this.#heights[node] !== height) continue
        this.#hashNode(node)
        left--
      }
      this.#pairs.flush()
    }
  }

  #hashNode(node: number): void {
    const hashes = this.#hashes
    const [left, right] = [32 * this.#left[node]!, 32 * this.#right[node]!]
    this.#pairs.add(hashes, 32 * node, nodePreimageOf(this.#nodeBits[node]!, hashes, left, hashes, right))
  }

  /** Makes room for twice as many leaves, and the nodes above them. */
  #grow(): void {
    this.#pairs.flush() // it would write to the old memory
    const leaves = Math.max(16, 2 * this.#bits.length)
    const hashes = new Uint8Array(32 * 2 * leaves)
    hashes.set(this.#hashes)
    const bits = new Uint16Array(leaves)
    bits.set(this.#bits)
    const [left, right] = [new Uint32Array(2 * leaves), new Uint32Array(2 * leaves)]
    const [nodeBits, heights] = [new Uint16Array(2 * leaves), new Uint16Array(2 * leaves)]
    this.#hashes = hashes
    this.#bits = bits
    this.#left = left
    this.#right = right
    this.#nodeBits = nodeBits
    this.#heights = heights
  }
}
