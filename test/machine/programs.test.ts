import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import { BatchTrace, nextStep } from '../../prover/machine/BatchTrace.ts'
import { bulks } from '../../prover/machine/Dispatch.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import * as Opcodes from '../../prover/machine/Opcodes.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as StepKinds from '../../prover/machine/StepKinds.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import * as Operation from '../../prover/machine/state/Operation.ts'
import { programs } from './programs/index.ts'
import { type Program, traceOf } from './programs/Program.ts'

/** Programs that are about transactions that are skipped. In the others a skipped one would be a mistake. */
const skipping = /^(skipped|malformedAuthorizations|fullBatch|senderContract|longestPayload|payload\d)$/

/** A machine of the program that may be run. */
function startOf(program: Program): Machine.Machine {
  return forkOf(traceOf(program).machineAt(0))
}

function forkOf(m: Machine.Machine): Machine.Machine {
  return Machine.fork(m, (m.world as ProveWorld).fork())
}

describe('Programs', () => {
  for (const [name, make] of Object.entries(programs)) {
    test(`${name}: run mode and prove mode have one result`, () => {
      const program = make()
      const { base, input, config } = program
      const run = executeBatch(base, input, config)
      const m = startOf(program)
      Interpreter.run(m)
      assert.deepEqual(m.world.stateDiff(), run.diff)
      assert.equal(m.batch.gasUsed, run.gasUsed)
      const gasOf = (blocks: readonly { transactions: readonly { gasUsed: bigint; status: boolean }[] }[]) =>
        blocks.map(({ transactions }) => transactions.map(({ gasUsed, status }) => ({ gasUsed, status })))
      assert.deepEqual(gasOf(m.blocks), gasOf(run.blocks))
      assert.deepEqual(
        m.blocks.flatMap(({ transactions }) => transactions.flatMap(({ logs }) => logs.map(({ data }) => data))),
        run.blocks.flatMap(({ transactions }) => transactions.flatMap(({ logs }) => logs.map(({ data }) => data))),
      )
      if (!skipping.test(name))
        assert.deepEqual(
          m.blocks.flatMap(({ skipped }) => skipped),
          [],
        )
    })
  }

  test('B-13: leave no storage to an account that they create or delete, or that has neither nonce nor code', () => {
    for (const [name, make] of Object.entries(programs)) {
      const { base, input, config } = make()
      for (const { accountKey, kind, account, slots } of executeBatch(base, input, config).diff) {
        const before = base.account(accountKey)
        const { nonce, codeHash } = account ?? before ?? { nonce: 0n, codeHash: StateDiff.emptyCodeHash }
        const isOpen = nonce === 0n && Word.equals(codeHash, StateDiff.emptyCodeHash)
        const mayHaveStorage = kind !== StateDiff.kinds.deleted && !isOpen
        assert.ok(mayHaveStorage || (before?.hasStorage !== true && slots.length === 0), name)
      }
    }
  })

  test('reach every step kind, and every instruction both in success and in a halt', () => {
    const seen = new Set<string>()
    for (const make of Object.values(programs)) {
      const m = startOf(make())
      while (m.haltedRoot === undefined) {
        const { name } = nextStep(m)
        Interpreter.step(m)
        const { kind, next } = m.operation
        const halts = kind === StepKinds.FRAME_EXIT && next === Operation.EXCEPTIONAL_HALT
        seen.add(`${name} ${halts ? 'halts' : 'succeeds'}`)
      }
    }
    const unreachable = new Set(['INSTRUCTION'])
    const kinds = StepKinds.all.map(({ name }) => name).filter((name) => !unreachable.has(name))
    const opcodes = Opcodes.all.map(({ name }) => name)
    // STOP costs nothing and takes nothing, so it can't fail; INVALID does nothing else.
    const wanted = [
      ...[...kinds, ...opcodes].filter((name) => name !== 'INVALID').map((name) => `${name} succeeds`),
      ...opcodes.filter((name) => name !== 'STOP').map((name) => `${name} halts`),
    ]
    assert.deepEqual(
      wanted.filter((entry) => !seen.has(entry)),
      [],
    )
  })

  test('take as many steps in a bulk operation as its formula says, to the same state', () => {
    const counted = new Map<number, number>()
    for (const name of ['compute', 'state', 'calls', 'creations', 'precompiles', 'transactions']) {
      const m = startOf(programs[name]!())
      while (m.haltedRoot === undefined) {
        const { kind } = m.operation
        const bulk = bulks[kind]
        if (bulk === undefined || (counted.get(kind) ?? 0) > 100) {
          Interpreter.advance(m, 1)
          continue
        }
        const atOnce = forkOf(m)
        const left = bulk.stepsLeft(m)
        bulk.finish(atOnce)
        for (let step = 1; step <= left; step++) {
          assert.equal(m.operation.kind, kind, `step ${step} of ${left}`)
          assert.equal(bulk.stepsLeft(m), left - step + 1)
          Interpreter.step(m)
        }
        assert.deepEqual(MachineState.machineHash(atOnce), MachineState.machineHash(m))
        counted.set(kind, (counted.get(kind) ?? 0) + 1)
      }
    }
    for (const [kind, bulk] of bulks.entries()) {
      if (bulk !== undefined) assert.ok((counted.get(kind) ?? 0) > 0, StepKinds.nameOf(kind))
    }
  })
})

