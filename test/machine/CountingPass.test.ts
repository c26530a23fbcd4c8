import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Word from '../../prover/commitment/Word.ts'
import { witnessOf } from '../../prover/machine/BatchTrace.ts'
import * as CountingPass from '../../prover/machine/CountingPass.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import { programs } from './programs/index.ts'
import { assemble, type Part, type Program, ProgramBuilder, traceOf } from './programs/Program.ts'

/** Calls into each other, again and again, until the gas is used up: between two of them come 63 that need little memory. */
function deepCalls(depth: number): Program {
  const builder = new ProgramBuilder()
  const small = BigInt(builder.contract([1, 0, 'MSTORE']))
  const calls = Array.from({ length: 63 }, (): Part[] => [0, 0, 0, 0, 0, small, 'GAS', 'CALL', 'POP']).flat()
  // Memory holds how many calls are still below this one.
  const head: Part[] = [1, 0, 'CALLDATALOAD', 'SUB', 0, 'MSTORE', ...calls, 0, 'MLOAD', 'ISZERO']
  const tail: Part[] = ['JUMPI', 0, 0, 32, 0, 0, 'ADDRESS', 'GAS', 'CALL', 'POP']
  const end = assemble(...head, 0xffff, ...tail).length
  const deep = BigInt(builder.contract([...head, end, ...tail, 'JUMPDEST']))
  const to = builder.contract([depth, 0, 'MSTORE', 'JUMPDEST', 0, 0, 32, 0, 0, deep, 'GAS', 'CALL', 'POP', 4, 'JUMP'])
  for (let count = 0; count < 2; count++) builder.send({ to, gas: 2n ** 24n })
  return builder.build()
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

  test('holds no more memory than its limit, in however small pieces', () => {
    const { marks } = CountingPass.run(traceOf(deepCalls(100)).machineAt(0), () => {})
    const buffers = new Set<ArrayBufferLike>()
    for (const { machine } of marks) {
      for (let frame = machine.frame; frame.parent !== undefined; frame = frame.parent)
        buffers.add(frame.memory.bytes.buffer)
    }
    const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
    assert.ok(bytes <= CountingPass.MAX_BYTES, `${bytes} bytes`)
    assert.ok(bytes > CountingPass.MAX_BYTES / 8, `${bytes} bytes`)
  })

  test('keeps fewer marks than its limit, each of two intervals alike', () => {
    const { steps, marks } = CountingPass.run(traceOf(programs.compute!()).machineAt(0), () => {}, 1)
    assert.ok(marks.length < CountingPass.MAX_MARKS)
    assert.ok(marks.length > CountingPass.MAX_MARKS / 4 || marks.length >= steps / 2)
  })
})
