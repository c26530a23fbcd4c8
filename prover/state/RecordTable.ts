import { randomFillSync } from 'node:crypto'

/** A record starts at a multiple of this, in bytes: a place of 32 bits reaches through 32 GiB. */
const unit = 8
/** Units of one block of memory: 4 MiB. */
const blockBits = 19
const blockUnits = 1 << blockBits
const maxUnits = 2 ** 32
/** Before its key a record has: the key's length (1 byte), whether there is a record (1), its length and its room (2 each). */
const headBytes = 6
const maxRecord = 0xffff
const minKey = 9
const maxKey = 0xff
/** Numbers that nobody knows, so that nobody can choose keys that stand in each other's way. */
const multipliers = randomFillSync(new Int32Array(4)).map((number) => number | 1)
/** The index has parts, by the first bits of the hash: each grows alone, so that nobody waits for all of it. */
const partBits = 8
const parts = 1 << partBits
/** Entries of a part at first. */
const firstEntries = 4

/**
 * Records by key, and keys without a record, as bytes in large blocks of memory. The garbage collector does not look into
 * them, so that millions of records cost it nothing, and one takes about a hundred bytes, a fourth of what it would in a Map.
 * Keys have 9 to 255 bytes, records at most 65,535. What can't be set throws, and changes nothing.
 */
export class RecordTable {
  /** Per part, for each entry the hash of a key, and the place of its record in units; 0 is a free entry. */
  #index = newIndex()
  readonly #counts = new Uint32Array(parts)
  #count = 0
  #indexBytes = 0
  readonly #blocks: Uint8Array[] = []
  /** The first unit that was never used. */
  #end = 1
  /** Places that are not used any more, by their units. */
  readonly #free = new Map<number, number[]>()

  /** How many keys there are. */
  get count(): number {
    return this.#count
  }

  /** The memory that keys and records take, or have taken since the table was empty: what is free is for others as long. */
  get bytes(): number {
    return this.#end * unit + this.#indexBytes
  }

  /** The record, as a copy; null of a key that has none, undefined of one that is not here. */
  get(key: Uint8Array): Uint8Array | null | undefined {
    const hash = hashOf(key)
    const index = this.#index[hash >>> (32 - partBits)]!
    const place = index[this.#find(index, key, hash) + 1]!
    if (place === 0) return undefined
    const block = this.#blocks[place >>> blockBits]!
    let at = (place & (blockUnits - 1)) * unit
    if (block[at + 1] === 0) return null
    const length = block[at + 2]! | (block[at + 3]! << 8)
    at += headBytes + block[at]!
    const record = new Uint8Array(length)
    for (let byte = 0; byte < length; byte++) record[byte] = block[at + byte]!
    return record
  }

  has(key: Uint8Array): boolean {
    const hash = hashOf(key)
    const index = this.#index[hash >>> (32 - partBits)]!
    return index[this.#find(index, key, hash) + 1] !== 0
  }

  /** Replaces what there is of a key. */
  set(key: Uint8Array, record: Uint8Array | null): void {
    const hash = hashOf(key)
    const part = hash >>> (32 - partBits)
    const index = this.#index[part]!
    const entry = this.#find(index, key, hash)
    const old = index[entry + 1]!
    if (old !== 0 && this.#replace(old, key.length, record)) return
    if (old !== 0) {
      index[entry + 1] = this.#append(key, record)
      this.#release(old)
      return
    }
    const grown = 8 * (this.#counts[part]! + 1) > 3 * index.length ? this.#growth(part) : index
    const at = grown === index ? entry : this.#find(grown, key, hash)
    const place = this.#append(key, record)
    grown[at] = hash
    grown[at + 1] = place
    this.#counts[part]!++
    this.#count++
  }

  /** Forgets a key. */
  delete(key: Uint8Array): void {
    const hash = hashOf(key)
    const part = hash >>> (32 - partBits)
    const index = this.#index[part]!
    const entry = this.#find(index, key, hash)
    if (index[entry + 1] === 0) return
    this.#release(index[entry + 1]!)
    this.#counts[part]!--
    this.#count--
    closeGap(index, entry)
  }

  /** Forgets all keys. The memory is kept for others. */
  clear(): void {
    this.#index = newIndex()
    this.#counts.fill(0)
    this.#count = 0
    this.#indexBytes = 0
    this.#end = 1
    this.#free.clear()
  }

  /** Where in its part of the index a key stands, or would. */
  #find(index: Uint32Array, key: Uint8Array, hash: number): number {
    const mask = index.length - 1
    let entry = homeOf(hash, index)
    while (index[entry + 1] !== 0 && (index[entry] !== hash || !this.#hasKey(index[entry + 1]!, key))) {
      entry = (entry + 2) & mask
    }
    return entry
  }

  #hasKey(place: number, key: Uint8Array): boolean {
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    if (block[at] !== key.length) return false
    for (let byte = 0; byte < key.length; byte++) if (block[at + headBytes + byte] !== key[byte]) return false
    return true
  }

  /** Writes a record over the one at a place, if there is room. */
  #replace(place: number, keyLength: number, record: Uint8Array | null): boolean {
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    if (record !== null && record.length > roomAt(block, at)) return false
    putRecord(block, at, keyLength, record)
    return true
  }

  #append(key: Uint8Array, record: Uint8Array | null): number {
    const recordLength = record?.length ?? 0
    if (key.length < minKey || key.length > maxKey || recordLength > maxRecord) {
      throw new RangeError(
        `expected a key of ${minKey} to ${maxKey} bytes and a record of at most ${maxRecord}, got ${key.length} and ${recordLength}`,
      )
    }
    const units = unitsOf(key.length, recordLength)
    const place = this.#take(units)
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    const room = Math.min(units * unit - headBytes - key.length, maxRecord)
    block[at] = key.length
    block[at + 4] = room & 0xff
    block[at + 5] = room >>> 8
    block.set(key, at + headBytes)
    putRecord(block, at, key.length, record)
    return place
  }

  /** A place of so many units: one that is free, or behind all others, within a block. */
  #take(units: number): number {
    const free = this.#free.get(units)?.pop()
    if (free !== undefined) return free
    const used = this.#end % blockUnits
    const place = used + units > blockUnits ? this.#end - used + blockUnits : this.#end
    if (place + units > maxUnits) throw new RangeError(`a table has at most ${(maxUnits * unit) / 2 ** 30} GiB`)
    if (place / blockUnits >= this.#blocks.length) this.#blocks.push(new Uint8Array(blockUnits * unit))
    this.#end = place + units
    return place
  }

  #release(place: number): void {
    const block = this.#blocks[place >>> blockBits]!
    const at = (place & (blockUnits - 1)) * unit
    const units = unitsOf(block[at]!, roomAt(block, at))
    const free = this.#free.get(units)
    if (free === undefined) this.#free.set(units, [place])
    else free.push(place)
  }

