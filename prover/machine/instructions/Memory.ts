/** MLOAD to MCOPY. */

import { beginMemoryCopy } from '../bulk/Copy.ts'
import * as Gas from '../Gas.ts'
import { charge, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'

export function opMload(m: Machine): void {
  const { items } = m.frame.stack
  const offset = items.pop()!
  if (!MemoryTree.expand(m, offset, 32n)) return
  items.push(MemoryTree.readWord(m, Number(offset)))
}

export function opMstore(m: Machine): void {
  const { items } = m.frame.stack
  const offset = items.pop()!
  const value = items.pop()!
  if (!MemoryTree.expand(m, offset, 32n)) return
  MemoryTree.writeWord(m, Number(offset), value)
}

export function opMstore8(m: Machine): void {
  const { items } = m.frame.stack
  const offset = items.pop()!
  const value = items.pop()!
  if (!MemoryTree.expand(m, offset, 1n)) return
  MemoryTree.writeMemory(m, Number(offset), Uint8Array.of(Number(value & 0xffn)))
}

export function opMsize(m: Machine): void {
  m.frame.stack.items.push(BigInt(32 * m.frame.memory.words))
}

export function opMcopy(m: Machine): void {
  const { items } = m.frame.stack
  const destination = items.pop()!
  const source = items.pop()!
  const size = items.pop()!
  if (!MemoryTree.expand(m, destination > source ? destination : source, size)) return
  if (!charge(m, Gas.COPY_WORD * Gas.words(Number(size)))) return
  beginMemoryCopy(m, Number(source), Number(destination), Number(size))
}
