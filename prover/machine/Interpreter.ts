/** The loops over steps: one step, a number of steps, and all of them (docs/5-machine.md, 5.4). */
import { bulks, instructions, steps } from './Dispatch.ts'
import { opDup, opPush, opSwap } from './instructions/Stack.ts'
import { halt, type Machine } from './Machine.ts'
import * as Opcodes from './Opcodes.ts'
import * as OperandStack from './OperandStack.ts'

const STOP = 0x00
const PUSH1 = 0x60
const DUP1 = 0x80
const SWAP1 = 0x90
const LOG0 = 0xa0

/** More turns than a batch has, for which small integers are enough. */
const MANY = 2 ** 30

// The columns of the opcode table that every instruction reads.
const stackIn = Uint8Array.from(Opcodes.table, (entry) => entry?.stackIn ?? 0)
const baseGas = Uint16Array.from(Opcodes.table, (entry) => entry?.gas ?? 0)
/** Most items below which the results still fit. */
const stackMax = Uint16Array.from(
  Opcodes.table,
  (entry) => OperandStack.limit + (entry?.stackIn ?? 0) - (entry?.stackOut ?? 0),
)

/** The opcode of the next INSTRUCTION step. Past the code's end there is STOP. */
export function nextOpcode(m: Machine): number {
  const { code, pc } = m.frame
  return pc < code.size ? code.bytes[pc]! : STOP
}

/** One INSTRUCTION step. */
export function stepInstruction(m: Machine): void {
  const { frame } = m
  const { code, pc, stack } = frame
  const opcode = pc < code.size ? code.bytes[pc]! : STOP
  const instruction = instructions[opcode]
  if (m.recorder !== undefined && pc < code.size) m.recorder.append(code.prove(pc >>> 5))
  if (instruction === undefined) return halt(m)
  const size = stack.items.length
  if (size < stackIn[opcode]! || size > stackMax[opcode]!) return halt(m)
  const gas = frame.gas - baseGas[opcode]!
  if (gas < 0) return halt(m)
  if (m.recorder !== undefined) recordItems(m, stackIn[opcode]!)
  frame.gas = gas
  frame.pc = pc + 1
  instruction(m, opcode)
}

/** Exactly one step, as the verifier makes it. A halted machine stays as it is. */
export function step(m: Machine): void {
  if (m.haltedRoot !== undefined) return
  const { kind } = m.operation
  if (kind === 0) stepInstruction(m)
  else stepOf(kind)(m)
}

/** Runs until `isDone` holds between two steps that are not within a bulk operation. */
export function runUntil(m: Machine, isDone: (m: Machine) => boolean): void {
  while (!isDone(m)) {
    const { kind } = m.operation
    if (kind === 0) runInstructions(m, Number.MAX_SAFE_INTEGER)
    else (bulks[kind]?.finish ?? stepOf(kind))(m)
  }
}

/** Runs to the end of the batch. */
export function run(m: Machine): void {
  // The loop that counts steps as well: compiled once, it serves both.
  while (m.haltedRoot === undefined) advanceTurns(m, MANY)
}

/**
 * Makes at most `limit` steps, bulk operations at once where they fit. Gives the number of steps made; it is less than
 * `limit` only if the machine has halted.
 */
export function advance(m: Machine, limit: number): number {
  let made = 0
  while (made < limit && m.haltedRoot === undefined) {
    const { kind } = m.operation
    if (kind === 0) {
      made += runInstructions(m, limit - made)
      continue
    }
    const bulk = bulks[kind]
    const left = bulk?.stepsLeft(m) ?? 1
    if (bulk !== undefined && made + left <= limit) {
      bulk.finish(m)
      made += left
    } else {
      stepOf(kind)(m)
      made++
    }
  }
  return made
}

/**
 * Makes `turns` instructions and operations, every bulk operation whole and as one turn. Gives the number of steps made;
 * fewer turns are made only if the machine has halted.
 */
export function advanceTurns(m: Machine, turns: number): number {
  let made = 0
  for (let left = turns; left > 0 && m.haltedRoot === undefined; ) {
    const { kind } = m.operation
    if (kind === 0) {
      const instructions = runInstructions(m, left)
      made += instructions
      left -= instructions
    } else {
      const bulk = bulks[kind]
      made += bulk?.stepsLeft(m) ?? 1
      left--
      ;(bulk?.finish ?? stepOf(kind))(m)
    }
  }
  return made
}

/**
 * At most `limit` instructions, up to the first that begins an operation; gives how many. Until then the frame stays the
 * same. This is `stepInstruction` without what only a witness needs: nothing is being recorded.
 */
function runInstructions(m: Machine, limit: number): number {
  const { frame, operation } = m
  const { items } = frame.stack
  const { bytes } = frame.code
  let made = 0
  do {
    made++
    const { pc } = frame
    const opcode = pc < bytes.length ? bytes[pc]! : STOP
    const gas = frame.gas - baseGas[opcode]!
    const size = items.length
    if (size < stackIn[opcode]! || size > stackMax[opcode]! || gas < 0) {
      halt(m)
      break
    }
    frame.gas = gas
    frame.pc = pc + 1
    if (opcode >= PUSH1 && opcode < LOG0) {
      // The most frequent ones, as calls that the compiler can see through.
      if (opcode < DUP1) opPush(m, opcode)
      else if (opcode < SWAP1) opDup(m, opcode)
      else opSwap(m, opcode)
    } else {
      const instruction = instructions[opcode]
      if (instruction === undefined) halt(m)
      else instruction(m, opcode)
    }
  } while (operation.kind === 0 && made < limit)
  return made
}

function stepOf(kind: number): (m: Machine) => void {
  const make = steps[kind]
  if (make === undefined) throw new Error(`no step of kind ${kind}`)
  return make
}

/** The hash of what is below the items that the instruction takes, and those, the top one first. */
function recordItems(m: Machine, count: number): void {
  if (count === 0) return
  const { stack } = m.frame
  m.recorder?.word(OperandStack.hashBelow(stack, count))
  for (let index = 1; index <= count; index++) m.recorder?.u256(stack.items[stack.items.length - index]!)
}
