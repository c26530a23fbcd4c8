/** Big-endian integers of any width. */

export function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

/** The `width` bytes of a value that fits. */
export function toBytes(value: bigint, width: number): Uint8Array {
  return width === 0 ? new Uint8Array(0) : Buffer.from(value.toString(16).padStart(2 * width, '0'), 'hex')
}
