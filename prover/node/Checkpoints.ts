import * as Word from '../commitment/Word.ts'
import type { Store } from '../state/Store.ts'
import type { ScanPlan, ScanPortion } from '../state/TrieScan.ts'
import type { Warn } from './threads/RecoveryWorker.ts'
import { Thread } from './threads/Thread.ts'

/**
 * Batches between two checkpoints: half a day if there is one in every L1 block. A checkpoint costs the same however many
 * batches changed the state before it, so that a batch's share falls with their number.
 */
export const defaultInterval = 4_096

const module = new URL('./threads/scan.ts', import.meta.url)

/** How checkpoints are computed beside everything else. */
export interface Beside {
  readonly warn: Warn
  readonly thread?: URL
}

/**
 * Roots and tries of checkpoints. Beside the thread that executes, each is computed by a thread that lives as long as that
 * takes (N-25); without, in line.
 */
export class Checkpoints {
  readonly #store: Store
  readonly #interval: number
  #beside: Beside | undefined
  /** What is being computed or waits for it, by what it is. */
  readonly #pending = new Map<string, Promise<void>>()
  #last: Promise<void> = Promise.resolve()
  #thread: Thread<ScanPlan | undefined, ScanPortion | undefined> | undefined
  #isClosed = false

  constructor(store: Store, beside?: Beside, interval = defaultInterval) {
    this.#store = store
    this.#beside = beside
    this.#interval = interval
  }

  /** Has the trie stored after a batch that was just committed, if that is due. */
  async passed(number: number): Promise<void> {
    if (number % this.#interval !== 0) return
    if (this.#beside === undefined) await this.#store.storeTrie(number)
    else this.#begin(number, true)
  }

  /** Has the trie stored that was due last, if it is not: the node was stopped before, or the thread has failed. */
  async resume(): Promise<void> {
    const { newest, pruned, tries } = this.#store
    const number = newest.number - (newest.number % this.#interval)
    if (number > pruned && !tries.isStored(number)) await this.passed(number)
  }

  /** h(S) after a batch, or undefined while it is computed. */
  rootOf(number: number): Uint8Array | undefined {
    const known = this.#store.knownRoot(number)
    if (known !== undefined) return known
    if (this.#beside === undefined) return this.#store.stateAt(number).stateRoot
    this.#begin(number, false)
    return undefined
  }

  /** Whether something is being computed. */
  get isBusy(): boolean {
    return this.#pending.size > 0
  }

  /** When all that is being computed is known and stored, or has failed. */
  async settled(): Promise<void> {
    while (this.isBusy) await Promise.all(this.#pending.values())
  }

  /** Ends what is being computed. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#thread?.close()
    await this.settled()
  }

  /** Has the state after a batch scanned, unless it is being done: one after the other, whatever fails. */
  #begin(number: number, withNodes: boolean): void {
    const { chainHash } = this.#store.position(number)
    const name = Word.nameOf(chainHash)
    if (this.#pending.has(name)) return
    const work = this.#last.then(async () => {
      try {
        await this.#scan(number, withNodes)
      } catch (error) {
        this.#fail(error as Error)
      } finally {
        this.#pending.delete(name)
      }
    })
    this.#last = work
    this.#pending.set(name, work)
  }

  async #scan(number: number, withNodes: boolean): Promise<void> {
    let plan = this.#plan(number, withNodes)
    while (plan !== undefined && !(await this.#find(plan))) {
      const next = this.#plan(number, withNodes)
      // Only of this batch: nodes were pruned meanwhile, or it was undone and came back. Another one has a scan of its own.
      plan = next !== undefined && Word.equals(next.chainHash, plan.chainHash) ? next : undefined
    }
  }

  /** Undefined if there is nothing to scan any more when its turn comes. */
  #plan(number: number, withNodes: boolean): ScanPlan | undefined {
    const { isClosed, pruned, newest } = this.#store
    if (isClosed || this.#isClosed || this.#beside === undefined) return undefined
    if (number < pruned || number > newest.number) return undefined
    return this.#store.planScan(number, withNodes)
  }

  /** Whether all was found and stored. */
  async #find(plan: ScanPlan): Promise<boolean> {
    this.#thread = new Thread(this.#beside?.thread ?? module, this.#store.location)
    try {
      let portion = await this.#thread.ask(plan)
      // Undefined if it is of a chain that is not L1's any more.
      while (portion !== undefined && (await this.#store.adopt(plan, portion))) {
        if (portion.root !== undefined) return true
        portion = await this.#thread.ask(undefined)
      }
      return false
    } finally {
      await this.#thread.close()
    }
  }

  #fail({ message }: Error): void {
    if (this.#isClosed) return
    this.#beside?.warn(
      `checkpoints could not be computed beside execution, they are computed in line from now on: ${message}`,
    )
    this.#beside = undefined
  }
}
