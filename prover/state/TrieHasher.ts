import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import { hashPrefix, nothing } from './RlpBuffer.ts'
import { emptyRoot, KeyOrderError } from './Trie.ts'
import type { RecordSink } from './TrieRecord.ts'

const keyNibbles = 64
/** What the path of a leaf begins with, if its length is even. */
const leafFlag = 2
/** An item of a leaf: what `add` takes has at most as many bytes. */
const maxItem = 160
/** Bytes for a branch: room for the longest header, 16 references of at most 33 bytes, and no value. */
const branchHeader = 3
const branchBytes = branchHeader + 16 * 33 + 1
/** Bytes for the leaves of a branch, each after its nibble: header, path and item. */
const leavesBytes = 16 * (1 + 3 + 34 + maxItem)

/**
 * Computes the root of a trie from its entries in ascending order of their keys, and makes no trie of them: all memory is
 * allocated once. A branch that the newest key leads through is as much of its RLP as is known. For one trie after the other.
 * The records of the nodes go to `put`, if there is one, children first. What it gets is overwritten soon: it has to copy it.
 */
export class TrieHasher {
  readonly #put: RecordSink | undefined
  readonly #key = new Uint8Array(32)
  readonly #item = new Uint8Array(maxItem)
  #itemLength = 0
  #isEmpty = true

  /** The branches on the way to the newest key, from the root down. */
  readonly #branches = new Uint8Array(keyNibbles * branchBytes)
  #open = 0
  /** By branch: the nibble of the keys in which it branches, how many children it has room for so far, and where they end. */
  readonly #depths = new Uint8Array(keyNibbles)
  readonly #counts = new Uint8Array(keyNibbles)
  readonly #ends = new Uint16Array(keyNibbles)
  /** With a sink: their leaves, as a record has them behind the branch, and how many bytes those are. */
  readonly #leaves: Uint8Array
  readonly #leavesLengths = new Uint16Array(keyNibbles)
  readonly #record = new Uint8Array(branchBytes + leavesBytes)

  /** What stands in its parent for the node that was finished last. */
  readonly #reference = new Uint8Array(33)
  /** The part of it that is a hash, if the node has one. */
  readonly #hash = this.#reference.subarray(1)
  #referenceLength = 0
  /** How long the leaf is that was finished last, and still stands in the memory of the hash; 0 if it was no leaf or is embedded. */
  #leafLength = 0

  constructor(put?: RecordSink) {
    this.#put = put
    this.#leaves = new Uint8Array(put === undefined ? 0 : keyNibbles * leavesBytes)
  }

