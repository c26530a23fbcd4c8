import { bytesToHex, type Hex, hexToBytes } from 'viem'
import type { BatchHeader as StoredHeader } from '../batch/BatchHeader.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import { type BatchHeader, Kind } from '../dispute/GameState.ts'
import type { Trace } from '../dispute/Trace.ts'
import * as DiffRoots from '../l1/DiffRoots.ts'
import type { View } from '../l1/View.ts'
import { BatchTrace } from '../machine/BatchTrace.ts'
import { type BatchInput, executeBatch } from '../machine/Executor.ts'
import { FoldTrace } from '../machine/fold/FoldTrace.ts'
import type { FollowingOpinion } from '../players/Player.ts'
import type { ExecutedBatch, Store } from '../state/Store.ts'

/** Runs a batch a second time, on an independent machine, and throws if the diff differs. */
export type Judge = (store: Store, batch: BatchInput, diff: StateDiff.StateDiff) => Promise<void>

/** Traces that are kept with their snapshots: those of the games that are being played. */
const maxTraces = 4

/** Executes what L1 orders, on the flat state, and holds the results to be true. */
export class Follower implements FollowingOpinion {
  readonly store: Store
  private readonly judge: Judge | undefined
  private readonly traces = new Map<string, Trace>()
  private view: View | undefined

  constructor(store: Store, judge?: Judge) {
    this.store = store
    this.judge = judge
  }

  /** Executes the batches that are new on L1; first undoes those that are no longer there. */
  async follow(view: View): Promise<void> {
    this.view = view
    const common = this.lastCommon(view)
    if (common < this.store.newest.number) {
      this.traces.clear()
      await this.store.undoTo(common)
    }
    for (const { payload, header } of view.batches.slice(common)) {
      await this.append(payload, {
        ...header,
        previous: hexToBytes(header.previous),
        payloadRoot: hexToBytes(header.payloadRoot),
      })
    }
  }

  /** Executes the next batch and stores it. */
  async append(payload: Uint8Array, header: StoredHeader): Promise<ExecutedBatch> {
    const { state, genesis } = this.store
    const { diff, blocks, gasUsed, newCodes } = executeBatch(state, { payload, l1Time: header.l1Time }, genesis.config)
    await this.judge?.(this.store, { payload, l1Time: header.l1Time }, diff)
    const codes = newCodes.map(({ code }) => code)
    const executed = { header, payload, diff, diffRoot: StateDiff.root(diff), gasUsed, blocks, codes }
    await this.store.commit(executed)
    return executed
  }

  stateRoot(batch: bigint): Hex {
    return bytesToHex(this.store.stateAt(Number(batch)).stateRoot)
  }

  diffRoot(batch: bigint): Hex {
    return bytesToHex(this.store.batch(Number(batch)).diffRoot)
  }

  header(batch: bigint): BatchHeader {
    const { payloadRoot, payloadLength, l1Time } = this.store.batch(Number(batch))
    const previous = this.store.position(Number(batch) - 1).chainHash
    return { previous: bytesToHex(previous), payloadRoot: bytesToHex(payloadRoot), payloadLength, l1Time }
  }

  finalDiff(batch: bigint) {
    for (const { claim, status, diffRoots } of this.view?.claims.values() ?? []) {
      if (status !== 'final' || claim.kind !== Kind.Diffs || batch <= claim.from || batch > claim.to) continue
      return { source: claim, proof: DiffRoots.prove(diffRoots, Number(batch - claim.from) - 1) }
    }
    return undefined
  }

  execution(batch: bigint): BatchTrace {
    return this.trace(`execution ${batch}`, () => {
      const number = Number(batch)
      const { l1Time } = this.store.batch(number)
      const input = { payload: this.store.payload(number), l1Time }
      return BatchTrace.of(this.store.stateAt(number - 1), input, this.store.genesis.config)
    })
  }

  fold(batch: bigint): FoldTrace {
    return this.trace(`fold ${batch}`, () => {
      const number = Number(batch)
      return new FoldTrace(this.store.diff(number), this.store.stateAt(number - 1))
    })
  }

  /** The newest batch that is the same here and on L1. */
  private lastCommon(view: View): number {
    let number = Math.min(this.store.newest.number, view.batches.length)
    while (number > 0 && bytesToHex(this.store.position(number).chainHash) !== view.batches[number - 1]?.chainHash)
      number--
    return number
  }

  private trace<T extends Trace>(key: string, create: () => T): T {
    const known = this.traces.get(key) as T | undefined
    this.traces.delete(key)
    const trace = known ?? create()
    this.traces.set(key, trace)
    const [oldest] = this.traces.keys()
    if (this.traces.size > maxTraces && oldest !== undefined) this.traces.delete(oldest)
    return trace
  }
}
