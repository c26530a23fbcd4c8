import type { StateDiff } from '../commitment/StateDiff.ts'
import type { FlatState, KeyValueReader, Write } from './FlatState.ts'
import { StateTrie } from './StateTrie.ts'
import * as Keys from './StoreKeys.ts'
import type { NodeSource } from './TrieNode.ts'

/** How many tries of states between stored ones are kept in memory: a move of stage one asks for 63. */
const maxForks = 128

/**
 * The states after chosen batches as tries. Their nodes are stored by hash, so that tries share what they have in common
 * and an older one stays whole when a newer one is stored. A state between two stored ones is a fork in memory: the
 * nearest trie before it with the diffs in between applied, all at once, so that a node is hashed once (N-5).
 */
export class StoredTries {
  readonly #reader: KeyValueReader
  readonly #nodes: NodeSource
  readonly #state: FlatState
  readonly #stored: Set<number>
  readonly #forks = new Map<number, StateTrie>()

  constructor(reader: KeyValueReader, state: FlatState, stored: Iterable<number>) {
    this.#reader = reader
    this.#nodes = { record: (hash) => reader.get(Keys.node(hash)) }
    this.#state = state
    this.#stored = new Set(stored)
  }

  /** The state after a batch; `diffOf` gives the diffs from the nearest trie before it on. */
  at(number: number, diffOf: (batch: number) => StateDiff): StateTrie {
    let nearest = number
    while (!this.#forks.has(nearest) && !this.#stored.has(nearest)) nearest--
    const base = this.#forks.get(nearest) ?? this.#open(nearest)
    const batches = Array.from({ length: number - nearest }, (_, index) => nearest + 1 + index)
    const trie = base.applyDiffs(batches.map(diffOf))
    this.#remember(number, trie)
    return trie
  }

  isStored(number: number): boolean {
    return this.#stored.has(number)
  }

  /** The newest batch up to `number` whose trie is stored. */
  nearestStored(number: number): number {
    return Math.max(...[...this.#stored].filter((stored) => stored <= number))
  }

  /** The writes that store a trie: its new nodes and its root. */
  writesOf(number: number, trie: StateTrie): Write[] {
    const writes: Write[] = []
    trie.persist((hash, record) => writes.push({ key: Keys.node(hash), value: record }))
    writes.push({ key: Keys.root(number), value: trie.stateRoot })
    return writes
  }

  /** The writes of `writesOf` are on disk. */
  markStored(number: number): void {
    this.#stored.add(number)
  }

  /** The writes that take away the tries after batches that `isGone`; their nodes stay until they are swept. */
  removalOf(isGone: (number: number) => boolean): Write[] {
    return [...this.#stored].filter(isGone).map((number) => ({ key: Keys.root(number), value: undefined }))
  }

  /** The writes of `removalOf` are on disk. Before, somebody may still ask for such a trie, and have it made again. */
  forget(isGone: (number: number) => boolean): void {
    for (const numbers of [this.#forks, this.#stored]) {
      for (const number of numbers.keys()) if (isGone(number)) numbers.delete(number)
    }
  }

  forgetForks(): void {
    this.#forks.clear()
  }

  /** The hashes, as latin1, under which the stored tries have their records. */
  liveNodes(): Set<string> {
    const live = new Set<string>()
    const enter = (hash: Uint8Array) => {
      const name = Buffer.from(hash).toString('latin1')
      const isNew = !live.has(name)
      live.add(name)
      return isNew
    }
    for (const number of this.#stored) {
      for (const account of this.#open(number).accounts.valuesWhere(enter)) {
        for (const _ of account().storage.valuesWhere(enter));
      }
    }
    return live
  }

  #open(number: number): StateTrie {
    const root = this.#reader.get(Keys.root(number))
    if (root === undefined) throw new Error(`the trie after batch ${number} is being forgotten`)
    return StateTrie.at(root, this.#nodes, (codeHash) => this.#state.code(codeHash))
  }

  #remember(number: number, trie: StateTrie): void {
    this.#forks.delete(number)
    this.#forks.set(number, trie)
    const [oldest] = this.#forks.keys()
    if (this.#forks.size > maxForks) this.#forks.delete(oldest!)
  }
}
