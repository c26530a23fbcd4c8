/** POP, PUSH, DUP, SWAP. */
import type { Machine } from '../Machine.ts'

export function opPop(m: Machine): void {
  m.frame.stack.items.pop()
}

export function opPush0(m: Machine): void {
  m.frame.stack.items.push(0n)
}

/** PUSH1 to PUSH32: `opcode` − 0x5f bytes of code; bytes past the code's end are zero. */
export function opPush(m: Machine, opcode: number): void {
  const { frame } = m
  const { code, pc } = frame
  const count = opcode - 0x5f
  // `pc` is past the opcode already.
  if (m.recorder !== undefined) recordOperand(m, pc - 1, count)
  let value = code.operands[pc]
  if (value === undefined) {
    value = readOperand(code.bytes, pc, count)
    code.keepOperand(pc, value)
  }
  frame.stack.items.push(value)
  frame.pc = pc + count
}

/** DUP1 to DUP16. */
export function opDup(m: Machine, opcode: number): void {
  const { items } = m.frame.stack
  items.push(items[items.length - (opcode - 0x7f)]!)
}

/** SWAP1 to SWAP16. */
export function opSwap(m: Machine, opcode: number): void {
  const { items } = m.frame.stack
  const top = items.length - 1
  const other = top - (opcode - 0x8f)
  const value = items[top]!
  items[top] = items[other]!
  items[other] = value
}

function readOperand(bytes: Uint8Array, offset: number, count: number): bigint {
  if (count <= 6) {
    let value = 0
    for (let index = 0; index < count; index++) value = value * 256 + (bytes[offset + index] ?? 0)
    return BigInt(value)
  }
  const operand = Buffer.alloc(count)
  operand.set(bytes.subarray(offset, offset + count))
  return BigInt(`0x${operand.toString('hex')}`)
}

/** The word after the one of the opcode, if the operand reaches into it and the code does too. */
function recordOperand(m: Machine, pc: number, count: number): void {
  const { code } = m.frame
  const next = (pc >>> 5) + 1
  if ((pc + count) >>> 5 === next && 32 * next < code.size) m.recorder?.append(code.prove(next))
}
