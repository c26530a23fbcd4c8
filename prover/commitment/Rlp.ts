// RLP: the encoding of trie nodes and transactions.

/** RLP of a byte string. */
export function encodeString(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 1 && bytes[0]! < 0x80) return bytes
  return withHeader(0x80, bytes.length, [bytes])
}

/** RLP of a list whose items are RLP already. */
export function encodeList(items: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const item of items) length += item.length
  return withHeader(0xc0, length, items)
}

/** RLP of an unsigned integer: big endian without leading zeros. */
export function encodeInteger(value: bigint): Uint8Array {
  if (value === 0n) return Uint8Array.of(0x80)
  if (value < 0x80n) return Uint8Array.of(Number(value))
  return encodeString(significantBytes(value))
}

const word = new Uint8Array(32)
const wordView = new DataView(word.buffer)

/** An unsigned integer as big-endian bytes without leading zeros. Valid until the next call: the memory is shared. */
export function significantBytes(value: bigint): Uint8Array {
  if (value >> 256n !== 0n) {
    const hex = value.toString(16)
    return Buffer.from(hex.length & 1 ? `0${hex}` : hex, 'hex')
  }
  let start = 32
  for (let rest = value; rest !== 0n; rest >>= 64n) {
    start -= 8
    wordView.setBigUint64(start, BigInt.asUintN(64, rest))
  }
  while (start < 32 && word[start] === 0) start++
  return word.subarray(start)
}

function withHeader(offset: number, length: number, parts: readonly Uint8Array[]): Uint8Array {
  const lengthBytes = countLengthBytes(length)
  const bytes = new Uint8Array(1 + lengthBytes + length)
  let at = 1 + lengthBytes
  writeHeader(bytes, 0, offset, length)
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** Writes the header of a list of `length` bytes so that it ends at `end`; where it starts. */
export function writeHeaderBefore(bytes: Uint8Array, end: number, length: number): number {
  const start = end - 1 - countLengthBytes(length)
  writeHeader(bytes, start, 0xc0, length)
  return start
}

function writeHeader(bytes: Uint8Array, at: number, offset: number, length: number): void {
  const lengthBytes = countLengthBytes(length)
  bytes[at] = lengthBytes === 0 ? offset + length : offset + 55 + lengthBytes
  for (let i = 1; i <= lengthBytes; i++) bytes[at + i] = length >> (8 * (lengthBytes - i))
}

/** How many bytes a length takes outside the first byte of a header. */
function countLengthBytes(length: number): number {
  return length < 56 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3
}

/**
 * Strict reading, the twin of src/commitment/Rlp.sol: the shortest form of every length, no single byte with a header,
 * integers without leading zeros (S-50). A malformed item throws nothing: it sets a flag that stays set, and reads as
 * zero or empty; whoever reads looks at the flag once, in `isDone`. (@ethereumjs/rlp throws, checks no integers, and
 * doesn't say where an item stands, which an embedded node and an access list need.)
 */
export class Reader {
  readonly #bytes: Uint8Array
  #position: number
  readonly #end: number
  #malformed: boolean

  /** A reader of the items that follow each other in `bytes`, between the offsets `start` and `end`. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length, malformed = false) {
    this.#bytes = bytes
    this.#position = start
    this.#end = end
    this.#malformed = malformed
  }

  /** The offset of the next item. */
  get position(): number {
    return this.#position
  }

  /** The offset after the last item. */
  get end(): number {
    return this.#end
  }

  /** Whether everything was read and well-formed. */
  isDone(): boolean {
    return !this.#malformed && this.#position === this.#end
  }

  /** Whether there is another item to read. */
  hasMore(): boolean {
    return !this.#malformed && this.#position !== this.#end
  }

  /** The items of the list that is next. */
  list(): Reader {
    const [start, end] = this.#next(true)
    return new Reader(this.#bytes, start, end, this.#malformed)
  }

  /** The byte string that is next. */
  data(): Uint8Array {
    return this.#bytes.subarray(...this.#next(false))
  }

  /** The integer of at most `maxBytes` bytes that is next. */
  integer(maxBytes: number): bigint {
    const bytes = this.data()
    if (bytes.length > maxBytes || bytes[0] === 0) this.#malformed = true
    return this.#malformed || bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  }

  /** The byte string of 32 bytes that is next. */
  word(): Uint8Array {
    return this.#fixed(32)
  }

  /** The byte string of 20 bytes that is next. */
  addr(): Uint8Array {
    return this.#fixed(20)
  }

  /** The content of the next item, which has to be a list or not; empty if it is malformed. */
  #next(wantList: boolean): [start: number, end: number] {
    const next = item(this.#bytes, this.#position, this.#end)
    if (this.#malformed || next === undefined || next.isList !== wantList) {
      this.#malformed = true
      return [this.#end, this.#end]
    }
    this.#position = next.end
    return [next.start, next.end]
  }

  #fixed(length: number): Uint8Array {
    const bytes = this.data()
    if (bytes.length !== length) this.#malformed = true
    return this.#malformed ? new Uint8Array(length) : bytes
  }
}

/** The item at `position`, whose content is [start, end); undefined if it is malformed or reaches past `limit`. */
export function item(
  bytes: Uint8Array,
  position: number,
  limit: number,
): { readonly isList: boolean; readonly start: number; readonly end: number } | undefined {
  if (position >= limit) return undefined
  const prefix = bytes[position]!
  if (prefix < 0x80) return { isList: false, start: position, end: position + 1 }
  const isList = prefix >= 0xc0
  let length = prefix & 0x3f
  let start = position + 1
  if (length > 55) {
    const lengthBytes = length - 55
    if (start + lengthBytes > limit || bytes[start] === 0) return undefined
    length = 0
    for (const end = start + lengthBytes; start < end; start++) length = length * 256 + bytes[start]!
    if (length <= 55) return undefined
  } else if (length === 1 && !isList && start < limit && bytes[start]! < 0x80) {
    return undefined
  }
  return start + length <= limit ? { isList, start, end: start + length } : undefined
}
