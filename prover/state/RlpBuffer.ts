import * as Rlp from '../commitment/Rlp.ts'

/** First bytes of a reference to nothing and of one to a hash, and what the length of a byte string is added to. */
export const nothing = 0x80
export const hashPrefix = 0xa0
const stringOffset = 0x80

/** Room for the header before the content: the nodes and accounts of a trie have less than 2^24 bytes. */
const contentStart = 4

/**
 * Writes one RLP list after the other into the same memory, so that nothing is allocated for a node that is only hashed.
 * A list is begun, given its items and ended; what `end` returns is a view, valid until the next list is begun.
 */
export class RlpBuffer {
  #bytes = new Uint8Array(1024)
  #at = contentStart

  /** Begins a list. */
  begin(): void {
    this.#at = contentStart
  }

  /** The finished list. */
  end(): Uint8Array {
    const start = Rlp.writeHeaderBefore(this.#bytes, contentStart, this.#at - contentStart)
    return this.#bytes.subarray(start, this.#at)
  }

  /** Appends a reference to nothing. */
  nothing(): void {
    this.#bytes[this.#at++] = nothing
  }

  /** Appends a hash as a byte string. */
  hash(hash: Uint8Array): void {
    this.#bytes[this.#at] = hashPrefix
    this.#bytes.set(hash, this.#at + 1)
    this.#at += 33
  }

  /** Appends what is RLP already. */
  items(encoded: Uint8Array): void {
    this.#reserve(encoded.length)
    this.#bytes.set(encoded, this.#at)
    this.#at += encoded.length
  }

  /** Appends a byte string. */
  string(bytes: Uint8Array): void {
    if (bytes.length >= 56) return this.items(Rlp.encodeString(bytes))
    if (bytes.length !== 1 || bytes[0]! >= stringOffset) this.#bytes[this.#at++] = stringOffset + bytes.length
    this.items(bytes)
  }

  /** Appends an unsigned integer. */
  integer(value: bigint): void {
    this.string(Rlp.significantBytes(value))
  }

  /** Appends the nibbles from `start` on in hex-prefix form as a byte string. */
  path(nibbles: Uint8Array, start: number, isLeaf: boolean): void {
    const bytes = this.#bytes
    const length = nibbles.length - start
    const isOdd = length & 1
    let at = this.#at
    if (length >= 2) bytes[at++] = stringOffset + 1 + (length >> 1)
    bytes[at++] = ((isLeaf ? 2 : 0) + isOdd) * 16 + (isOdd ? nibbles[start]! : 0)
    for (let i = start + isOdd; i < nibbles.length; i += 2) bytes[at++] = nibbles[i]! * 16 + nibbles[i + 1]!
    this.#at = at
  }

  /** Grows the memory, so that after `length` bytes more the short items of a node still fit. */
  #reserve(length: number): void {
    const needed = this.#at + length + 600
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(2 * needed)
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
