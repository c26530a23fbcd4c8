/**
 * A Merkle tree of fixed depth over 32-byte words, addressed by index; absent words are 0 (S-20 to S-25). `Tree` follows
 * a buffer that somebody else writes to and rehashes only what was touched; `Opening` is a checked proof, the twin of
 * src/commitment/MerkleTree.sol.
 */
import * as Witness from '../machine/Witness.ts'
import { keccak256, Pairs } from './Keccak.ts'
import * as Word from './Word.ts'

/** Depth of every tree over bytes of the machine: memory, raw transaction, code, jump bitmap. */
export const memoryDepth = 17

/** A proof's mask has 24 bits. */
const maxDepth = 24

/** As much is compared at once of two buffers that are alike for the most part. */
const COMPARED_BYTES = 4096

const noBytes = new Uint8Array(0)
const nodePreimage = new Uint8Array(96)
nodePreimage.set(Word.fromText('MerkleNode'))
/** Nodes of a level are hashed two at a time. */
const hashing = new Pairs()
const rehashed = [new Uint8Array(32), new Uint8Array(32)] as const

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
 * `replace`; hashes are made when `root` or `prove` asks, each touched node once, and none above one that is as before.
 */
export class Tree {
  readonly depth: number
  #bytes: Uint8Array = noBytes
  /** The hashes of levels 1 to `depth`, one level after the other: of each those nodes that are not above the end of the buffer. */
  #nodes: Uint8Array = noBytes
  /** Where each level begins in `#nodes`, in nodes, and after `depth` where the last one ends. */
  #starts: number[] = []
  /** Level-1 nodes to rehash: a flag each, and their list. */
  #isDirty: Uint8Array = noBytes
  #dirty: number[] = []

