/** STOP, JUMP to JUMPDEST. */
import { halt, type Machine, returnFrame } from '../Machine.ts'
import { emptyView } from '../MemoryTree.ts'

export function opStop(m: Machine): void {
  returnFrame(m, emptyView)
}

export function opJump(m: Machine): void {
  jump(m, m.frame.stack.items.pop()!)
}

export function opJumpi(m: Machine): void {
  const { items } = m.frame.stack
  const destination = items.pop()!
  const condition = items.pop()!
  if (condition !== 0n) jump(m, destination)
}

export function opPc(m: Machine): void {
  // `pc` is past the opcode already.
  m.frame.stack.items.push(BigInt(m.frame.pc - 1))
}

export function opGas(m: Machine): void {
  m.frame.stack.items.push(BigInt(m.frame.gas))
}

export function opJumpdest(): void {}

function jump(m: Machine, destination: bigint): void {
  const { frame } = m
  const { code } = frame
  if (destination >= code.size) return halt(m)
  const position = Number(destination)
  m.recorder?.append(code.proveJumps(position >>> 8))
  if (!code.isJumpDestination(position)) return halt(m)
  frame.pc = position
}
