/**
 * Bytes that are committed as a tree of words (docs/5-machine.md, 5.1): the memory of a frame, and views of memory, code
 * and transactions. While a witness is recorded, every access appends the words that it touches with their proofs.
 */
import * as MerkleTree from '../commitment/MerkleTree.ts'
import * as Word from '../commitment/Word.ts'
import * as Gas from './Gas.ts'
import { charge, halt, type Machine } from './Machine.ts'

/** Offsets and sizes at or past it halt whoever can't do without them. */
const OFFSET_LIMIT = 1n << 32n

const maxBytes = 32 * 2 ** MerkleTree.memoryDepth

/** Bytes with a root. */
export interface Source {
  readonly bytes: Uint8Array
  root(): Uint8Array
  /** The word at `index` and its proof. */
  prove(index: number): Uint8Array
  /** The words `first` to `last` and their one proof. */
  proveRange(first: number, last: number): Uint8Array
}

/** A part of a tree that does not change any more; bytes at or past `length` read as zero. */
export interface View {
  readonly source: Source
  readonly offset: number
  readonly length: number
}

/** Stands where there is no tree at all. */
const noSource: Source = {
  bytes: new Uint8Array(0),
  root: () => Word.zero,
  prove: () => {
    throw new Error('an empty view has no word to prove')
  },
  proveRange: () => {
    throw new Error('an empty view has no word to prove')
  },
}

/** The one view of length 0. */
export const emptyView: View = { source: noSource, offset: 0, length: 0 }

export function makeView(source: Source, offset: number, length: number): View {
  return length === 0 ? emptyView : { source, offset, length }
}

// A memory begins with a piece of a block that many have in common: most need no more, and a buffer of its own for each
// is what a short call would spend most of its time on.
const noBytes = new Uint8Array(0)
const noView = new DataView(noBytes.buffer)
const firstBytes = 1024
let block = new ArrayBuffer(0)
let blockUsed = 0

/** Zeros for a new memory. */
function takeFirst(): Uint8Array {
  if (blockUsed === block.byteLength) {
    block = new ArrayBuffer(64 * firstBytes)
    blockUsed = 0
  }
  blockUsed += firstBytes
  return new Uint8Array(block, blockUsed - firstBytes, firstBytes)
}

/** The memory of a frame. It hashes nothing, and tracks nothing, before its root is asked for. */
export class Memory implements Source {
  bytes: Uint8Array = noBytes
  words = 0
  #view: DataView = noView
  #tree: MerkleTree.Tree | undefined

  /** Makes the memory `words` words long. */
  grow(words: number): void {
    this.words = words
    const size = 32 * words
    if (size <= this.bytes.length) return
    const grown =
      size <= firstBytes ? takeFirst() : new Uint8Array(Math.min(maxBytes, Math.max(size, 2 * this.bytes.length)))
    grown.set(this.bytes)
    this.bytes = grown
    this.#view = new DataView(grown.buffer, grown.byteOffset, grown.length)
    this.#tree?.replace(grown)
  }

