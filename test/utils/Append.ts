import * as Payload from '../../prover/commitment/Payload.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import { type ExecutedBatch, executeBatch } from '../../prover/machine/Executor.ts'
import type { Store } from '../../prover/state/Store.ts'

/** Executes a batch on the newest state of a store and commits it, as if it had been read from L1. */
export async function appendBatch(store: Store, payload: Uint8Array, l1Time: bigint): Promise<ExecutedBatch> {
  const executed = executeBatch(store.state, { payload, l1Time }, store.genesis.config)
  const { diff, gasUsed, blocks, newCodes } = executed
  const header = {
    previous: store.newest.chainHash,
    payloadRoot: Payload.rootOf(payload),
    payloadLength: payload.length,
    l1Time,
  }
  const codes = newCodes.map(({ code }) => code)
  await store.commit({ header, payload, diff, diffRoot: StateDiff.root(diff), gasUsed, blocks, codes })
  return executed
}
