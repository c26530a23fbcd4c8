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
  const view = new DataView(word.buffer, word.byteOffset, 32)
  const high = (view.getBigUint64(0) << 64n) | view.getBigUint64(8)
  const low = (view.getBigUint64(16) << 64n) | view.getBigUint64(24)
  return high === 0n ? low : (high << 128n) | low
}

/** Whether two words, or any two byte strings, are the same. */
export function equals(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
