import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { witnessOf } from '../../prover/machine/BatchTrace.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import { loopOf } from '../../script/bench/Primitives.ts'
import { Random } from '../utils/Random.ts'
import { programs } from './programs/index.ts'
import { type Part, type Program, ProgramBuilder, traceOf } from './programs/Program.ts'

/** A memory of 16.5 KiB: every turn of a loop changes a word in its first 512 bytes, and copies those to another place. */
function largeMemory(): Program {
  const copyElsewhere: Part[] = [512, 0, 'DUP3', 512, 'MUL', 0x3e00, 'AND', 512, 'ADD', 'MCOPY']
  const changeWord: Part[] = ['DUP1', 'DUP1', 32, 'MUL', 0x1e0, 'AND', 'MSTORE']
  const builder = new ProgramBuilder()
  builder.run([loopOf([...changeWord, ...copyElsewhere], 400)])
  return builder.build()
}

/** The hashes at `steps` of a machine that is in prove mode all the time. */
function plainHashes(program: Program, steps: readonly bigint[]): Uint8Array[] {
  const start = traceOf(program).machineAt(0)
  const m = Machine.fork(start, (start.world as ProveWorld).fork())
  let at = 0
  return steps.map((step) => {
    Interpreter.advance(m, Number(step) - at)
    at = Number(step)
    return MachineState.machineHash(m)
  })
}

function stepsFrom(first: bigint, distance: bigint): bigint[] {
  return Array.from({ length: 31 }, (_, index) => first + BigInt(index) * distance)
}

describe('BatchTrace', () => {
  test('hashes what a position of a move has in common with the one before it only once', () => {
    const program = largeMemory()
    const trace = traceOf(program)
    assert.ok(trace.stepCount > 15_000n, `${trace.stepCount} steps`)
    const steps = stepsFrom(8_000n, 200n)
    const before = Keccak.count()
    const hashes = trace.hashesAt(steps)
    const count = Keccak.count() - before
    // A tree over the memory has 542 nodes. In the 200 steps between two positions some 80 words change.
    assert.ok(count < 31 * 300, `${count} hashes`)
    assert.deepEqual(hashes, plainHashes(program, steps))
  })

  test('needs no count before it is asked for the hash of a late step', () => {
    const program = programs.state!()
    const steps = stepsFrom(700n, 13n)
    const expected = plainHashes(program, steps)
    assert.deepEqual(traceOf(program).hashesAt(steps), expected)
    assert.deepEqual(traceOf(program).hashAt(steps.at(-1)!), expected.at(-1))
    assert.ok(traceOf(program).stepCount > steps.at(-1)!)
  })

  test('gives a witness of any step that is the one of a machine in prove mode', () => {
    const program = programs.creations!()
    const trace = traceOf(program)
    const random = new Random('witnesses')
    for (let round = 0; round < 40; round++) {
      const step = random.below(Number(trace.stepCount))
      const start = traceOf(program).machineAt(0)
      const m = Machine.fork(start, (start.world as ProveWorld).fork())
      Interpreter.advance(m, step)
      assert.deepEqual(trace.witness(BigInt(step)), witnessOf(m), `step ${step}`)
    }
  })
})
