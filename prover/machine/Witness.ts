/**
 * The bytes of a witness: big-endian numbers of fixed width and raw bytes, one after the other (S-4). `Writer` makes
 * them, `Reader` takes them apart as strictly as src/machine/Witness.sol does.
 */
import * as Word from '../commitment/Word.ts'

/** Appends fields; each method is the namesake of the one that reads it. */
export class Writer {
  #bytes = new Uint8Array(1024)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  u8(value: number): this {
    return this.#number(value, 1)
  }

  u16(value: number): this {
    return this.#number(value, 2)
  }

  u24(value: number): this {
    return this.#number(value, 3)
  }

  u32(value: number): this {
    return this.#number(value, 4)
  }

  u64(value: bigint): this {
    if (value < 0n || value >> 64n !== 0n) throw new WitnessValueError(value, 8)
    this.#grow(8)
    this.#view.setBigUint64(this.#length, value)
    this.#length += 8
    return this
  }

  u256(value: bigint): this {
    if (value < 0n || value >> 256n !== 0n) throw new WitnessValueError(value, 32)
    this.#grow(32)
    Word.write(this.#view, this.#length, value)
    this.#length += 32
    return this
  }

  word(value: Uint8Array): this {
    return this.#exactly(value, 32)
  }

  addr(value: Uint8Array): this {
    return this.#exactly(value, 20)
  }

  /** Bytes as they are, with no length before them. */
  append(bytes: Uint8Array): this {
    this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  /** A copy of everything written so far. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #number(value: number, width: number): this {
    if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) throw new WitnessValueError(value, width)
    this.#grow(width)
    for (let index = width - 1; index >= 0; index--) {
      this.#bytes[this.#length + index] = value & 0xff
      value = Math.floor(value / 256)
    }
    this.#length += width
    return this
  }

  #exactly(value: Uint8Array, width: number): this {
    if (value.length !== width) throw new WitnessValueError(`${value.length} bytes`, width)
    return this.append(value)
  }

  #grow(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more))
    grown.set(this.#bytes)
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }
}

/** Reads fields in the order in which they were written. */
export class Reader {
  readonly #bytes: Uint8Array
  #position = 0

  constructor(bytes: Uint8Array) {
    // A Buffer's slice is no copy; a Uint8Array's is.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  u8(): number {
    return this.#number(1)
  }

  u16(): number {
    return this.#number(2)
  }

  u24(): number {
    return this.#number(3)
  }

  u32(): number {
    return this.#number(4)
  }

  u64(): bigint {
    return this.#bigint(8)
  }

  u256(): bigint {
    return this.#bigint(32)
  }

  word(): Uint8Array {
    return this.take(32)
  }

  addr(): Uint8Array {
    return this.take(20)
  }

  /** The next `length` bytes, as a copy. */
  take(length: number): Uint8Array {
    const have = this.#bytes.length - this.#position
    if (have < length) throw new WitnessTooShortError(length, have)
    this.#position += length
    return this.#bytes.slice(this.#position - length, this.#position)
  }

  /** Ends the reading; nothing may be left. */
  done(): void {
    const left = this.#bytes.length - this.#position
    if (left !== 0) throw new WitnessTrailingBytesError(left)
  }

  #number(width: number): number {
    return this.take(width).reduce((value, byte) => value * 256 + byte, 0)
  }

  #bigint(width: number): bigint {
    return Word.integerOf(this.take(width))
  }
}

/** A value does not fit the field that it is written to. */
export class WitnessValueError extends Error {
  override readonly name = 'WitnessValueError'

  constructor(value: number | bigint | string, width: number) {
    super(`a witness field of ${width} bytes can't hold ${value}`)
  }
}

/** A field reaches past the end of the witness. */
export class WitnessTooShortError extends Error {
  override readonly name = 'WitnessTooShortError'

  constructor(need: number, have: number) {
    super(`the next witness field needs ${need} bytes, ${have} are left`)
  }
}

/** Bytes follow the last field. */
export class WitnessTrailingBytesError extends Error {
  override readonly name = 'WitnessTrailingBytesError'

  constructor(left: number) {
    super(`${left} bytes follow the last field of the witness`)
  }
}
