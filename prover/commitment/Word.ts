/** 32-byte words: the unit in which every commitment is hashed. */
import { randomBytes } from 'node:crypto'

export const zero: Uint8Array = new Uint8Array(32)

/** A domain tag: the ASCII name at the left, as Solidity's `bytes32("Name")`. */
export function fromText(name: string): Uint8Array {
  const word = new Uint8Array(32)
  word.set(Buffer.from(name, 'ascii'))
  return word
}

/** A number below 2^256, big-endian. */
export function fromBigint(value: bigint): Uint8Array {
  write(view, 0, value)
  return new Uint8Array(scratch)
}

/** The number that a word is the big-endian form of. */
export function toBigint(word: Uint8Array): bigint {
  scratch.set(word)
  return read(view, 0)
}

/** The number that at most 32 bytes, those from `start` to `end`, are the big-endian form of. */
export function integerOf(bytes: Uint8Array, start = 0, end = bytes.length): bigint {
  const length = end - start
  if (length <= 6) return length === 0 ? 0n : BigInt(readShort(bytes, start, end))
  scratch.fill(0, 0, 32 - length)
  for (let index = 0; index < length; index++) scratch[32 - length + index] = bytes[start + index]!
  return read(view, 0)
}

/** A number below 2^256, big-endian without leading zeros; 0 is no byte at all. */
export function toInteger(value: bigint): Uint8Array {
  write(view, 0, value)
  let start = 0
  while (start < 32 && scratch[start] === 0) start++
  return scratch.slice(start)
}

/**
 * A key of a Map that stands for a number below 2^256. V8 hashes a bigint by its low 64 bits alone: whoever chooses slots
 * or addresses that have them in common could make every lookup a search of all. Here those 64 bits are the high ones of
 * the product with a number that nobody knows, and the whole product is above them, so that no two keys are the same.
 */
export function mapKey(value: bigint): bigint {
  const product = BigInt.asUintN(256, value * multiplier)
  return (product << 64n) | (product >> 192n)
}

/** Writes a number below 2^256 without leading zeros at `offset`, which has room for 32 bytes; gives where it ends. */
export function putInteger(bytes: Uint8Array, offset: number, value: bigint): number {
  write(view, 0, value)
  let start = value <= MAX_SHORT ? 24 : 0
  while (start < 32 && scratch[start] === 0) start++
  let end = offset
  while (start < 32) bytes[end++] = scratch[start++]!
  return end
}

/** Byte strings as keys of a Map: as many characters, and nothing of the memory that they are in. */
export function nameOf(bytes: Uint8Array): string {
  if (bytes.length > nameBytes.length) return Buffer.from(bytes).toString('latin1')
  nameBytes.set(bytes)
  return nameBytes.toString('latin1', 0, bytes.length)
}

const nameBytes = Buffer.alloc(128)

/** Whether two words, or any two byte strings, are the same. */
export function equals(left: Uint8Array, right: Uint8Array): boolean {
  return left === right || (left.length === right.length && compare(left, right) === 0)
}

/** Below 0, 0 or above 0, as `left` comes before, is or comes after `right` in the order of bytes. */
export function compare(left: Uint8Array, right: Uint8Array): number {
  // Keys differ early, and leaving JavaScript for them costs more than the comparison.
  const length = Math.min(left.length, right.length, 32)
  for (let index = 0; index < length; index++) {
    const difference = left[index]! - right[index]!
    if (difference !== 0) return difference
  }
  return left.length <= 32 && right.length <= 32 ? left.length - right.length : Buffer.compare(left, right)
}

/** The number below 2^256 whose big-endian form are the 32 bytes at `offset`. */
export function read(view: DataView, offset: number): bigint {
  // Most numbers are short, and to put one together from its parts is what costs.
  const isShort =
    (view.getInt32(offset) |
      view.getInt32(offset + 4) |
      view.getInt32(offset + 8) |
      view.getInt32(offset + 12) |
      view.getInt32(offset + 16) |
      view.getInt32(offset + 20)) ===
    0
  if (isShort) return view.getBigUint64(offset + 24)
  const high = (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8)
  const low = (view.getBigUint64(offset + 16) << 64n) | view.getBigUint64(offset + 24)
  return high === 0n ? low : (high << 128n) | low
}

/** Writes a number below 2^256 as 32 bytes at `offset`, big-endian. */
export function write(view: DataView, offset: number, value: bigint): void {
  view.setBigUint64(offset + 24, value) // takes a number modulo 2^64
  if (value <= MAX_SHORT) {
    view.setFloat64(offset, 0)
    view.setFloat64(offset + 8, 0)
    view.setFloat64(offset + 16, 0)
  } else {
    view.setBigUint64(offset + 16, value >> 64n)
    view.setBigUint64(offset + 8, value >> 128n)
    view.setBigUint64(offset, value >> 192n)
  }
}

const MAX_SHORT = (1n << 64n) - 1n

// All numbers pass through one word: a view, or a subarray, of a small array makes an array buffer for it, which is dear.
const scratch = new Uint8Array(32)
const view = new DataView(scratch.buffer)

/** Odd, so that the product of no two numbers is the same. */
const multiplier = BigInt(`0x${randomBytes(32).toString('hex')}`) | 1n

function readShort(bytes: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let index = start; index < end; index++) value = value * 256 + bytes[index]!
  return value
}
