/**
 * A Merkle tree of fixed depth over 32-byte words, addressed by index; absent words are 0 (S-20 to S-25). `Tree` follows
 * a buffer that somebody else writes to and rehashes only what was touched; `Opening` is a checked proof, the twin of
 * src/commitment/MerkleTree.sol.
 */
import * as Witness from '../machine/Witness.ts'
import { keccak256 } from './Keccak.ts'
import * as Word from './Word.ts'

/** Depth of every tree over bytes of the machine: memory, raw transaction, code, jump bitmap. */
export const memoryDepth = 17

/** A proof's mask has 24 bits. */
const maxDepth = 24

const nodePreimage = new Uint8Array(96)
nodePreimage.set(Word.fromText('MerkleNode'))

/** zeros[l] is the root of a tree of depth l whose words are all 0. */
export const zeros: readonly Uint8Array[] = Array.from({ length: maxDepth }).reduce<Uint8Array[]>(
  (levels) => [...levels, hashNode(levels.at(-1)!, levels.at(-1)!)],
  [Word.zero],
)

/** The hash of an inner node. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  nodePreimage.set(left, 32)
  nodePreimage.set(right, 64)
  return keccak256(nodePreimage)
}

/** The root of the tree over `bytes` as consecutive words, the last one padded with zeros. */
export function rootOf(bytes: Uint8Array, depth: number): Uint8Array {
  return new Tree(depth, bytes).root()
}

/**
 * The tree over a buffer. Whoever writes to the buffer says so with `touch`, or hands over another buffer with
 * `replace`; hashes are made when `root` or `prove` asks, each touched node once.
 */
export class Tree {
  readonly depth: number
  #bytes: Uint8Array
  /** levels[l], l >= 1: the hashes of level l side by side, up to the last one that is not of zeros only. */
  readonly #levels: Uint8Array[]
  /** Level-1 nodes to rehash: a flag each, and their list. */
  #isDirty: Uint8Array = new Uint8Array(0)
  #dirty: number[] = []

  /** A tree of `depth` over `bytes`, which are not copied. */
  constructor(depth: number, bytes: Uint8Array = new Uint8Array(0)) {
    if (!(depth >= 1 && depth <= maxDepth)) throw new RangeError(`a tree's depth is 1 to ${maxDepth}, got ${depth}`)
    this.depth = depth
    this.#bytes = new Uint8Array(0)
    this.#levels = Array.from({ length: depth + 1 }, () => new Uint8Array(0))
    this.replace(bytes)
    this.touch(0, bytes.length)
  }

