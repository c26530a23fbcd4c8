import * as KeccakModule from './KeccakModule.ts'

// One instance serves every hash of the thread, and is entered once for each, or for two.
const { memory, hash, hashPair } = KeccakModule.instantiate()
let bytes = new Uint8Array(memory.buffer)
let output = outputOf(bytes, 0)
let secondOutput = outputOf(bytes, 32)

let hashes = 0

/** How many hashes this thread has made: a cost that does not depend on the machine. */
export function count(): number {
  return hashes
}

/** Keccak-256 of `message` (Ethereum's padding, not SHA-3's). Returns a fresh array of 32 bytes. */
export function keccak256(message: Uint8Array): Uint8Array {
  input(message.length).set(message, inputOffset)
  return finish(message.length)
}

/** Keccak-256 of the concatenation of `parts`, without building it. */
export function keccak256Concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const target = input(length)
  let at = inputOffset
  for (const part of parts) {
    target.set(part, at)
    at += part.length
  }
  return finish(length)
}

/** Writes the Keccak-256 of `message` to `target` at `offset`: an array for each hash of many costs a fifth of the hash. */
export function hashInto(target: Uint8Array, offset: number, message: Uint8Array): void {
  input(message.length).set(message, inputOffset)
  hashInput(target, offset, message.length)
}

/** Where a message begins in what `input` gives: behind the room for those that wait for each other. */
export const inputOffset: number = KeccakModule.freeOffset + 16_384

/** Memory to write a message of `length` bytes to, for `hashInput`; valid until any other hash is made. */
export function input(length: number): Uint8Array {
  if (inputOffset + length + KeccakModule.blockBytes > bytes.length) {
    memory.grow(KeccakModule.pagesFor(inputOffset, length) - bytes.length / KeccakModule.pageBytes)
    bytes = new Uint8Array(memory.buffer)
    output = outputOf(bytes, 0)
    secondOutput = outputOf(bytes, 32)
  }
  return bytes
}

/** Writes the Keccak-256 of the `length` bytes that were written to `input` to `target` at `offset`. */
export function hashInput(target: Uint8Array, offset: number, length: number): void {
  hashes++
  hash(inputOffset, length)
  target.set(output, offset)
}

/** The longest message that may wait for another one. */
const maxPairedLength = 7 * KeccakModule.blockBytes - 1
let pairsEnd = KeccakModule.freeOffset

/**
 * Hashes that may wait for each other: two messages of as many blocks are hashed in the time of one. A hash is written to its
 * target with the next one that is added, or by `flush`. There is room for eight of these in a thread.
 */
export class Pairs {
  // Where the message that waits is put, and the one that comes to it.
  readonly #first = pairsEnd
  readonly #second = pairsEnd + maxPairedLength + 1
  #length = 0
  #target: Uint8Array | undefined
  #offset = 0

  constructor() {
    const end = this.#second + maxPairedLength + 1
    if (end > inputOffset) throw new RangeError('there is no room for more messages that wait for each other')
    pairsEnd = end
  }

  add(target: Uint8Array, offset: number, message: Uint8Array): void {
    const { length } = message
    if (length > maxPairedLength) throw new RangeError(`expected at most ${maxPairedLength} bytes, got ${length}`)
    if (this.#target === undefined || blocksOf(length) !== blocksOf(this.#length)) {
      this.flush()
      bytes.set(message, this.#first)
      this.#length = length
      this.#target = target
      this.#offset = offset
      return
    }
    const waiting = this.#target
    this.#target = undefined
    bytes.set(message, this.#second)
    hashes += 2
    hashPair(this.#first, this.#length, this.#second, length)
    waiting.set(output, this.#offset)
    target.set(secondOutput, offset)
  }

  /** Makes the hash that waits, if one does. */
  flush(): void {
    const waiting = this.#target
    if (waiting === undefined) return
    this.#target = undefined
    hashes++
    hash(this.#first, this.#length)
    waiting.set(output, this.#offset)
  }

  /** Forgets the message that waits, if one does: an error may have left it. */
  drop(): void {
    this.#target = undefined
  }
}

function blocksOf(length: number): number {
  return Math.floor(length / KeccakModule.blockBytes)
}

/** As `hashInput`, to a fresh array: copying the hash is faster than making an array and writing to it. */
function finish(length: number): Uint8Array {
  hashes++
  hash(inputOffset, length)
  return new Uint8Array(output)
}

function outputOf(buffer: Uint8Array, offset: number): Uint8Array {
  return buffer.subarray(KeccakModule.hashOffset + offset, KeccakModule.hashOffset + offset + 32)
}
