/** KECCAK256. */

import { beginKeccak } from '../bulk/KeccakBlock.ts'
import * as Gas from '../Gas.ts'
import { charge, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'

export function opKeccak256(m: Machine): void {
  const { frame } = m
  const { items } = frame.stack
  const offset = items.pop()!
  const size = items.pop()!
  if (!MemoryTree.expand(m, offset, size)) return
  if (!charge(m, Gas.KECCAK_WORD * Gas.words(Number(size)))) return
  beginKeccak(m, MemoryTree.makeView(frame.memory, Number(offset), Number(size)), 0)
}
