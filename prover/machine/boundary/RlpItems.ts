/** Strict RLP by position: the items of a list, none of them copied. */
import * as Word from '../../commitment/Word.ts'

/** Content of an item: its bytes, or those of its items if it is a list. */
export interface Item {
  readonly isList: boolean
  /** Where its encoding begins, header included. */
  readonly start: number
  readonly offset: number
  readonly length: number
}

/** The item at `start`, which must end at or before `end`; undefined if its encoding is not the canonical one. */
export function itemAt(bytes: Uint8Array, start: number, end: number): Item | undefined {
  if (start >= end) return undefined
  const first = bytes[start]!
  if (first < 0x80) return { isList: false, start, offset: start, length: 1 }
  const isList = first >= 0xc0
  const short = first - (isList ? 0xc0 : 0x80)
  const lengthBytes = Math.max(0, short - 55)
  const offset = start + 1 + lengthBytes
  if (offset > end) return undefined
  let length = short
  if (lengthBytes > 0) {
    if (bytes[start + 1] === 0) return undefined
    length = 0
    for (let index = 1; index <= lengthBytes; index++) length = length * 256 + bytes[start + index]!
    if (length < 56) return undefined
  }
  if (length > end - offset) return undefined
  // A byte below 0x80 is its own encoding.
  if (!isList && length === 1 && bytes[offset]! < 0x80) return undefined
  return { isList, start, offset, length }
}

/** The items of a list whose encoding fills the rest of `bytes`. */
export class RlpItems {
  readonly #bytes: Uint8Array
  readonly #items: readonly Item[]

  private constructor(bytes: Uint8Array, items: readonly Item[]) {
    this.#bytes = bytes
    this.#items = items
  }

  /** The list at `start`; undefined if it does not have exactly `count` items or anything follows it. */
  static ofList(bytes: Uint8Array, start: number, count: number): RlpItems | undefined {
    const list = itemAt(bytes, start, bytes.length)
    if (list === undefined || !list.isList) return undefined
    const end = list.offset + list.length
    if (end !== bytes.length) return undefined
    const items: Item[] = []
    for (let at = list.offset; at < end; ) {
      const item = itemAt(bytes, at, end)
      if (item === undefined || items.length === count) return undefined
      items.push(item)
      at = item.offset + item.length
    }
    return items.length === count ? new RlpItems(bytes, items) : undefined
  }

  at(index: number): Item {
    return this.#items[index]!
  }

  /** The item if it is a string. */
  text(index: number): Item | undefined {
    const item = this.at(index)
    return item.isList ? undefined : item
  }

  /** The item if it is an integer of at most `width` bytes without leading zeros. */
  integer(index: number, width: number): bigint | undefined {
    const { isList, offset, length } = this.at(index)
    if (isList || length > width || (length > 0 && this.#bytes[offset] === 0)) return undefined
    return Word.integerOf(this.#bytes, offset, offset + length)
  }

  /** The items before one, as they are encoded one after the other. */
  encodedBefore(index: number): Uint8Array {
    return this.#bytes.subarray(this.at(0).start, this.at(index).start)
  }
}