  /** A part of the index with twice as many entries. */
  #growth(part: number): Uint32Array {
    const old = this.#index[part]!
    const index = new Uint32Array(2 * old.length)
    const mask = index.length - 1
    for (let from = 0; from < old.length; from += 2) {
      if (old[from + 1] === 0) continue
      let entry = homeOf(old[from]!, index)
      while (index[entry + 1] !== 0) entry = (entry + 2) & mask
      index[entry] = old[from]!
      index[entry + 1] = old[from + 1]!
    }
    this.#index[part] = index
    this.#indexBytes += index.byteLength - old.byteLength
    return index
  }
}

function newIndex(): Uint32Array[] {
  return Array.from({ length: parts }, () => new Uint32Array(2 * firstEntries))
}

/** The entry of a hash if no other key were in the way: by the bits behind those of the part. */
function homeOf(hash: number, index: Uint32Array): number {
  // Of 2^n entries with two numbers each the first n bits.
  return ((hash << partBits) >>> (Math.clz32(index.length) + 2)) * 2
}

/** Moves entries up that stand behind a gap because of what was in it. */
function closeGap(index: Uint32Array, removed: number): void {
  const mask = index.length - 1
  let gap = removed
  for (let entry = (gap + 2) & mask; index[entry + 1] !== 0; entry = (entry + 2) & mask) {
    const home = homeOf(index[entry]!, index)
    // It may not go before its home.
    if (((entry - home) & mask) < ((entry - gap) & mask)) continue
    index[gap] = index[entry]!
    index[gap + 1] = index[entry + 1]!
    gap = entry
  }
  index[gap + 1] = 0
}

function unitsOf(keyLength: number, recordLength: number): number {
  return Math.ceil((headBytes + keyLength + recordLength) / unit)
}

function roomAt(block: Uint8Array, at: number): number {
  return block[at + 4]! | (block[at + 5]! << 8)
}

function putRecord(block: Uint8Array, at: number, keyLength: number, record: Uint8Array | null): void {
  block[at + 1] = record === null ? 0 : 1
  if (record === null) return
  block[at + 2] = record.length & 0xff
  block[at + 3] = record.length >>> 8
  const start = at + headBytes + keyLength
  for (let byte = 0; byte < record.length; byte++) block[start + byte] = record[byte]!
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