  read(offset: number): bigint {
    return Word.read(this.#view, offset)
  }

  write(offset: number, value: bigint): void {
    Word.write(this.#view, offset, value)
    this.#tree?.touch(offset, 32)
  }

  writeByte(offset: number, value: number): void {
    this.bytes[offset] = value
    this.#tree?.touch(offset, 1)
  }

  writeBytes(offset: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, offset)
    this.#tree?.touch(offset, bytes.length)
  }

  /** Copies within the memory; the ranges may overlap. */
  move(destination: number, source: number, length: number): void {
    this.bytes.copyWithin(destination, source, source + length)
    this.#tree?.touch(destination, length)
  }

  fillZero(offset: number, length: number): void {
    this.bytes.fill(0, offset, offset + length)
    this.#tree?.touch(offset, length)
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

  /** Says that most of the bytes are those of another memory, which has been hashed: then so have they. */
  resemble(other: Memory): void {
    if (other.#tree !== undefined) this.#tree ??= other.#tree.over(this.bytes)
  }

  clone(): Memory {
    const copy = new Memory()
    copy.grow(this.words)
    copy.bytes.set(this.bytes.subarray(0, 32 * this.words))
    return copy
  }

  #committed(): MerkleTree.Tree {
    this.#tree ??= new MerkleTree.Tree(MerkleTree.memoryDepth, this.bytes)
    return this.#tree
  }
}

/** The memory of a frame that has none (any more): its root is 0, not that of a tree of zeros. */
class NoMemory extends Memory {
  override root(): Uint8Array {
    return Word.zero
  }

  override resemble(): void {}

  override clone(): Memory {
    return this
  }
}

export const noMemory: Memory = new NoMemory()

/** The `count` bytes of a view at `position`, with zeros past its length. */
export function viewBytes(m: Machine, view: View, position: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  const available = Math.min(count, view.length - position)
  if (available <= 0) return bytes
  const start = view.offset + position
  if (m.recorder !== undefined) recordWords(m, view.source, start, available)
  bytes.set(view.source.bytes.subarray(start, start + available))
  return bytes
}

/** `viewBytes` with one proof for all the words, for a step that reads many. */
export function viewRange(m: Machine, view: View, position: number, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  const available = Math.min(count, view.length - position)
  if (available <= 0) return bytes
  const start = view.offset + position
  m.recorder?.append(view.source.proveRange(start >>> 5, (start + available - 1) >>> 5))
  bytes.set(view.source.bytes.subarray(start, start + available))
  return bytes
}

/** The 32 bytes of a view at `position` as a number. */
export function viewWord(m: Machine, view: View, position: number): bigint {
  return Word.toBigint(viewBytes(m, view, position, 32))
}

/** Records the words that hold the bytes at `start`. */
export function recordWords(m: Machine, source: Source, start: number, count: number): void {
  for (let index = start >>> 5; index <= (start + count - 1) >>> 5; index++) m.recorder?.append(source.prove(index))
}

/** The memory word at any offset, which has to be within the memory. */
export function readWord(m: Machine, offset: number): bigint {
  const { memory } = m.frame
  if (m.recorder !== undefined) recordWords(m, memory, offset, 32)
  return memory.read(offset)
}

/** Writes a word at any offset. Each tree word is replaced before the next is opened. */
export function writeWord(m: Machine, offset: number, value: bigint): void {
  if (m.recorder !== undefined) writeMemory(m, offset, Word.fromBigint(value))
  else m.frame.memory.write(offset, value)
}

/** Writes bytes, tree word by tree word. */
export function writeMemory(m: Machine, offset: number, bytes: Uint8Array): void {
  const { memory } = m.frame
  if (m.recorder === undefined) return memory.writeBytes(offset, bytes)
  for (let done = 0; done < bytes.length; ) {
    const at = offset + done
    const take = Math.min(32 - (at & 31), bytes.length - done)
    m.recorder.append(memory.prove(at >>> 5))
    memory.writeBytes(at, bytes.subarray(done, done + take))
    done += take
  }
}

/** Words of memory that a range needs: 0 if it is empty, undefined if no gas could pay for it. */
export function wordsFor(offset: bigint, size: bigint): number | undefined {
  if (size === 0n) return 0
  if (offset >= OFFSET_LIMIT || size >= OFFSET_LIMIT) return undefined
  return Gas.words(Number(offset) + Number(size))
}

/** Charges and makes the memory hold `words` words; false if the frame has halted. */
export function expandTo(m: Machine, words: number | undefined): boolean {
  if (words === undefined) {
    halt(m)
    return false
  }
  const { memory } = m.frame
  if (words <= memory.words) return true
  if (!charge(m, Gas.memoryCost(words) - Gas.memoryCost(memory.words))) return false
  memory.grow(words)
  return true
}

/** Charges and makes the memory hold `size` bytes at `offset`; false if the frame has halted. */
export function expand(m: Machine, offset: bigint, size: bigint): boolean {
  return expandTo(m, wordsFor(offset, size))
}
