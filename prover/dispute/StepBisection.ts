import { Phase } from './GameState.ts'

/**
 * Stage two: which is the first disputed step (D-12, D-13)? A range is always a power of the arity long. Twin of
 * `src/dispute/StepBisection.sol`.
 */

/** The smallest depth whose arity^depth steps hold a whole run. */
export function depthOf(stepCount: bigint, arity: number): number {
  let depth = 0
  for (let length = 1n; length < stepCount; length *= BigInt(arity)) depth++
  return depth
}

/** The phase after the disputed range of steps became `length` long. */
export function next(length: bigint): Phase {
  return length > 1n ? Phase.BisectSteps : Phase.LastStep
}
