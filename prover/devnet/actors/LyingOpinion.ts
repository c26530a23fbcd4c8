import type { Hex } from 'viem'
import type { Trace } from '../../dispute/Trace.ts'
import type { FollowingOpinion } from '../../players/Player.ts'
import { CorruptTrace } from './CorruptTrace.ts'

/** Where a run is told falsely: true up to state `step`, ending in `end`. */
export interface FalseRun {
  readonly batch: bigint
  readonly step: bigint
  readonly end: Uint8Array
}

/** What a liar changes in an honest opinion. */
export interface Lie {
  readonly diffRoots?: ReadonlyMap<bigint, Hex>
  readonly stateRoots?: ReadonlyMap<bigint, Hex>
  readonly execution?: FalseRun
  readonly fold?: FalseRun
}

/** An honest opinion with a lie in it. All else that a liar does is what an honest player does. */
export function lyingOpinion(honest: FollowingOpinion, lie: Lie): FollowingOpinion {
  const tell = (trace: Trace, batch: bigint, run: FalseRun | undefined) =>
    run?.batch === batch ? new CorruptTrace(trace, run.step, run.end) : trace
  return {
    follow: (view) => honest.follow(view),
    header: (batch) => honest.header(batch),
    finalDiff: (batch) => honest.finalDiff(batch),
    diffRoot: (batch) => lie.diffRoots?.get(batch) ?? honest.diffRoot(batch),
    stateRoot: (batch) => lie.stateRoots?.get(batch) ?? honest.stateRoot(batch),
    checkpointRoot: (batch) => lie.stateRoots?.get(batch) ?? honest.checkpointRoot(batch),
    execution: (batch) => tell(honest.execution(batch), batch, lie.execution),
    fold: (batch) => tell(honest.fold(batch), batch, lie.fold),
  }
}
