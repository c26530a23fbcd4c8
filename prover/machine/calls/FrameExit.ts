/** FRAME_EXIT: back to the parent (docs/5-machine.md, 5.7). */
import { beginCopy } from '../bulk/Copy.ts'
import { clearOperation, type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'
import * as Operation from '../state/Operation.ts'

export function stepFrameExit(m: Machine): void {
  const { frame: child, operation, world } = m
  const { next: status, source: output } = operation
  m.recorder?.append(CallFrame.encode(child.parent!))
  const parent = CallFrame.thaw(child.parent!)
  m.frame = parent
  if (status !== Operation.EXCEPTIONAL_HALT) parent.gas += child.gas
  if (status !== Operation.RETURNED) {
    world.revert(child.saved!)
    m.logs.length = child.firstLog
  }

  if (parent.kind === CallFrame.TRANSACTION) {
    const { source, offset, length } = output
    m.outcome = { status, output: source.bytes.slice(offset, offset + length) }
    return setOperation(m, StepKinds.TX_REFUND)
  }
  const isCreate = child.kind === CallFrame.CREATE
  const succeeded = status === Operation.RETURNED
  parent.stack.items.push(succeeded ? (isCreate ? child.self : 1n) : 0n)
  parent.returndata = isCreate && succeeded ? MemoryTree.emptyView : output
  clearOperation(m)
  beginCopy(m, output, 0n, child.outOffset, Math.min(child.outLength, output.length))
}
