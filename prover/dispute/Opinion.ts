import type { Hex } from 'viem'
import type { BatchHeader, Claim } from './GameState.ts'
import type { Trace } from './Trace.ts'

/**
 * What a player holds to be true of the chain. An honest player's is computed from the payloads on L1 alone; a liar's is
 * an honest one with something changed.
 */
export interface Opinion {
  /** h(S_batch). */
  stateRoot(batch: bigint): Hex
  /** h(S_batch) of a checkpoint; undefined while it is computed. */
  checkpointRoot(batch: bigint): Hex | undefined
  /** h(Δ_batch). */
  diffRoot(batch: bigint): Hex
  /** The run of T_batch on S_{batch-1}. */
  execution(batch: bigint): Trace
  /** The fold of Δ_batch into S_{batch-1}. */
  fold(batch: bigint): Trace
  /** The preimage of A_batch. */
  header(batch: bigint): BatchHeader
  /** Where L1 holds `diffRoot(batch)` to be final. */
  finalDiff(batch: bigint): { readonly source: Claim; readonly proof: Hex } | undefined
}
