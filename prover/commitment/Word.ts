/** 32-byte words: the unit in which every commitment is hashed. */

export const zero: Uint8Array = new Uint8Array(32)

/** A domain tag: the ASCII name at the left, as Solidity's `bytes32("Name")`. */
export function fromText(name: string): Uint8Array {
  const word = new Uint8Array(32)
  word.set(Buffer.from(name, 'ascii'))
  return word
}

/** A number below 2^256, big-endian. */
export function fromBigint(value: bigint): Uint8Array {
  const word = new Uint8Array(32)
  const view = new DataView(word.buffer)
  view.setBigUint64(24, BigInt.asUintN(64, value))
  if (value >> 64n !== 0n) {
    view.setBigUint64(16, BigInt.asUintN(64, value >> 64n))
    view.setBigUint64(8, BigInt.asUintN(64, value >> 128n))
    view.setBigUint64(0, value >> 192n)
  }
  return word
}

/** The number that a word is the big-endian form of. */
export function toBigint(word: Uint8Array): bigint {
  return numberIn(new DataView(word.buffer, word.byteOffset, 32))
}

/** The number that at most 32 bytes are the big-endian form of. */
export function integerOf(bytes: Uint8Array): bigint {
  const { length } = bytes
  if (length <= 6) return length === 0 ? 0n : BigInt(readShort(bytes))
  scratch.fill(0, 0, 32 - length)
  scratch.set(bytes, 32 - length)
  return length <= 8 ? scratchView.getBigUint64(24) : numberIn(scratchView)
}

/** A number below 2^256, big-endian without leading zeros; 0 is no byte at all. */
export function toInteger(value: bigint): Uint8Array {
  if (value === 0n) return new Uint8Array(0)
  const word = fromBigint(value)
  let start = 0
  while (word[start] === 0) start++
  return word.slice(start)
}

/** Whether two words, or any two byte strings, are the same. */
export function equals(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}

const scratch = new Uint8Array(32)
const scratchView = new DataView(scratch.buffer)

function numberIn(view: DataView): bigint {
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8)
  const low = (view.getBigUint64(16) << 64n) | view.getBigUint64(24)
  return high === 0n ? low : (high << 128n) | low
}

function readShort(bytes: Uint8Array): number {
  let value = 0
  for (let index = 0; index < bytes.length; index++) value = value * 256 + bytes[index]!
  return value
}
