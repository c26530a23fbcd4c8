/** LOG0 to LOG4. Neither the diff nor the block hash holds logs, so no output is committed; receipts are made of `logs`. */
import * as Gas from '../Gas.ts'
import { charge, halt, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'

export function opLog(m: Machine, opcode: number): void {
  const { frame } = m
  const { items } = frame.stack
  const offset = items.pop()!
  const size = items.pop()!
  const topics: bigint[] = []
  for (let count = opcode - 0xa0; count > 0; count--) topics.push(items.pop()!)
  if (frame.isStatic) return halt(m)
  if (!MemoryTree.expand(m, offset, size)) return
  if (!charge(m, Gas.LOG_BYTE * Number(size))) return
  const start = size === 0n ? 0 : Number(offset)
  m.logs.push({ address: frame.self, topics, data: frame.memory.bytes.slice(start, start + Number(size)) })
}
