import * as Word from '../commitment/Word.ts'
import type { KeyValueReader, Write } from './FlatState.ts'

/** Records in each of the two generations. With its key and its place in the map a record takes up to 400 bytes. */
const defaultLimit = 1 << 16
/** Longer records, such as codes, are not kept. */
const maxRecordBytes = 128

/**
 * The flat pairs that were used last, above the database: what the executor has read is not read again when its diff is
 * applied, nor by the next batch. It holds nothing that is not on disk: it learns of a write when that has succeeded
 * (`written`), and forgets everything when that is unknown (`clear`).
 */
export class RecordCache implements KeyValueReader {
  readonly #reader: KeyValueReader
  readonly #limit: number
  // By key as a latin1 string; null stands for a key without a record. When the recent generation is full it becomes the
  // older one, whose records are dropped unless they were used again since.
  #recent = new Map<string, Uint8Array | null>()
  #older = new Map<string, Uint8Array | null>()

  constructor(reader: KeyValueReader, limit = defaultLimit) {
    this.#reader = reader
    this.#limit = limit
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const name = Word.nameOf(key)
    let record = this.#recent.get(name)
    if (record === undefined) {
      record = this.#older.get(name)
      if (record === undefined) record = this.#reader.get(key) ?? null
      this.#keep(name, record)
    }
    return record ?? undefined
  }

  /** `writes` are on disk now. Of keys that were not read lately nothing is kept. */
  written(writes: readonly Write[]): void {
    for (const { key, value } of writes) {
      const name = Word.nameOf(key)
      if (this.#recent.has(name) || this.#older.has(name))
        this.#keep(name, value === undefined ? null : new Uint8Array(value)) // not a part of a larger buffer
    }
  }

  /** Forgets everything: nobody knows what is on disk. */
  clear(): void {
    this.#recent.clear()
    this.#older.clear()
  }

  #keep(name: string, record: Uint8Array | null): void {
    if (record !== null && record.length > maxRecordBytes) {
      this.#recent.delete(name)
      this.#older.delete(name)
      return
    }
    if (this.#recent.size >= this.#limit) {
      this.#older = this.#recent
      this.#recent = new Map()
    }
    this.#recent.set(name, record)
  }
}
