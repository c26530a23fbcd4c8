import * as Word from '../commitment/Word.ts'
import type { Store } from '../state/Store.ts'
import type { ComputedTrie, TrieRequest } from '../state/TriePlan.ts'
import type { Warn } from './threads/RecoveryWorker.ts'
import { Thread } from './threads/Thread.ts'

/** Roots that are remembered: those of checkpoints that somebody proposed are asked for again and again. */
const maxRoots = 256

const module = new URL('./threads/trie.ts', import.meta.url)

/** How tries are computed beside everything else. */
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
  #beside: Beside | undefined
  /** Roots by the chain hash of their batch. */
  readonly #roots = new Map<string, Uint8Array>()
  /** What is being computed or waits for it, by what it is. */
  readonly #pending = new Map<string, Promise<void>>()
  #last: Promise<void> = Promise.resolve()
  #thread: Thread<TrieRequest, ComputedTrie | undefined> | undefined
  #isClosed = false

  constructor(store: Store, beside?: Beside) {
    this.#store = store
    this.#beside = beside
  }

  /** h(S) after a batch, or undefined while it is computed. */
  rootOf(number: number): Uint8Array | undefined {
    if (this.#beside === undefined || this.#store.tries.isStored(number)) return this.#store.stateAt(number).stateRoot
    const name = Word.nameOf(this.#store.planTrie(number).chainHash)
    const root = this.#roots.get(name)
    if (root === undefined && !this.#pending.has(`trie ${name}`)) this.#begin(`root ${name}`, number, false)
    return root
  }

  /** Stores the trie after a batch; gives whether it is stored already. */
  async keep(number: number): Promise<boolean> {
    if (this.#store.tries.isStored(number)) return true
    if (this.#beside !== undefined) {
      const name = Word.nameOf(this.#store.planTrie(number).chainHash)
      this.#begin(`trie ${name}`, number, true)
      return false
    }
    await this.#store.storeTrie(number)
    return true
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

  /** Has the root after a batch computed, or the trie and that stored: one after the other, whatever fails. */
  #begin(name: string, number: number, withNodes: boolean): void {
    if (this.#pending.has(name)) return
    const work = this.#last.then(async () => {
      try {
        await this.#compute(number, withNodes)
      } catch (error) {
        this.#fail(error as Error)
      } finally {
        this.#pending.delete(name)
      }
    })
    this.#last = work
    this.#pending.set(name, work)
  }

  async #compute(number: number, withNodes: boolean): Promise<void> {
    const { pruned, newest } = this.#store
    // Neither may be true any more when its turn comes.
    if (this.#isClosed || this.#beside === undefined || number < pruned || number > newest.number) return
    const plan = this.#store.planTrie(number)
    this.#thread = new Thread(this.#beside.thread ?? module, this.#store.location)
    try {
      const trie = await this.#thread.ask({ plan, withNodes })
      if (trie === undefined) return // of a chain that is not L1's any more
      this.#remember(Word.nameOf(plan.chainHash), trie.root)
      if (withNodes) await this.#store.adopt(plan, trie)
    } finally {
      await this.#thread.close()
    }
  }

  #remember(name: string, root: Uint8Array): void {
    this.#roots.set(name, root)
    if (this.#roots.size > maxRoots) this.#roots.delete(this.#roots.keys().next().value!)
  }

  #fail({ message }: Error): void {
    if (this.#isClosed) return
    this.#beside?.warn(
      `checkpoints could not be computed beside execution, they are computed in line from now on: ${message}`,
    )
    this.#beside = undefined
  }
}
