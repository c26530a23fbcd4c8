import * as KeccakModule from './KeccakModule.ts'

// One instance serves every hash of the thread, and is entered once for each.
const { memory, hash } = KeccakModule.instantiate()
let bytes = new Uint8Array(memory.buffer)
let output = outputOf(bytes)

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

/** Where a message begins in what `input` gives. */
export const inputOffset: number = KeccakModule.messageOffset

/** Memory to write a message of `length` bytes to, for `hashInput`; valid until any other hash is made. */
export function input(length: number): Uint8Array {
  if (inputOffset + length + KeccakModule.blockBytes > bytes.length) {
    memory.grow(KeccakModule.pagesFor(length) - bytes.length / KeccakModule.pageBytes)
    bytes = new Uint8Array(memory.buffer)
    output = outputOf(bytes)
  }
  return bytes
}

/** Writes the Keccak-256 of the `length` bytes that were written to `input` to `target` at `offset`. */
export function hashInput(target: Uint8Array, offset: number, length: number): void {
  hashes++
  hash(length)
  target.set(output, offset)
}

/** As `hashInput`, to a fresh array: copying the hash is faster than making an array and writing to it. */
function finish(length: number): Uint8Array {
  hashes++
  hash(length)
  return new Uint8Array(output)
}

function outputOf(buffer: Uint8Array): Uint8Array {
  return buffer.subarray(KeccakModule.hashOffset, KeccakModule.hashOffset + 32)
}
