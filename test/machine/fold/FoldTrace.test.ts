import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as FoldMachine from '../../../prover/machine/fold/FoldMachine.ts'
import * as FoldState from '../../../prover/machine/fold/FoldState.ts'
import { FoldTrace } from '../../../prover/machine/fold/FoldTrace.ts'
import { emptyState, makeFaults, makeFold } from '../../utils/Folds.ts'
import { Random } from '../../utils/Random.ts'

/** Entries of a diff: an own part and every slot count as one. */
function countEntries(diff: StateDiff.StateDiff): bigint {
  return diff.reduce(
    (count, { kind, slots }) => count + BigInt(slots.length) + (kind === StateDiff.kinds.storageOnly ? 0n : 1n),
    0n,
  )
}

describe('FoldTrace', () => {
  test('S-60, S-62: runs from (h(Δ), h(S)) to the root of the state with the diff applied, an entry a step', () => {
    for (let seed = 1; seed <= 25; seed++) {
      const { state, diff } = makeFold(seed)
      const trace = new FoldTrace(diff, state)
      assert.equal(trace.stepCount, countEntries(diff) + 1n)
      assert.deepEqual(trace.hashAt(0n), FoldState.hashRunning(StateDiff.root(diff), state.stateRoot))
      assert.deepEqual(trace.hashAt(trace.stepCount), FoldState.hashHalted(state.applyDiff(diff).stateRoot))
    }
  })

  test('S-61: a halted state is a fixed point, and an empty diff takes one step', () => {
    const { state } = makeFold(3)
    const trace = new FoldTrace([], state)
    assert.equal(trace.stepCount, 1n)
    assert.notDeepEqual(trace.hashAt(0n), trace.hashAt(1n))
    assert.deepEqual(trace.hashAt(1n), FoldState.hashHalted(state.stateRoot))
    assert.deepEqual(trace.hashAt(2n ** 40n), trace.hashAt(1n))
    assert.deepEqual(trace.witness(2n ** 40n), trace.witness(1n))
    assert.deepEqual(new FoldTrace([], emptyState()).hashAt(1n), FoldState.hashHalted(emptyState().stateRoot))
  })

  test('gives the same hashes and witnesses in whatever order it is asked', () => {
    const { state, diff } = makeFold(4)
    const forwards = new FoldTrace(diff, state)
    const steps = Array.from({ length: Number(forwards.stepCount) + 2 }, (_, index) => BigInt(index))
    const hashes = forwards.hashesAt(steps)
    const witnesses = steps.map((step) => forwards.witness(step))
    const shuffled = new FoldTrace(diff, state)
    for (const step of new Random('order').shuffle(steps)) {
      assert.deepEqual(shuffled.hashAt(step), hashes[Number(step)])
      assert.deepEqual(shuffled.witness(step), witnesses[Number(step)])
    }
    assert.equal(new Set(hashes.map((hash) => Buffer.from(hash).toString('hex'))).size, steps.length - 1)
    assert.throws(() => forwards.hashAt(-1n), RangeError)
  })

  test('S-63: a diff that does not fit the state ends in the fault, a fixed point', () => {
    for (const [reason, fold] of Object.entries(makeFaults(new Random('faults')))) {
      const after = FoldMachine.next(fold)
      assert.equal(after.status, 'fault', reason)
      assert.deepEqual(FoldMachine.hash(after), FoldState.hashFault())
      assert.equal(FoldMachine.next(after), after)
    }
  })
})
