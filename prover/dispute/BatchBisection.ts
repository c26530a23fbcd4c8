import { Phase } from './GameState.ts'

/** Stage one: which is the first disputed batch (D-6)? Twin of `src/dispute/BatchBisection.sol`. */

/** The phase after the disputed range of batches became [low, high]. */
export function next(low: bigint, high: bigint): Phase {
  return high - low > 1n ? Phase.BisectBatches : Phase.NameDiff
}