describe('BatchTrace', () => {
  const program = programs.calls!()
  const hashes: Uint8Array[] = []
  const m = startOf(program)
  while (m.haltedRoot === undefined) {
    hashes.push(MachineState.machineHash(m))
    Interpreter.step(m)
  }
  const halted = MachineState.machineHash(m)
  const count = BigInt(hashes.length)

  test('counts the steps until the machine halts, and tells how far it is', () => {
    const trace = traceOf(program)
    const told: number[] = []
    trace.onProgress = (steps) => told.push(steps)
    assert.equal(trace.stepCount, count)
    assert.equal(told.at(-1), Number(count))
  })

  test('gives the hash of any step, in any order', () => {
    const trace = traceOf(program)
    for (const step of [1000n, 3n, 999n, 0n, count - 1n, 1001n]) {
      assert.deepEqual(trace.hashAt(step), hashes[Number(step)], `step ${step}`)
    }
    assert.deepEqual(trace.startState, hashes[0])
  })

  test('is a fixed point beyond its end', () => {
    const trace = traceOf(program)
    for (const step of [count, count + 1n, 1n << 40n]) assert.deepEqual(trace.hashAt(step), halted)
    assert.deepEqual(halted, MachineState.haltedState(m.haltedRoot!))
    assert.equal(trace.witness(count).length, 33)
  })

  test('gives the hashes of narrowing moves, and leaves what it gave before alone', () => {
    for (const target of [count - 1n, 0n, count / 3n]) {
      const trace = traceOf(program)
      let low = 0n
      for (const width of [1024n, 128n, 16n, 2n, 1n]) {
        const steps = Array.from({ length: 7 }, (_, index) => low + BigInt(index + 1) * width)
        const given = trace.hashesAt(steps.toReversed()).toReversed()
        for (const [index, step] of steps.entries()) {
          assert.deepEqual(given[index], hashes[Number(step)] ?? halted, `step ${step}`)
          if (step <= target) low = step
        }
      }
      assert.equal(low, target)
      assert.deepEqual(trace.witness(low), traceOf(program).witness(low))
    }
  })

  test('begins with the payload, its time and the chain constants', () => {
    const { base, input, config } = program
    const others = [
      BatchTrace.of(base, { ...input, payload: input.payload.slice(1) }, config),
      BatchTrace.of(base, { ...input, l1Time: input.l1Time + 1n }, config),
      BatchTrace.of(base, input, { ...config, chainId: 1n }),
    ]
    const states = [traceOf(program), ...others].map(({ startState }) => Buffer.from(startState).toString('hex'))
    assert.equal(new Set(states).size, states.length)
  })
})
