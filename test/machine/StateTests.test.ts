import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as StepKinds from '../../prover/machine/StepKinds.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import { casesOf, type StateCase, skip } from '../utils/StateTests.ts'
import * as stateCase from './stateCase.ts'

/** One case in so many runs with `npm test`, chosen by the hash of its id; all of them with `npm run test:state`. */
const sampleEvery = process.env.STATE_TESTS_ALL === undefined ? 16 : 1
const maxSteps = process.env.STATE_TESTS_ALL === undefined ? 300_000 : Number.POSITIVE_INFINITY
const part = process.env.STATE_TESTS_PART ?? ''

const STRIDE = 7

function isChosen({ id, stats }: StateCase): boolean {
  return keccak256(Buffer.from(id))[0]! % sampleEvery === 0 && (stats?.steps ?? 0) <= maxSteps
}

describe('State tests', () => {
  test('end in run mode with the expected status, gas, logs and state root', { skip }, (context) => {
    const skipped = new Map<string, number>()
    const failures: string[] = []
    let passed = 0
    for (const testCase of casesOf(part)) {
      if (!isChosen(testCase)) continue
      let outcome: string | undefined
      try {
        outcome = stateCase.run(testCase)
      } catch (error) {
        outcome = (error as Error).stack ?? String(error)
      }
      if (outcome === undefined) passed++
      else if (outcome.startsWith('skip: ')) skipped.set(outcome, (skipped.get(outcome) ?? 0) + 1)
      else failures.push(`${testCase.id}: ${outcome}`)
    }
    context.diagnostic(`${passed} cases passed; ${[...skipped].map(([why, count]) => `${count} ${why}`).join(', ')}`)
    assert.equal(failures.length, 0, failures.slice(0, 20).join('\n'))
    assert.ok(passed > 0)
  })

  test('end in prove mode as in run mode, step by step and in strides', { skip }, () => {
    let compared = 0
    for (const testCase of casesOf(part)) {
      const hash = keccak256(Buffer.from(testCase.id))
      if (!isChosen(testCase) || hash[1]! % 4 !== 0 || (testCase.stats?.steps ?? 0) > 5000) continue
      if (stateCase.run(testCase)?.startsWith('skip: ')) continue
      const state = new stateCase.CaseState(testCase)
      const start = stateCase.machineOf(testCase, new ProveWorld(state))
      const single = Machine.fork(start, (start.world as ProveWorld).fork())
      const hashes: Uint8Array[] = []
      while (single.operation.kind !== StepKinds.TX_BEGIN) {
        if (hashes.length % STRIDE === 0) hashes.push(MachineState.machineHash(single))
        else hashes.push(new Uint8Array(0))
        Interpreter.step(single)
      }
      const root = state.trie.applyDiff(single.world.stateDiff()).stateRoot
      assert.equal(stateCase.compare(testCase, single, root), undefined, testCase.id)

      // The same states are reached with whole bulk operations at once, and from forks.
      let strides = start
      for (let step = 0; step < hashes.length; step += STRIDE) {
        const fork = Machine.fork(strides, (strides.world as ProveWorld).fork())
        assert.deepEqual(MachineState.machineHash(strides), hashes[step], `${testCase.id} step ${step}`)
        if (step % 2 === 0) strides = fork
        Interpreter.advance(strides, STRIDE)
      }
      compared++
    }
    assert.ok(compared > 0)
  })
})
