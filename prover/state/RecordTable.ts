import { randomFillSync } from 'node:crypto'

/** A record starts at a multiple of this, in bytes: a place of 32 bits reaches through 32 GiB. */
const unit = 8
/** Units of one block of memory: 4 MiB. */
const blockBits = 19
const blockUnits = 1 << blockBits
/** Before its key a record has: the key's length (1 byte), whether there is a record (1), its length and its room (2 each). */
const headBytes = 6
/** Numbers that nobody knows, so that nobody can choose keys that stand in each other's way. */
const multipliers = randomFillSync(new Int32Array(4)).map((number) => number | 1)
const firstBits = 10

/**
 * Records by key, and keys without a record, as bytes in large blocks of memory. The garbage collector does not look into
 * them, so that millions of records cost it nothing, and one takes about a hundred bytes, a fourth of what it would in a Map.
 * Keys have 9 to 255 bytes, records at most 65,535.
 */
export class RecordTable {
  /** For each place of the table the hash of a key, and where its record is in units; 0 is a free one. */
  #index = new Uint32Array(2 << firstBits)
  #bits = firstBits
  #blocks: Uint8Array[] = []
  /** The first unit that is free. */
  #end = 1
  #count = 0

  /** How many keys there are. */
  get count(): number {
    return this.#count
  }

  /** The memory that it takes. */
  get bytes(): number {
    return this.#end * unit + this.#index.byteLength
  }

  /** The record, as a copy; null of a key that has none, undefined of one that was never set. */
  get(key: Uint8Array): Uint8Array | null | undefined {
    const place = this.#index[this.#find(key, hashOf(key)) + 1]!
    if (place === 0) return undefined
    const block = this.#blocks[place >>> blockBits]!
    let at = (place & (blockUnits - 1)) * unit
    if (block[at + 1] === 0) return null
    const length = block[at + 2]! | (block[at + 3]! << 8)
    at += headBytes + block[at]!
    const record = new Uint8Array(length)
    for (let index = 0; index < length; index++) record[index] = block[at + index]!
    return record
  }

  has(key: Uint8Array): boolean {
    return this.#index[this.#find(key, hashOf(key)) + 1] !== 0
  }

  /** Replaces what there is of a key. */
  set(key: Uint8Array, record: Uint8Array | null): void {
    const hash = hashOf(key)
    const entry = this.#find(key, hash)
    const place = this.#index[entry + 1]!
    if (place !== 0 && this.#replace(place, key.length, record)) return
    this.#index[entry] = hash
    this.#index[entry + 1] = this.#append(key, record)
    if (place === 0 && 4 * ++this.#count > 3 << this.#bits) this.#grow()
  }

  /** Where in the index a key stands, or would. */
  #find(key: Uint8Array, hash: number): number {
    const index = this.#index
    const mask = index.length - 1
    let entry = (hash >>> (32 - this.#bits)) * 2
    while (index[entry + 1] !== 0 && (index[entry] !== hash || !this.#hasKey(index[entry + 1]!, key))) {
      entry = (entry + 2) & mask
    }
    return entry
  }

  #hasKey(place: number, key: Uint8Array): boolean {
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    if (block[at] !== key.length) return false
    for (let index = 0; index < key.length; index++) if (block[at + headBytes + index] !== key[index]) return false
    return true
  }

  /** Writes a record over the one at a place, if there is room. */
  #replace(place: number, keyLength: number, record: Uint8Array | null): boolean {
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    const room = block[at + 4]! | (block[at + 5]! << 8)
    if (record !== null && record.length > room) return false
    putRecord(block, at, keyLength, record)
    return true
  }

  #append(key: Uint8Array, record: Uint8Array | null): number {
    const units = Math.ceil((headBytes + key.length + (record?.length ?? 0)) / unit)
    if ((this.#end & (blockUnits - 1)) + units > blockUnits) this.#end = this.#blocks.length * blockUnits
    const place = this.#end
    if (place >>> blockBits >= this.#blocks.length) this.#blocks.push(new Uint8Array(blockUnits * unit))
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    const room = units * unit - headBytes - key.length
    block[at] = key.length
    block[at + 4] = room & 0xff
    block[at + 5] = room >>> 8
    block.set(key, at + headBytes)
    putRecord(block, at, key.length, record)
    this.#end += units
    return place
  }

  /** Twice as many places. */
  #grow(): void {
    const old = this.#index
    this.#bits++
    const index = new Uint32Array(2 << this.#bits)
    const mask = index.length - 1
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let entry = (old[from]! >>> (32 - this.#bits)) * 2
      while (index[entry + 1] !== 0) entry = (entry + 2) & mask
      index[entry] = old[from]!
      index[entry + 1] = old[from + 1]!
    }
    this.#index = index
  }
}

function putRecord(block: Uint8Array, at: number, keyLength: number, record: Uint8Array | null): void {
  block[at + 1] = record === null ? 0 : 1
  if (record === null) return
  block[at + 2] = record.length & 0xff
  block[at + 3] = record.length >>> 8
  const start = at + headBytes + keyLength
  for (let index = 0; index < record.length; index++) block[start + index] = record[index]!
}

/** Of the first bytes after the letter and the last ones: keys are hashes. */
function hashOf(key: Uint8Array): number {
  const end = key.length
  return (
    (Math.imul(wordAt(key, 1), multipliers[0]!) +
      Math.imul(wordAt(key, 5), multipliers[1]!) +
      Math.imul(wordAt(key, end - 8), multipliers[2]!) +
      Math.imul(wordAt(key, end - 4), multipliers[3]!)) >>>
    0
  )
}

function wordAt(key: Uint8Array, at: number): number {
  return (key[at]! << 24) | (key[at + 1]! << 16) | (key[at + 2]! << 8) | key[at + 3]!
}