  /**
   * Follows `bytes` from now on: the old buffer's content, grown at the end. Bytes that are not zero past the old
   * length, or that differ from the old content, have to be touched.
   */
  replace(bytes: Uint8Array): void {
    if (bytes.length < this.#bytes.length) throw new RangeError(`a tree can't shrink to ${bytes.length} bytes`)
    if (bytes.length > 32 * 2 ** this.depth)
      throw new MerkleTreeIndexError(Math.ceil(bytes.length / 32) - 1, this.depth)
    this.#bytes = bytes
    const pairs = Math.ceil(bytes.length / 64)
    if (pairs <= this.#isDirty.length) return
    const capacity = Math.max(pairs, 2 * this.#isDirty.length)
    const isDirty = new Uint8Array(capacity)
    isDirty.set(this.#isDirty)
    this.#isDirty = isDirty
    for (let level = 1, width = capacity; level <= this.depth; level++, width = Math.ceil(width / 2)) {
      this.#grow(level, width)
    }
  }

  /** Says that the `length` bytes at `offset` may have changed. */
  touch(offset: number, length: number): void {
    if (length === 0) return
    if (offset + length > this.#bytes.length) throw new RangeError(`bytes up to ${offset + length} are not in the tree`)
    const last = (offset + length - 1) >>> 6
    for (let pair = offset >>> 6; pair <= last; pair++) {
      if (this.#isDirty[pair] === 1) continue
      this.#isDirty[pair] = 1
      this.#dirty.push(pair)
    }
  }

  root(): Uint8Array {
    this.#rehash()
    return this.#node(this.depth, 0)
  }

  /** The word at `index`. */
  word(index: number): Uint8Array {
    if (!(index >= 0 && index < 2 ** this.depth)) throw new MerkleTreeIndexError(index, this.depth)
    return this.#node(0, index)
  }

  /** The word at `index` and its proof, in the form that `open` reads. */
  prove(index: number): Uint8Array {
    const word = this.word(index)
    this.#rehash()
    let mask = 0
    const siblings: Uint8Array[] = []
    for (let level = 0; level < this.depth; level++) {
      const sibling = this.#node(level, (index >> level) ^ 1)
      if (Word.equals(sibling, zeros[level]!)) continue
      mask |= 1 << level
      siblings.push(sibling)
    }
    const writer = new Witness.Writer().word(word).u24(mask)
    for (const sibling of siblings) writer.word(sibling)
    return writer.bytes()
  }

  /** The words `first` to `last` and their one proof, in the form that `openRange` reads. */
  proveRange(first: number, last: number): Uint8Array {
    checkRange(first, last, this.depth)
    this.#rehash()
    const writer = new Witness.Writer()
    for (let index = first; index <= last; index++) writer.word(this.#node(0, index))
    const masks = { left: 0, right: 0 }
    const siblings: Uint8Array[] = []
    for (const { side, level, index } of siblingsOf(first, last, this.depth)) {
      const sibling = this.#node(level, index)
      if (Word.equals(sibling, zeros[level]!)) continue
      masks[side] |= 1 << level
      siblings.push(sibling)
    }
    writer.u24(masks.left).u24(masks.right)
    for (const sibling of siblings) writer.word(sibling)
    return writer.bytes()
  }

  /** Node `index` of `level`, as of the last rehash. */
  #node(level: number, index: number): Uint8Array {
    const from = 32 * index
    if (level > 0) {
      const nodes = this.#levels[level]!
      return from < nodes.length ? nodes.slice(from, from + 32) : zeros[level]!
    }
    if (from >= this.#bytes.length) return Word.zero
    const word = new Uint8Array(32)
    word.set(this.#bytes.subarray(from, from + 32))
    return word
  }

  /** Makes room for `width` nodes of `level`. */
  #grow(level: number, width: number): void {
    const nodes = new Uint8Array(32 * width)
    const old = this.#levels[level]!
    nodes.set(old)
    for (let from = old.length; from < nodes.length; from += 32) nodes.set(zeros[level]!, from)
    this.#levels[level] = nodes
  }

  #rehash(): void {
    let dirty = this.#dirty
    for (const pair of dirty) this.#isDirty[pair] = 0
    this.#dirty = []
    for (let level = 1; level <= this.depth && dirty.length > 0; level++) {
      const nodes = this.#levels[level]!
      const parents = new Set<number>()
      for (const index of dirty) {
        nodes.set(hashNode(this.#node(level - 1, 2 * index), this.#node(level - 1, 2 * index + 1)), 32 * index)
        parents.add(index >> 1)
      }
      dirty = [...parents]
    }
  }
}

/** A checked proof of one word. */
export interface Opening {
  readonly index: number
  readonly word: Uint8Array
  /** siblings[l] stands beside the path at level l, 0 being beside the word. */
  readonly siblings: readonly Uint8Array[]
}

/** Checks the word and the proof at the reader against the word `index` of the tree of `expectedRoot`. */
export function open(reader: Witness.Reader, expectedRoot: Uint8Array, index: number, depth: number): Opening {
  return openLeaf(reader, expectedRoot, index, depth, reader.word())
}

/** `open` for a caller that has the word, or a leaf that stands for more than a word, already. */
export function openLeaf(
  reader: Witness.Reader,
  expectedRoot: Uint8Array,
  index: number,
  depth: number,
  leaf: Uint8Array,
): Opening {
  if (!(index >= 0 && index < 2 ** depth)) throw new MerkleTreeIndexError(index, depth)
  const mask = reader.u24()
  if (mask >> depth !== 0) throw new MerkleTreeProofError(`mask ${mask} has bits at or above depth ${depth}`)
  const siblings = zeros.slice(0, depth).map((zero, level) => {
    if (((mask >> level) & 1) === 0) return zero
    const sibling = reader.word()
    if (Word.equals(sibling, zero)) throw new MerkleTreeProofError(`the sibling at level ${level} is of zeros only`)
    return sibling
  })
  const opening = { index, word: leaf, siblings }
  if (!Word.equals(rootWith(opening, leaf), expectedRoot)) throw new MerkleTreeProofError('the root differs')
  return opening
}

/** Checks the words and the proof at the reader against the words `first` to `last` of the tree of `expectedRoot`. */
export function openRange(
  reader: Witness.Reader,
  expectedRoot: Uint8Array,
  first: number,
  last: number,
  depth: number,
): Uint8Array {
  checkRange(first, last, depth)
  const words = reader.take(32 * (last - first + 1))
  const masks = { left: reader.u24(), right: reader.u24() }
  let nodes: Uint8Array[] = Array.from({ length: last - first + 1 }, (_, index) =>
    words.slice(32 * index, 32 * index + 32),
  )
  const expected = siblingsOf(first, last, depth)
  for (let level = 0; level < depth; level++) {
    for (const side of ['left', 'right'] as const) {
      const isGiven = ((masks[side] >> level) & 1) === 1
      if (!expected.some((sibling) => sibling.level === level && sibling.side === side)) {
        if (isGiven) throw new MerkleTreeProofError(`the range has no ${side} sibling at level ${level}`)
        continue
      }
      const sibling = isGiven ? reader.word() : zeros[level]!
      if (isGiven && Word.equals(sibling, zeros[level]!))
        throw new MerkleTreeProofError(`the ${side} sibling at level ${level} is of zeros only`)
      nodes = side === 'left' ? [sibling, ...nodes] : [...nodes, sibling]
    }
    nodes = Array.from({ length: nodes.length / 2 }, (_, index) => hashNode(nodes[2 * index]!, nodes[2 * index + 1]!))
  }
  if ((masks.left | masks.right) >> depth !== 0)
    throw new MerkleTreeProofError(`masks ${masks.left}, ${masks.right} have bits at or above depth ${depth}`)
  if (!Word.equals(nodes[0]!, expectedRoot)) throw new MerkleTreeProofError('the root differs')
  return words
}

/** The nodes beside a range: per level from 0 up, left of an odd node, then right of an even one. */
function siblingsOf(first: number, last: number, depth: number) {
  const siblings: { side: 'left' | 'right'; level: number; index: number }[] = []
  for (let level = 0; level < depth; level++) {
    const [from, to] = [first >> level, last >> level]
    if ((from & 1) === 1) siblings.push({ side: 'left', level, index: from - 1 })
    if ((to & 1) === 0) siblings.push({ side: 'right', level, index: to + 1 })
  }
  return siblings
}

function checkRange(first: number, last: number, depth: number): void {
  if (!(last >= 0 && last < 2 ** depth)) throw new MerkleTreeIndexError(last, depth)
  if (!(first >= 0 && first <= last)) throw new RangeError(`no words ${first} to ${last}: a range is not empty`)
}

/** The root after the opened word was replaced. */
export function rootWith(opening: Opening, word: Uint8Array): Uint8Array {
  return opening.siblings.reduce(
    (hash, sibling, level) =>
      ((opening.index >> level) & 1) === 0 ? hashNode(hash, sibling) : hashNode(sibling, hash),
    word,
  )
}

/** An index beyond the tree. */
export class MerkleTreeIndexError extends Error {
  override readonly name = 'MerkleTreeIndexError'

  constructor(index: number, depth: number) {
    super(`a tree of depth ${depth} has no word ${index}`)
  }
}

/** A proof that does not say what it was read for. */
export class MerkleTreeProofError extends Error {
  override readonly name = 'MerkleTreeProofError'

  constructor(reason: string) {
    super(`invalid Merkle proof: ${reason}`)
  }
}
