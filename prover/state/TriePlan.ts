// A trie that is computed in one thread from what is on disk, and stored by another one (N-25).
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { KeyValueReader, Write } from './FlatState.ts'
import { StateTrie } from './StateTrie.ts'
import * as Keys from './StoreKeys.ts'
import * as Records from './StoreRecords.ts'

/** Which state's trie, and what it is computed from. */
export interface TriePlan {
  readonly number: number
  /** A_n: the trie after a batch n of another chain would be another one. */
  readonly chainHash: Uint8Array
  /** The batch whose stored trie it starts from. */
  readonly base: number
  /** How often nodes were swept before. */
  readonly sweeps: number
}

/** What a thread is asked for: the root alone, or the nodes as well. */
export interface TrieRequest {
  readonly plan: TriePlan
  readonly withNodes: boolean
}

export interface ComputedTrie {
  readonly root: Uint8Array
  /** Its nodes that are not on disk, in portions to be written one after the other; one at least if they were asked for. */
  readonly portions: readonly Uint8Array<ArrayBuffer>[]
}

/** Bytes of a portion, unless a node is longer. */
const defaultPortion = 1 << 18
/** Bytes before a node: the length of its encoding, then its key in the store. */
const lengthBytes = 4
const keyBytes = 33

/**
 * Computes the trie of a plan from the database as `reader` has it. Undefined if that is of another chain already, or
 * does not have what is needed any more.
 */
export function compute(
  reader: KeyValueReader,
  { plan, withNodes }: TrieRequest,
  portionBytes = defaultPortion,
): ComputedTrie | undefined {
  const { number, base } = plan
  const baseRoot = reader.get(Keys.root(base))
  if (baseRoot === undefined || !hasBatch(reader, plan)) return undefined
  const diffs: Uint8Array[] = []
  for (let batch = base + 1; batch <= number; batch++) {
    const diff = reader.get(Keys.diff(batch))
    if (diff === undefined) return undefined
    diffs.push(diff)
  }
  const start = StateTrie.at(baseRoot, { node: (hash) => reader.get(Keys.node(hash)) }, refuseCode)
  const trie = start.applyDiffs(decoded(diffs))
  if (!withNodes) return { root: trie.stateRoot, portions: [] }
  const nodes = new Portions(portionBytes)
  trie.persist((hash, encoded) => nodes.add(Keys.node(hash), encoded))
  return { root: trie.stateRoot, portions: nodes.finish() }
}

/** One after the other: the diffs of many batches are large as values. */
function* decoded(diffs: Iterable<Uint8Array>): Generator<StateDiff.StateDiff> {
  for (const diff of diffs) yield StateDiff.decode(diff)
}

/** The writes that store the nodes of a portion. */
export function* writesIn(portion: Uint8Array<ArrayBuffer>): Generator<Write> {
  const view = new DataView(portion.buffer, portion.byteOffset, portion.length)
  for (let at = 0; at < portion.length; ) {
    const keyAt = at + lengthBytes
    const valueAt = keyAt + keyBytes
    at = valueAt + view.getUint32(keyAt - lengthBytes)
    yield { key: portion.subarray(keyAt, valueAt), value: portion.subarray(valueAt, at) }
  }
}

function hasBatch(reader: KeyValueReader, { number, chainHash }: TriePlan): boolean {
  if (number === 0) return true
  const record = reader.get(Keys.batch(number))
  return record !== undefined && Word.equals(Records.decodeRecord<Records.BatchRecord>(record).chainHash, chainHash)
}

function refuseCode(): never {
  throw new Error('a trie is computed without any code')
}

/** Nodes side by side in pieces of memory that can be handed to another thread. */
class Portions {
  readonly #full: Uint8Array<ArrayBuffer>[] = []
  readonly #portionBytes: number
  #current: Uint8Array<ArrayBuffer>
  #used = 0

  constructor(portionBytes: number) {
    this.#portionBytes = portionBytes
    this.#current = new Uint8Array(portionBytes)
  }

  add(key: Uint8Array, encoded: Uint8Array): void {
    const length = lengthBytes + keyBytes + encoded.length
    if (this.#used + length > this.#current.length) this.#next(length)
    new DataView(this.#current.buffer).setUint32(this.#used, encoded.length)
    this.#current.set(key, this.#used + lengthBytes)
    this.#current.set(encoded, this.#used + lengthBytes + keyBytes)
    this.#used += length
  }

  finish(): Uint8Array<ArrayBuffer>[] {
    return [...this.#full, this.#current.slice(0, this.#used)]
  }

  #next(length: number): void {
    this.#full.push(this.#current.subarray(0, this.#used))
    this.#current = new Uint8Array(Math.max(this.#portionBytes, length))
    this.#used = 0
  }
}
