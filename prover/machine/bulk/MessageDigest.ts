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

/** All steps at once: `hash` is the whole of it, and `step` makes what is left if it began before. */
export function finish(m: Machine, hash: (message: Uint8Array) => Uint8Array, step: (m: Machine) => void): void {
  const { operation } = m
  const { kind, source, position } = operation
  if (position > 0) {
    while (operation.kind === kind) step(m)
    return
  }
  const digest = hash(source.source.bytes.subarray(source.offset, source.offset + source.length))
  const word = new Uint8Array(32)
  word.set(digest, 32 - digest.length)
  endWith(m, word)
}

/** Ends a step: keeps the state for the next block or, after the last one, returns it as the digest. */
export function advance(m: Machine, scratch: Uint8Array, isLast: boolean): void {
  const { operation } = m
  if (!isLast) {
    operation.scratch = scratch
    operation.position += BLOCK
    return
  }
  endWith(m, scratch.slice(0, 32))
}

/** Returns the word that holds the digest. */
function endWith(m: Machine, word: Uint8Array): void {
  const { frame } = m
  frame.memory.grow(1)
  // No witness: the memory is that of zeros until now.
  frame.memory.writeBytes(0, word)
  exitFrame(m, Operation.RETURNED, MemoryTree.makeView(frame.memory, 0, 32))
}
