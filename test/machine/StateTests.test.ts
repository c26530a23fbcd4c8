import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../prover/machine/ProveWorld.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import * as CaseMachine from '../../script/campaign/cases/CaseMachine.ts'
import { skip } from '../../script/campaign/cases/Fixtures.ts'
import { casesOf, preStateOf, type StateCase } from '../../script/campaign/cases/StateCase.ts'

/** One case in so many runs with `npm test`, chosen by the hash of its id; all of them with `npm run test:state`. */
const sampleEvery = process.env.STATE_TESTS_ALL === undefined ? 16 : 1
const maxSteps = process.env.STATE_TESTS_ALL === undefined ? 300_000 : Number.POSITIVE_INFINITY
const part = process.env.STATE_TESTS_PART ?? ''

const STRIDE = 7

function isChosen({ id, stats }: StateCase): boolean {
  return keccak256(Buffer.from(id))[0]! % sampleEvery === 0 && (stats?.steps ?? 0) <= maxSteps
}

/** How the outcome in run mode differs from what is expected; 'skip: …' if the case uses what is not in the ruleset yet. */
function run(testCase: StateCase): string | undefined {
  const pre = preStateOf(testCase)
  const m = CaseMachine.runMachineOf(testCase, pre)
  let later: string | undefined
  Interpreter.runUntil(m, () => {
    later ??= CaseMachine.laterFeature(m)
    return later !== undefined || CaseMachine.isOver(m)
  })
  return later === undefined ? CaseMachine.differenceOf(testCase, m, pre) : `skip: ${later}`
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
        outcome = run(testCase)
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
      if (run(testCase)?.startsWith('skip: ')) continue
      const pre = preStateOf(testCase)
      const start = CaseMachine.proveMachineOf(testCase, pre)
      const single = Machine.fork(start, (start.world as ProveWorld).fork())
      const hashes: Uint8Array[] = []
      while (!CaseMachine.isOver(single)) {
        if (hashes.length % STRIDE === 0) hashes.push(MachineState.machineHash(single))
        else hashes.push(new Uint8Array(0))
        Interpreter.step(single)
      }
      assert.equal(CaseMachine.differenceOf(testCase, single, pre), undefined, testCase.id)

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
