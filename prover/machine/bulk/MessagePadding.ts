/** The padding that SHA-256 and RIPEMD-160 share: 0x80, zeros, and the length in bits in the last 8 of 64 bytes. */
import type { Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'

export const BLOCK = 64

/** Blocks of a padded message of `length` bytes. */
export function blocks(length: number): number {
  return Math.floor((length + 8) / BLOCK) + 1
}

/** The 64 bytes at `position` of the padded message that `source` is. */
export function paddedBlock(m: Machine, source: MemoryTree.View, position: number, littleEndian: boolean): Uint8Array {
  const block = MemoryTree.viewBytes(m, source, position, BLOCK)
  const end = source.length - position
  if (end >= 0 && end < BLOCK) block[end] = 0x80
  if (end + 8 < BLOCK) new DataView(block.buffer).setBigUint64(BLOCK - 8, BigInt(source.length) * 8n, littleEndian)
  return block
}
