/** How a precompile returns what it has computed at once. */
import * as Gas from '../Gas.ts'
import { exitFrame, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as Operation from '../state/Operation.ts'

/** Ends the frame with `output`, which becomes its memory. */
export function exitWith(m: Machine, output: Uint8Array): void {
  const { memory } = m.frame
  if (output.length > 0) {
    memory.grow(Gas.words(output.length))
    // No witness: the memory is that of zeros until now.
    memory.writeBytes(0, output)
  }
  exitFrame(m, Operation.RETURNED, MemoryTree.makeView(memory, 0, output.length))
}
