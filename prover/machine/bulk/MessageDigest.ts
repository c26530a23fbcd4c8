/** What SHA-256 and RIPEMD-160 do alike around their compression function. */
import { exitFrame, type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as Operation from '../state/Operation.ts'
import { BLOCK } from './MessagePadding.ts'

/** The 32-bit words of a digest that begins at `offset`. */
export function read(bytes: Uint8Array, offset: number, count: number, littleEndian: boolean): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return Uint32Array.from({ length: count }, (_, index) => view.getUint32(offset + 4 * index, littleEndian))
}

/** Scratch words of which the first one holds `state` as digest bytes from `offset` on. */
export function write(state: Uint32Array, offset: number, littleEndian: boolean): Uint8Array {
  const scratch = new Uint8Array(224)
  const view = new DataView(scratch.buffer)
  for (const [index, word] of state.entries()) view.setUint32(offset + 4 * index, word, littleEndian)
  return scratch
}

/** Begins a hash of the calldata from `state`, which is the digest that `write` made. */
export function begin(m: Machine, kind: number, state: Uint8Array): void {
  setOperation(m, kind)
  m.operation.source = m.frame.calldata
  m.operation.scratch = state
}

/** Ends a step: keeps the state for the next block or, after the last one, returns it as the digest. */
export function advance(m: Machine, scratch: Uint8Array, isLast: boolean): void {
  const { operation, frame } = m
  if (!isLast) {
    operation.scratch = scratch
    operation.position += BLOCK
    return
  }
  frame.memory.grow(1)
  // No witness: the memory is that of zeros until now.
  frame.memory.writeBytes(0, scratch.slice(0, 32))
  exitFrame(m, Operation.RETURNED, MemoryTree.makeView(frame.memory, 0, 32))
}
