/** COPY and MEMORY_COPY: one destination word a step (docs/5-machine.md, 5.8). `finish…` does all of them at once. */
import { clearOperation, exitFrame, type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as Operation from '../state/Operation.ts'

/** Begins to copy `length` bytes of `source` from `start` on into memory; nothing begins if there are none. */
export function beginCopy(
  m: Machine,
  source: MemoryTree.View,
  start: bigint,
  destination: number,
  length: number,
  next = 0,
): void {
  if (length === 0) return
  setOperation(m, StepKinds.COPY)
  const { operation } = m
  operation.next = next
  operation.source = source
  operation.position = start < source.length ? Number(start) : source.length
  operation.destination = destination
  operation.remaining = length
}

/** Steps that a COPY has left. */
export function copySteps({ destination, remaining }: Operation.Record): number {
  return Math.ceil(((destination & 31) + remaining) / 32)
}

export function stepCopy(m: Machine): void {
  const { operation } = m
  const { source, position, destination, remaining } = operation
  const take = Math.min(32 - (destination & 31), remaining)
  MemoryTree.writeMemory(m, destination, MemoryTree.viewBytes(m, source, position, take))
  operation.destination = destination + take
  operation.remaining = remaining - take
  operation.position = Math.min(position + take, source.length)
  if (operation.remaining === 0) endCopy(m)
}

export function finishCopy(m: Machine): void {
  const { operation } = m
  const { source, position, destination, remaining } = operation
  const { memory } = m.frame
  const available = Math.min(remaining, source.length - position)
  if (available > 0) {
    const start = source.offset + position
    memory.writeBytes(destination, source.source.bytes.subarray(start, start + available))
  }
  if (available < remaining) memory.fillZero(destination + available, remaining - available)
  operation.destination = destination + remaining
  endCopy(m)
}

/** A copy for an instruction is done; that of IDENTITY began at 0, and what it wrote is the output. */
function endCopy(m: Machine): void {
  const { next, destination } = m.operation
  if (next === 0) return clearOperation(m)
  exitFrame(m, Operation.RETURNED, MemoryTree.makeView(m.frame.memory, 0, destination))
}

/** Begins to copy within memory as memmove does. */
export function beginMemoryCopy(m: Machine, source: number, destination: number, length: number): void {
  if (length === 0) return
  setOperation(m, StepKinds.MEMORY_COPY)
  m.operation.position = source
  m.operation.destination = destination
  m.operation.remaining = length
}

/** Steps that a MEMORY_COPY has left: the words of the destination, in either direction. */
export function memoryCopySteps(operation: Operation.Record): number {
  return copySteps(operation)
}

export function stepMemoryCopy(m: Machine): void {
  const { operation } = m
  const { position, destination, remaining } = operation
  const { memory } = m.frame
  const view = MemoryTree.makeView(memory, 0, 32 * memory.words)
  if (destination <= position) {
    const take = Math.min(32 - (destination & 31), remaining)
    MemoryTree.writeMemory(m, destination, MemoryTree.viewBytes(m, view, position, take))
    operation.position = position + take
    operation.destination = destination + take
    operation.remaining = remaining - take
  } else {
    // Backward, so that no byte is overwritten before it is read, and no old memory root has to be kept.
    const take = Math.min(((destination + remaining - 1) & 31) + 1, remaining)
    const from = remaining - take
    MemoryTree.writeMemory(m, destination + from, MemoryTree.viewBytes(m, view, position + from, take))
    operation.remaining = from
  }
  if (operation.remaining === 0) clearOperation(m)
}

export function finishMemoryCopy(m: Machine): void {
  const { position, destination, remaining } = m.operation
  m.frame.memory.move(destination, position, remaining)
  clearOperation(m)
}
