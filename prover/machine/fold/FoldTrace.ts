import * as StateDiff from '../../commitment/StateDiff.ts'
import type { Trace } from '../../dispute/Trace.ts'
import * as FoldMachine from './FoldMachine.ts'

/** The run of the fold machine from a state over a diff. */
export class FoldTrace implements Trace {
  /** States that the run has been at, by step, in increasing order; the start is always among them. */
  readonly #snapshots: { readonly step: bigint; readonly fold: FoldMachine.Fold }[]
  #stepCount: bigint | undefined

  constructor(diff: StateDiff.StateDiff, state: FoldMachine.FoldableState) {
    this.#snapshots = [{ step: 0n, fold: FoldMachine.start(StateDiff.toTree(diff), state) }]
  }

  /** Found by a run that hashes nothing. */
  get stepCount(): bigint {
    if (this.#stepCount === undefined) {
      let { step, fold } = this.#snapshots.at(-1)!
      for (; fold.status === 'running'; step++) fold = FoldMachine.next(fold)
      this.#stepCount = step
    }
    return this.#stepCount
  }

  hashAt(step: bigint): Uint8Array {
    return FoldMachine.hash(this.#stateAt(step))
  }

  hashesAt(steps: readonly bigint[]): Uint8Array[] {
    return steps.map((step) => this.hashAt(step))
  }

  witness(step: bigint): Uint8Array {
    return FoldMachine.witness(this.#stateAt(step))
  }

  /** The state after `step` steps, from the nearest snapshot before it; it becomes one itself. */
  #stateAt(step: bigint): FoldMachine.Fold {
    if (step < 0n) throw new RangeError(`a run has no step ${step}`)
    const index = this.#snapshots.findLastIndex((snapshot) => snapshot.step <= step)
    let { step: reached, fold } = this.#snapshots[index]!
    if (reached === step) return fold
    for (; reached < step && fold.status === 'running'; reached++) fold = FoldMachine.next(fold)
    if (fold.status === 'running') this.#snapshots.splice(index + 1, 0, { step, fold })
    return fold
  }
}
