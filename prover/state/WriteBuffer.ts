/** Writes as bytes: for a record of the store, or for another thread. */
import type { Write } from './FlatState.ts'

/** Before each write: the length of its key in one byte (no key of the store has more than 65), and that of its record plus one in four, where 0 stands for none. */
const headerBytes = 5

/** Writes side by side in memory that grows. */
export class WriteBuffer {
  #bytes: Uint8Array<ArrayBuffer>
  #view: DataView
  #length = 0

  constructor(size = 1 << 12) {
    this.#bytes = new Uint8Array(size)
    this.#view = new DataView(this.#bytes.buffer)
  }

  get length(): number {
    return this.#length
  }

  add(key: Uint8Array, record: Uint8Array | undefined): void {
    const keyAt = this.#length + headerBytes
    const recordAt = keyAt + key.length
    const end = recordAt + (record?.length ?? 0)
    if (end > this.#bytes.length) this.#grow(2 * end)
    this.#bytes[this.#length] = key.length
    this.#view.setUint32(this.#length + 1, record === undefined ? 0 : record.length + 1)
    this.#bytes.set(key, keyAt)
    if (record !== undefined) this.#bytes.set(record, recordAt)
    this.#length = end
  }

  /** A copy of all writes. The buffer is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return bytes
  }

  #grow(size: number): void {
    const bytes = new Uint8Array(size)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

/** Writes as bytes. */
export function encodeWrites(writes: readonly Write[]): Uint8Array<ArrayBuffer> {
  const buffer = new WriteBuffer()
  for (const { key, value } of writes) buffer.add(key, value)
  return buffer.take()
}

/** The writes in what `take` gave, as parts of its memory. Throws a `WriteBufferError` where it was cut off. */
export function* writesIn(bytes: Uint8Array): Generator<Write> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < bytes.length; ) {
    const keyAt = at + headerBytes
    const recordAt = keyAt + bytes[at]!
    if (recordAt > bytes.length) throw new WriteBufferError(recordAt, bytes.length)
    const length = view.getUint32(at + 1)
    at = length === 0 ? recordAt : recordAt + length - 1
    if (at > bytes.length) throw new WriteBufferError(at, bytes.length)
    yield { key: bytes.subarray(keyAt, recordAt), value: length === 0 ? undefined : bytes.subarray(recordAt, at) }
  }
}

/** Writes were cut off. */
export class WriteBufferError extends RangeError {
  override readonly name = 'WriteBufferError'
  constructor(expected: number, found: number) {
    super(`Writes have at least ${expected} bytes, not ${found}.`)
  }
}