  /** Adds the key of 32 bytes at `offset` of `bytes`, whose leaf has `length` bytes of `item`: its value as an RLP string. */
  add(bytes: Uint8Array, offset: number, item: Uint8Array, length: number): void {
    if (!this.#isEmpty) this.#close(this.#depthOfFork(bytes, offset))
    this.#isEmpty = false
    for (let index = 0; index < 32; index++) this.#key[index] = bytes[offset + index]!
    for (let index = 0; index < length; index++) this.#item[index] = item[index]!
    this.#itemLength = length
  }

  /** Writes the root of all entries to `target` at `offset`. The next one begins another trie. */
  finish(target: Uint8Array, offset: number): void {
    if (this.#isEmpty) return target.set(emptyRoot, offset)
    this.#refer(0, this.#closeBelow(-1))
    if (this.#leafLength > 0) this.#put?.(this.#hash, this.#finished(this.#leafLength))
    target.set(this.#hash, offset) // a root has one: with keys of 32 bytes it is never so short that it would be embedded
    this.#isEmpty = true
  }

  /** How many nibbles a key has in common with the newest one, which it comes after. */
  #depthOfFork(bytes: Uint8Array, offset: number): number {
    let index = 0
    while (index < 32 && this.#key[index] === bytes[offset + index]) index++
    const [before, after] = [this.#key[index]!, bytes[offset + index]!]
    if (index === 32 || before > after) throw new KeyOrderError(bytes.subarray(offset, offset + 32))
    return before >> 4 === after >> 4 ? 2 * index + 1 : 2 * index
  }

  /** Finishes what is below `depth`, where the next key leaves the way of the newest one, and attaches it there. */
  #close(depth: number): void {
    const end = this.#closeBelow(depth)
    this.#refer(depth + 1, end)
    if (this.#open === 0 || this.#depths[this.#open - 1] !== depth) {
      this.#depths[this.#open] = depth
      this.#counts[this.#open] = 0
      this.#leavesLengths[this.#open] = 0
      this.#ends[this.#open] = this.#open * branchBytes + branchHeader
      this.#open++
    }
    this.#attach()
  }

  /** Finishes the branches below `depth`; the nibble in which the last one of them branches, or the end of a key. */
  #closeBelow(depth: number): number {
    let end = keyNibbles
    while (this.#open > 0 && this.#depths[this.#open - 1]! > depth) {
      this.#refer(this.#depths[this.#open - 1]! + 1, end)
      this.#attach()
      end = this.#finishBranch()
    }
    return end
  }

  /** Makes the reference to the node whose path begins at `start`: the newest leaf, or what was finished last. */
  #refer(start: number, end: number): void {
    if (end === keyNibbles) this.#finishShort(start, end, leafFlag, this.#item, this.#itemLength)
    else if (end > start) this.#finishShort(start, end, 0, this.#reference, this.#referenceLength)
  }

  /** The reference becomes the next child of the innermost branch, under the nibble of the newest key. */
  #attach(): void {
    const branch = this.#open - 1
    const nibble = Nibbles.at(this.#key, this.#depths[branch]!)
    let end = this.#ends[branch]!
    for (let count = this.#counts[branch]!; count < nibble; count++) this.#branches[end++] = nothing
    for (let index = 0; index < this.#referenceLength; index++) this.#branches[end++] = this.#reference[index]!
    this.#counts[branch] = nibble + 1
    this.#ends[branch] = end
    if (this.#leafLength > 0 && this.#put !== undefined) this.#attachLeaf(branch, nibble)
  }

  /** The leaf that was finished last goes behind its branch. */
  #attachLeaf(branch: number, nibble: number): void {
    const leaf = this.#finished(this.#leafLength)
    const at = branch * leavesBytes + this.#leavesLengths[branch]!
    this.#leaves[at] = nibble
    this.#leaves.set(leaf, at + 1)
    this.#leavesLengths[branch]! += 1 + leaf.length
  }

  /** Finishes the innermost branch, and gives the nibble in which it branches. */
  #finishBranch(): number {
    const branch = --this.#open
    const bytes = this.#branches
    let end = this.#ends[branch]!
    for (let count = this.#counts[branch]!; count <= 16; count++) bytes[end++] = nothing // the last one is its value
    let start = branch * branchBytes + branchHeader
    const length = end - start
    if (length < 56) {
      bytes[--start] = 0xc0 + length
    } else {
      bytes[--start] = length
      if (length > 0xff) bytes[--start] = length >> 8
      bytes[--start] = length > 0xff ? 0xf9 : 0xf8
    }
    const message = Keccak.input(end - start)
    for (let index = start; index < end; index++) message[Keccak.inputOffset + index - start] = bytes[index]!
    this.#leafLength = 0
    if (this.#finish(message, end - start)) this.#put?.(this.#hash, this.#recordOf(branch, start, end))
    return this.#depths[branch]!
  }

  /** The branch whose RLP stands in [start, end), with its leaves. */
  #recordOf(branch: number, start: number, end: number): Uint8Array {
    const leavesAt = branch * leavesBytes
    const leavesLength = this.#leavesLengths[branch]!
    if (leavesLength === 0) return this.#branches.subarray(start, end)
    this.#record.set(this.#branches.subarray(start, end))
    this.#record.set(this.#leaves.subarray(leavesAt, leavesAt + leavesLength), end - start)
    return this.#record.subarray(0, end - start + leavesLength)
  }

  /** Finishes a leaf or an extension over the nibbles of the newest key in [start, end), with the flag of its kind. */
  #finishShort(start: number, end: number, flag: number, item: Uint8Array, itemLength: number): void {
    const key = this.#key
    const isOdd = (end - start) & 1
    const pathLength = 1 + ((end - start) >> 1)
    const length = (pathLength > 1 ? 1 : 0) + pathLength + itemLength
    const message = Keccak.input(length + 2)
    let at = Keccak.inputOffset
    if (length >= 56) message[at++] = 0xf8
    message[at++] = length < 56 ? 0xc0 + length : length
    if (pathLength > 1) message[at++] = 0x80 + pathLength
    message[at++] = (flag + isOdd) * 16 + (isOdd ? Nibbles.at(key, start) : 0)
    for (let depth = start + isOdd; depth < end; depth += 2) {
      const byte = depth >> 1
      message[at++] = depth & 1 ? (key[byte]! << 4) | (key[byte + 1]! >> 4) : key[byte]!
    }
    for (let index = 0; index < itemLength; index++) message[at++] = item[index]!
    const size = at - Keccak.inputOffset
    const isHashed = this.#finish(message, size)
    this.#leafLength = isHashed && flag === leafFlag ? size : 0
    if (isHashed && flag !== leafFlag) this.#put?.(this.#hash, this.#finished(size))
  }

  /** Makes the reference to the node whose RLP has been written to the memory of the hash; whether it is a hash. */
  #finish(message: Uint8Array, length: number): boolean {
    if (length < 32) {
      for (let index = 0; index < length; index++) this.#reference[index] = message[Keccak.inputOffset + index]!
      this.#referenceLength = length
      return false
    }
    this.#reference[0] = hashPrefix
    Keccak.hashInput(this.#reference, 1, length)
    this.#referenceLength = 33
    return true
  }

  /** The RLP of the node that was hashed last. */
  #finished(length: number): Uint8Array {
    return Keccak.input(length).subarray(Keccak.inputOffset, Keccak.inputOffset + length)
  }
}
