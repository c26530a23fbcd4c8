import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as stateTests from './stateTests.ts'

/** One case in so many runs with `npm test`, chosen by the hash of its id; all of them with `npm run test:state`. */
const sampleEvery = process.env.STATE_TESTS_ALL === undefined ? 16 : 1
const maxSteps = process.env.STATE_TESTS_ALL === undefined ? 300_000 : Number.POSITIVE_INFINITY
const part = process.env.STATE_TESTS_PART ?? ''

function isChosen({ id, stats }: stateTests.Case): boolean {
  return keccak256(Buffer.from(id))[0]! % sampleEvery === 0 && (stats?.steps ?? 0) <= maxSteps
}

describe('State tests', () => {
  const missing = stateTests.folder === undefined && 'no state tests: set STATE_TESTS to their folder'

  test('end in run mode with the expected status, gas, logs and state root', { skip: missing }, (context) => {
    const skipped = new Map<string, number>()
    const failures: string[] = []
    let passed = 0
    for (const testCase of stateTests.cases(part)) {
      if (!isChosen(testCase)) continue
      let outcome: string | undefined
      try {
        outcome = stateTests.run(testCase)
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
})