  /** A tree of `depth` over `bytes`, which are not copied. */
  constructor(depth: number, bytes: Uint8Array = noBytes) {
    if (!(depth >= 1 && depth <= maxDepth)) throw new RangeError(`a tree's depth is 1 to ${maxDepth}, got ${depth}`)
    this.depth = depth
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
    if (pairs > this.#isDirty.length || this.#starts.length === 0) this.#grow(Math.max(pairs, 2 * this.#isDirty.length))
  }

  /** A tree over `bytes` that takes the hashes from this one wherever the bytes are the same. */
  over(bytes: Uint8Array): Tree {
    this.#rehash()
    const tree = new Tree(this.depth)
    tree.#bytes = this.#bytes
    tree.#nodes = this.#nodes.slice()
    tree.#starts = this.#starts
    tree.#isDirty = new Uint8Array(this.#isDirty.length)
    if (bytes.length >= this.#bytes.length) tree.replace(bytes)
    else tree.#bytes = bytes
    tree.#touchDifferences(this.#bytes)
    return tree
  }

  /** Says that the `length` bytes at `offset` may have changed. */
  touch(offset: number, length: number): void {
    if (length === 0) return
    if (offset + length > this.#bytes.length) throw new RangeError(`bytes up to ${offset + length} are not in the tree`)
    const last = (offset + length - 1) >>> 6
    for (let pair = offset >>> 6; pair <= last; pair++) this.#touchPair(pair)
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
    if (level > 0) {
      const at = this.#starts[level]! + index
      return at < this.#starts[level + 1]! ? this.#nodes.slice(32 * at, 32 * at + 32) : zeros[level]!
    }
    const from = 32 * index
    if (from >= this.#bytes.length) return Word.zero
    const word = new Uint8Array(32)
    word.set(this.#bytes.subarray(from, from + 32))
    return word
  }

  /** Makes room for `pairs` nodes of level 1 and those above them; new nodes are of zeros. */
  #grow(pairs: number): void {
    const isDirty = new Uint8Array(pairs)
    isDirty.set(this.#isDirty)
    const starts = [0, 0]
    for (let level = 1, width = pairs; level <= this.depth; level++, width = Math.ceil(width / 2)) {
      starts.push(starts[level]! + width)
    }
    const nodes = new Uint8Array(32 * starts.at(-1)!)
    for (let level = 1; level <= this.depth; level++) {
      const [from, to] = [32 * starts[level]!, 32 * starts[level + 1]!]
      fillWith(nodes, zeros[level]!, from, to)
      if (this.#starts.length > 0) {
        nodes.set(this.#nodes.subarray(32 * this.#starts[level]!, 32 * this.#starts[level + 1]!), from)
      }
    }
    this.#isDirty = isDirty
    this.#starts = starts
    this.#nodes = nodes
  }

  #touchPair(pair: number): void {
    if (this.#isDirty[pair] === 1) return
    this.#isDirty[pair] = 1
    this.#dirty.push(pair)
  }

  /** Touches what is other than in `old`, a buffer that ends with zeros that are not in it, as this one does. */
  #touchDifferences(old: Uint8Array): void {
    const bytes = this.#bytes
    const common = Math.min(bytes.length, old.length)
    for (let block = 0; block < common; block += COMPARED_BYTES) {
      const end = Math.min(block + COMPARED_BYTES, common)
      if (Word.equals(bytes.subarray(block, end), old.subarray(block, end))) continue
      for (let at = block; at < end; at++) {
        if (bytes[at] === old[at]) continue
        this.#touchPair(at >>> 6)
        at |= 63
      }
    }
    const longer = bytes.length > common ? bytes : old
    for (let at = common; at < longer.length; at++) if (longer[at] !== 0) this.#touchPair(at >>> 6)
  }

  #rehash(): void {
    let dirty = this.#dirty
    if (dirty.length === 0) return
    for (const pair of dirty) this.#isDirty[pair] = 0
    this.#dirty = []
    dirty.sort((left, right) => left - right)
    for (let level = 1; level <= this.depth && dirty.length > 0; level++) {
      const parents: number[] = []
      for (let first = 0; first < dirty.length; first += 2) {
        const last = Math.min(first + 1, dirty.length - 1)
        this.#hashNode(level, dirty[first]!, rehashed[0])
        if (last > first) this.#hashNode(level, dirty[last]!, rehashed[1])
        hashing.flush()
        for (let at = first; at <= last; at++) {
          const index = dirty[at]!
          const hasChanged = this.#set(level, index, rehashed[at === first ? 0 : 1])
          if (hasChanged && parents.at(-1) !== index >> 1) parents.push(index >> 1)
        }
      }
      dirty = parents
    }
  }

  /** Has the hash of node `index` of a level written to `hash`, together with that of another one. */
  #hashNode(level: number, index: number, hash: Uint8Array): void {
    if (level === 1) {
      const pair = this.#bytes.subarray(64 * index, 64 * index + 64)
      if (isZero(pair)) return hash.set(zeros[1]!)
      if (pair.length < 64) nodePreimage.fill(0, 32 + pair.length)
      nodePreimage.set(pair, 32)
    } else {
      const left = this.#starts[level - 1]! + 2 * index
      const hasRight = left + 1 < this.#starts[level]!
      nodePreimage.set(this.#nodes.subarray(32 * left, 32 * left + (hasRight ? 64 : 32)), 32)
      if (!hasRight) nodePreimage.set(zeros[level - 1]!, 64)
    }
    hashing.add(hash, 0, nodePreimage)
  }

  /** Sets a node; gives whether it was another before. */
  #set(level: number, index: number, hash: Uint8Array): boolean {
    const at = 32 * (this.#starts[level]! + index)
    const nodes = this.#nodes
    let byte = 0
    while (byte < 32 && nodes[at + byte] === hash[byte]) byte++
    if (byte === 32) return false
    nodes.set(hash, at)
    return true
  }
}

function isZero(bytes: Uint8Array): boolean {
  for (let index = 0; index < bytes.length; index++) if (bytes[index] !== 0) return false
  return true
}

/** Fills `bytes` from `from` to `to` with a word again and again. */
function fillWith(bytes: Uint8Array, word: Uint8Array, from: number, to: number): void {
  if (from === to) return
  bytes.set(word, from)
  for (let filled = 32; filled < to - from; filled *= 2) {
    bytes.copyWithin(from + filled, from, Math.min(from + filled, to - filled))
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
