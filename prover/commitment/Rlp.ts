// The RLP that trie nodes are written in. Only encoding: nodes are decoded by @ethereumjs/rlp.

/** RLP of a byte string. */
export function encodeString(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes
  return withHeader(0x80, bytes.length, [bytes])
}

/** RLP of a list whose items are RLP already. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const item of items) length += item.length
  return withHeader(0xc0, length, items)
}

/** RLP of an unsigned integer: big endian without leading zeros. */
export function encodeInteger(value: bigint): Uint8Array {
  if (value === 0n) return Uint8Array.of(0x80)
  if (value < 0x80n) return Uint8Array.of(Number(value))
  const hex = value.toString(16)
  return encodeString(Buffer.from(hex.length & 1 ? `0${hex}` : hex, 'hex'))
}

function withHeader(offset: number, length: number, parts: readonly Uint8Array[]): Uint8Array {
  const lengthBytes = length < 56 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3
  const bytes = new Uint8Array(1 + lengthBytes + length)
  bytes[0] = lengthBytes === 0 ? offset + length : offset + 55 + lengthBytes
  for (let i = 0; i < lengthBytes; i++) bytes[1 + i] = length >> (8 * (lengthBytes - 1 - i))
  let at = 1 + lengthBytes
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
