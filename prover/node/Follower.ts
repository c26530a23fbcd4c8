import { bytesToHex, type Hex, hexToBytes } from 'viem'
import type { BatchHeader as StoredHeader } from '../batch/BatchHeader.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import { type BatchHeader, Kind } from '../dispute/GameState.ts'
import type { Trace } from '../dispute/Trace.ts'
import * as DiffRoots from '../l1/DiffRoots.ts'
import { lowestBase, type View } from '../l1/View.ts'
import type { BaseState } from '../machine/BaseState.ts'
import { BatchTrace } from '../machine/BatchTrace.ts'
import type { ChainConfig } from '../machine/ChainConfig.ts'
import { type BatchInput, type ExecutedBatch, executeBatch } from '../machine/Executor.ts'
import { FoldTrace } from '../machine/fold/FoldTrace.ts'
import type { FollowingOpinion } from '../players/Player.ts'
import type { Store } from '../state/Store.ts'
import { type Beside, Checkpoints } from './Checkpoints.ts'
import type { Ahead, RecoveryWorker } from './threads/RecoveryWorker.ts'

/** Runs a batch a second time, on an independent machine, and throws if the result differs. */
export type Judge = (base: BaseState, input: BatchInput, config: ChainConfig, executed: ExecutedBatch) => Promise<void>

/** Traces that are kept with their snapshots: those of the games that are being played. */
const maxTraces = 4
/** Batches whose signers are recovered at once, the one that is executed next among them. */
const maxAhead = 4

export interface FollowerOptions {
  /** Whether what no game can need any more is forgotten. */
  readonly prunes?: boolean
  /** Recovers signers ahead of their execution (N-24). */
  readonly recovery?: RecoveryWorker | undefined
  /** Computes checkpoints beside execution (N-25), not in line. */
  readonly beside?: Beside
  /** Batches between two checkpoints. */
  readonly checkpointInterval?: number
}

/** Executes what L1 orders, on the flat state, and holds the results to be true. */
export class Follower implements FollowingOpinion {
  readonly store: Store
  readonly checkpoints: Checkpoints
  private readonly judge: Judge | undefined
  private readonly options: FollowerOptions
  private readonly traces = new Map<string, Trace>()
  private view: View | undefined

  constructor(store: Store, judge?: Judge, options: FollowerOptions = {}) {
    this.store = store
    this.judge = judge
    this.options = options
    this.checkpoints = new Checkpoints(store, options.beside, options.checkpointInterval)
  }

  /** Executes the batches that are new on L1; first undoes those that are no longer there. */
  async follow(view: View): Promise<void> {
    this.view = view
    const common = this.lastCommon(view)
    if (common < this.store.newest.number) {
      this.traces.clear()
      await this.store.undoTo(common)
    }
    await this.checkpoints.resume()
    const batches = view.batches.slice(common)
    const ahead: (Ahead | undefined)[] = []
    for (const [index, { payload, header }] of batches.entries()) {
      for (const next of batches.slice(ahead.length, index + maxAhead)) ahead.push(this.recoverAhead(next.payload))
      await ahead[index]?.finish()
      await this.append(payload, {
        ...header,
        previous: hexToBytes(header.previous),
        payloadRoot: hexToBytes(header.payloadRoot),
      })
      await this.checkpoints.passed(this.store.newest.number)
    }
    if (this.options.prunes) await this.prune(view)
  }

  /** Forgets what is below every game that is or may be played, down to a state whose trie is stored (N-7). */
  private async prune(view: View): Promise<void> {
    const base = this.store.tries.nearestStored(Number(lowestBase(view)))
    if (base <= this.store.pruned) return
    this.traces.clear() // they may refer to nodes that no stored trie will have
    await this.store.prune(base)
  }

  /** What the next batch would do, judged if there is a judge; nothing is stored. */
  async preview(input: BatchInput): Promise<ExecutedBatch> {
    const { state, genesis } = this.store
    const executed = executeBatch(state, input, genesis.config)
    await this.judge?.(state, input, genesis.config, executed)
    return executed
  }

  /** Executes the next batch and stores it. */
  async append(payload: Uint8Array, header: StoredHeader): Promise<void> {
    const { diff, blocks, gasUsed, newCodes } = await this.preview({ payload, l1Time: header.l1Time })
    const codes = newCodes.map(({ code }) => code)
    await this.store.commit({ header, payload, diff, diffRoot: StateDiff.root(diff), gasUsed, blocks, codes })
  }

  stateRoot(batch: bigint): Hex {
    return bytesToHex(this.store.stateAt(Number(batch)).stateRoot)
  }

  checkpointRoot(batch: bigint): Hex | undefined {
    const root = this.checkpoints.rootOf(Number(batch))
    return root && bytesToHex(root)
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
      const index = Number(batch - claim.from) - 1
      // A false claim that nobody disputed is final as well; it proves nothing that is held here.
      if (diffRoots[index] !== this.diffRoot(batch)) continue
      return { source: claim, proof: DiffRoots.prove(diffRoots, index) }
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

  private recoverAhead(payload: Uint8Array): Ahead | undefined {
    const { maxTransactionBytes, chainId } = this.store.genesis.config
    return this.options.recovery?.begin(payload, maxTransactionBytes, chainId)
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
