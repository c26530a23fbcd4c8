import type { Iterator, Snapshot } from 'classic-level'
import type { Database } from './Database.ts'
import type { Write } from './FlatState.ts'
import * as Keys from './StoreKeys.ts'

export type Pair = readonly [key: Uint8Array, record: Uint8Array]

/** How many pairs are read at once, or how many bytes. */
const chunkPairs = 1_000
const chunkBytes = 1 << 20

/** All pairs of these letters as they are when the first portion is asked for, in portions that are read beside this thread. */
export async function* portionsOf(database: Database, letters: readonly string[]): AsyncGenerator<Pair[]> {
  const snapshot = database.snapshot()
  try {
    for (const letter of letters) yield* portionsIn(database, letter, snapshot)
  } finally {
    await snapshot.close()
  }
}

function iteratorOf(
  database: Database,
  letter: string,
  snapshot: Snapshot,
): Iterator<Database, Uint8Array, Uint8Array> {
  return database.iterator({ ...Keys.range(letter), snapshot, highWaterMarkBytes: chunkBytes })
}

async function* portionsIn(database: Database, letter: string, snapshot: Snapshot): AsyncGenerator<Pair[]> {
  const iterator = iteratorOf(database, letter, snapshot)
  try {
    let pairs = await iterator.nextv(chunkPairs)
    while (pairs.length > 0) {
      yield pairs
      pairs = await iterator.nextv(chunkPairs)
    }
  } finally {
    await iterator.close() // as long as it is open, the files that it has seen stay on disk
  }
}

/**
 * The pairs of one letter in the order of their keys, as a snapshot has them but for `writes`, which are in that order too.
 * While some are used, another thread reads the next ones.
 */
export class FlatPairs {
  readonly #iterator: Iterator<Database, Uint8Array, Uint8Array>
  readonly #writes: readonly Write[]
  #written = 0
  #reading: Promise<Pair[]>
  #pairs: Pair[] = []
  #at = 0
  #isAtEnd = false

  constructor(database: Database, letter: string, snapshot: Snapshot, writes: readonly Write[] = []) {
    this.#iterator = iteratorOf(database, letter, snapshot)
    this.#writes = writes
    this.#reading = this.#read()
  }

  close(): Promise<void> {
    return this.#iterator.close()
  }

  /** Whether the next pair is in memory. */
  get isReady(): boolean {
    return this.#at < this.#pairs.length
  }

  /** Whether there is another pair, which is in memory then. */
  async hasMore(): Promise<boolean> {
    while (!this.isReady && !this.#isAtEnd) {
      const pairs = await this.#reading
      this.#isAtEnd = pairs.length === 0
      if (!this.#isAtEnd) this.#reading = this.#read()
      this.#pairs = this.#written < this.#writes.length ? this.#overwritten(pairs) : pairs
      this.#at = 0
    }
    return this.isReady
  }

  next(): Pair {
    return this.#pairs[this.#at++]!
  }

  #read(): Promise<Pair[]> {
    const reading = this.#iterator.nextv(chunkPairs)
    reading.catch(() => {}) // it is thrown where it is waited for, which may be never
    return reading
  }

  /** The next pairs with what is written up to the last of them; after the last pairs of all, what is written behind them. */
  #overwritten(pairs: readonly Pair[]): Pair[] {
    const result: Pair[] = []
    for (const pair of pairs) {
      const order = this.#writeUpTo(pair[0], result)
      if (order !== 0) result.push(pair)
    }
    if (pairs.length === 0) this.#writeUpTo(undefined, result)
    return result
  }

  /** Takes over what is written up to `key`, or all that is left; 0 if the last of that is of this key. */
  #writeUpTo(key: Uint8Array | undefined, result: Pair[]): number {
    let order = -1
    while (order < 0 && this.#written < this.#writes.length) {
      const write = this.#writes[this.#written]!
      order = key === undefined ? -1 : Buffer.compare(write.key, key)
      if (order > 0) return order
      if (write.value !== undefined) result.push([write.key, write.value])
      this.#written++
    }
    return order
  }
}
