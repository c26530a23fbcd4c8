import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Word from '../../prover/commitment/Word.ts'
import { witnessOf } from '../../prover/machine/BatchTrace.ts'
import * as CountingPass from '../../prover/machine/CountingPass.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as CallFrame from '../../prover/machine/state/CallFrame.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import { programs } from './programs/index.ts'
import { assemble, type Part, type Program, ProgramBuilder, traceOf } from './programs/Program.ts'

/** As many transactions as make marks hold more than they may, if it is not counted. */
function sendAll(builder: ProgramBuilder, to: string): Program {
  for (let count = 0; count < 4; count++) builder.send({ to, gas: 2n ** 24n })
  return builder.build()
}

/** Calls 100 deep, again and again until the gas is used up; each of them does `first`, and calls `code` so many times. */
function deepCalls(times: number, code: readonly Part[], first: readonly Part[] = []): Program {
  const builder = new ProgramBuilder()
  const callee = BigInt(builder.contract(code))
  const calls = Array.from({ length: times }, (): Part[] => [0, 0, 0, 0, 0, callee, 'GAS', 'CALL', 'POP']).flat()
  // Memory holds how many calls are still below this one.
  const head: Part[] = [...first, 1, 0, 'CALLDATALOAD', 'SUB', 0, 'MSTORE', ...calls, 0, 'MLOAD', 'ISZERO']
  const tail: Part[] = ['JUMPI', 0, 0, 32, 0, 0, 'ADDRESS', 'GAS', 'CALL', 'POP', 'STOP']
  const end = 4 + assemble(...head, ...tail).length
  const deep = BigInt(builder.contract([...head, Uint8Array.of(0x62, 0, end >> 8, end & 0xff), ...tail, 'JUMPDEST']))
  const again: Part[] = ['JUMPDEST', 0, 0, 32, 0, 0, deep, 'GAS', 'CALL', 'POP', 4, 'JUMP']
  return sendAll(builder, builder.contract([100, 0, 'MSTORE', ...again]))
}

/** Initcode of the greatest length that creates with itself, again and again. */
function deepCreations(): Program {
  const builder = new ProgramBuilder()
  const initcode = new Uint8Array(49_152)
  initcode.set(assemble('CODESIZE', 0, 0, 'CODECOPY', 'JUMPDEST', 'CODESIZE', 0, 0, 'CREATE', 'POP', 5, 'JUMP'))
  const from = BigInt(builder.contract([initcode]))
  return sendAll(builder, builder.contract([49_152, 0, 0, from, 'EXTCODECOPY', 49_152, 0, 0, 'CREATE']))
}

/** What the frames of the marks hold: buffers, numbers, and initcode with its operands. */
function heldBytes(marks: readonly CountingPass.Mark[]): number {
  const held = new Map<object, number>()
  for (const { machine } of marks) {
    for (let frame: CallFrame.Frame | undefined = machine.frame; frame !== undefined; frame = frame.parent) {
      const { stack, memory, returndata, code, kind } = frame
      held.set(stack, 56 * stack.items.length)
      for (const { buffer } of [memory.bytes, returndata.source.bytes]) held.set(buffer, buffer.byteLength)
      if (kind === CallFrame.CREATE) held.set(code, code.size + 8 * code.operands.length)
    }
  }
  return [...held.values()].reduce((sum, bytes) => sum + bytes, 0)
}

function forkOf(m: Machine.Machine): Machine.Machine {
  return Machine.fork(m, (m.world as ProveWorld).fork())
}

/** What a machine commits to, all of it through the hash, and what its next step reads. */
function evidenceOf(m: Machine.Machine): string[] {
  return [MachineState.machineHash(m), witnessOf(forkOf(m))].map((bytes) => Buffer.from(bytes).toString('hex'))
}

/**
 * Compares every mark with a machine that was in prove mode all the time, and so does it with the machine that goes on
 * from the mark to the next one: what no hash shows yet shows there.
 */
function compareMarks(start: Machine.Machine, interval: number): CountingPass.Mark[] {
  const { steps, marks } = CountingPass.run(start, () => {}, interval)
  const plain = forkOf(start)
  let at = 0
  let before = forkOf(start)
  for (const { step, machine } of marks) {
    Interpreter.advance(plain, step - at)
    Interpreter.advance(before, step - at)
    at = step
    const expected = evidenceOf(plain)
    assert.deepEqual(evidenceOf(machine), expected, `the mark at step ${step} of ${steps}`)
    assert.deepEqual(evidenceOf(before), expected, `from the mark before to step ${step} of ${steps}`)
    before = forkOf(machine)
  }
  // Neither run has a step left, and the last step of the one in run mode was the last of the other.
  assert.equal(Interpreter.advance(plain, 1), 0)
  assert.equal(marks.at(-1)?.step, steps)
  return marks
}

describe('CountingPass', () => {
  for (const [name, make] of Object.entries(programs)) {
    test(`${name}: every mark is what prove mode comes to, and goes on as it does`, () => {
      // As many marks as a pass may leave: at every step of a short program.
      compareMarks(traceOf(make()).machineAt(0), 1)
    })
  }

  test('an empty batch has its few steps', () => {
    const marks = compareMarks(traceOf(new ProgramBuilder().build()).machineAt(0), 1)
    assert.deepEqual(
      marks.map(({ step }) => step),
      marks.map((_, index) => index + 1),
    )
  })

  test('leaves marks between transactions, within them and at the end, in any order of use', () => {
    const start = traceOf(programs.calls!()).machineAt(0)
    const forwards = CountingPass.run(start, () => {}, 50).marks
    const hashes = forwards.map(({ machine }) => MachineState.machineHash(machine))
    const backwards = CountingPass.run(start, () => {}, 50).marks.toReversed()
    for (const { machine } of backwards) assert.deepEqual(MachineState.machineHash(machine), hashes.pop())
    assert.equal(hashes.length, 0)
    assert.ok(forwards.some(({ machine }) => machine.frame.depth > 2))
    assert.notEqual(forwards.at(-1)?.machine.haltedRoot, undefined)
    assert.ok(!Word.equals(forwards.at(-1)!.machine.haltedRoot!, Word.zero))
  })

  const hoarders: Record<string, () => Program> = {
    'small memories': () => deepCalls(63, [1, 0, 'MSTORE']),
    'memories of callees that returned a byte': () => deepCalls(1, [1, 16_352, 'MSTORE', 1, 0, 'RETURN']),
    'full stacks': () => deepCalls(0, [], Array.from({ length: 1_000 }, () => ['GAS', 'NOT']).flat()),
    initcode: deepCreations,
  }
  for (const [what, make] of Object.entries(hoarders)) {
    test(`holds no more than its limit: ${what}`, () => {
      const { marks } = CountingPass.run(traceOf(make()).machineAt(0), () => {})
      const bytes = heldBytes(marks)
      assert.ok(bytes <= CountingPass.MAX_BYTES, `${bytes} bytes`)
      assert.ok(bytes > CountingPass.MAX_BYTES / 8, `${bytes} bytes`)
    })
  }

  test('keeps fewer marks than its limit, each of two intervals alike', () => {
    const { steps, marks } = CountingPass.run(traceOf(programs.compute!()).machineAt(0), () => {}, 1)
    assert.ok(marks.length < CountingPass.MAX_MARKS)
    assert.ok(marks.length > CountingPass.MAX_MARKS / 4 || marks.length >= steps / 2)
  })
})
