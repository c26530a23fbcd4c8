import type { KeyValueReader, Write } from './FlatState.ts'
import { RecordTable } from './RecordTable.ts'
import * as Keys from './StoreKeys.ts'

/** Bytes of memory for flat pairs, if not said otherwise: those of five million accounts with a slot each. */
export const defaultLimit = 1 << 30

/** Pairs from the database, some at a time. */
export type Portions = AsyncIterable<Iterable<readonly [key: Uint8Array, record: Uint8Array]>>

/**
 * The flat pairs above the database: those that were used last, or all of them (`fill`) as long as they have room. It holds
 * nothing that is not on disk: it learns of a write when that has succeeded (`written`), and forgets everything when that
 * is unknown (`clear`).
 */
export class RecordCache implements KeyValueReader {
  readonly #reader: KeyValueReader
  readonly #limit: number
  /** Of all pairs there is one generation; while they come in, whatever is written is kept as well, since it is newer. */
  #holds: 'some' | 'what is written' | 'all' = 'some'
  // When the recent generation is full it becomes the older one, whose records are dropped unless they were used again since.
  #recent = new RecordTable()
  #older = new RecordTable()
  /** Told when all pairs were here, or came in, and have no room any more. */
  #outgrown: () => void = () => {}

  /** For about `limit` bytes at most. */
  constructor(reader: KeyValueReader, limit = defaultLimit) {
    this.#reader = reader
    this.#limit = limit
  }

  /** Whether all flat pairs are in memory: the database is not asked for any. */
  get holdsAll(): boolean {
    return this.#holds === 'all'
  }

  get(key: Uint8Array): Uint8Array | undefined {
    if (!isFlat(key)) return this.#reader.get(key)
    let record = this.#recent.get(key)
    if (record === undefined && this.#holds !== 'all') {
      record = this.#older.get(key)
      if (record === undefined) record = this.#reader.get(key) ?? null
      this.#keep(key, record)
    }
    return record ?? undefined
  }

  /** `writes` are on disk now. Of keys that were not read lately nothing is kept, unless all are. */
  written(writes: readonly Write[]): void {
    for (const { key, value } of writes) {
      if (!isFlat(key)) continue
      if (this.#holds === 'all' && value === undefined) this.#recent.delete(key)
      else if (this.#holds !== 'some' || this.#recent.has(key) || this.#older.has(key)) this.#keep(key, value ?? null)
    }
  }

  /** Forgets everything: nobody knows what is on disk, or there is no room for it. */
  clear(): void {
    this.#recent = new RecordTable()
    this.#older = new RecordTable()
    this.#holds = 'some'
  }

  /**
   * Takes in all flat pairs, as they are on disk when the first portion is asked for. If they have no room, now or once there
   * are more of them, everything is forgotten, what was used last is kept from then on, and `outgrown` is told. Rejects if a
   * portion does.
   */
  async fill(portions: Portions, outgrown: () => void = () => {}): Promise<void> {
    this.clear()
    this.#outgrown = outgrown
    const all = this.#recent
    this.#holds = 'what is written'
    try {
      for await (const portion of portions) {
        if (this.#recent !== all) return // there was no room, or nobody knows what is on disk
        for (const [key, record] of portion) if (!all.has(key)) all.set(key, record)
        if (this.#isFull) return this.#giveUp()
      }
      if (this.#recent === all) this.#holds = 'all'
    } catch (error) {
      if (this.#recent === all) this.clear()
      throw error
    }
  }

  get #isFull(): boolean {
    return this.#recent.bytes >= (this.#holds === 'some' ? this.#limit / 2 : this.#limit)
  }

  #keep(key: Uint8Array, record: Uint8Array | null): void {
    try {
      if (this.#isFull) this.#makeRoom()
      this.#recent.set(key, record)
    } catch {
      this.#giveUp() // memory is short: what is on disk stays true
    }
  }

  #makeRoom(): void {
    if (this.#holds !== 'some') return this.#giveUp()
    const dropped = this.#older
    dropped.clear()
    this.#older = this.#recent
    this.#recent = dropped
  }

  /** Forgets everything for lack of room. */
  #giveUp(): void {
    const hadAll = this.#holds !== 'some'
    this.clear()
    if (hadAll) this.#outgrown()
  }
}

function isFlat(key: Uint8Array): boolean {
  return Keys.isOf('a', key) || Keys.isOf('s', key)
}
