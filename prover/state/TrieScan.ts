// The root of a state, and its trie, from the flat pairs: computed in one thread, stored by another one (N-25).
import type { Snapshot } from 'classic-level'
import * as Word from '../commitment/Word.ts'
import type { Database } from './Database.ts'
import { writesBack } from './FlatHistory.ts'
import * as FlatRoot from './FlatRoot.ts'
import type { KeyValueReader, Write } from './FlatState.ts'
import * as Keys from './StoreKeys.ts'
import * as Records from './StoreRecords.ts'

/** Which state is scanned, and what for. */
export interface ScanPlan {
  readonly number: number
  /** A_n: the state after a batch n of another chain would be another one. */
  readonly chainHash: Uint8Array
  /** Whether the nodes are wanted as well. */
  readonly withNodes: boolean
  /** How often nodes were swept before. */
  readonly sweeps: number
}

/** What a scan has found since its last part. */
export interface ScanPart {
  /** Of each node that has one its record: the record's length, its key in the store, and itself. */
  readonly nodes: Uint8Array<ArrayBuffer>
  /** The root, with the last part. */
  readonly root: Uint8Array | undefined
}

/** Bytes of nodes that make a part; it is longer by what a chunk of pairs still adds. Each part waits for the disk. */
const defaultPart = 1 << 20
const lengthBytes = 4
const keyBytes = 33

/** A pass over the flat pairs, part by part. */
export class TrieScan {
  readonly #snapshot: Snapshot
  readonly #nodes = new NodeBuffer()
  readonly #steps: AsyncGenerator<void, Uint8Array>
  readonly #partBytes: number

  private constructor(
    database: Database,
    snapshot: Snapshot,
    writes: readonly Write[],
    withNodes: boolean,
    partBytes: number,
  ) {
    const put = (hash: Uint8Array, record: Uint8Array) => this.#nodes.add(Keys.node(hash), record)
    this.#snapshot = snapshot
    this.#steps = FlatRoot.scan(database, snapshot, writes, withNodes ? put : undefined)
    this.#partBytes = partBytes
  }

  /** Begins with the database as it is now. Undefined if it is of another chain, or does not have that state any more. */
  static async begin(database: Database, plan: ScanPlan, partBytes = defaultPart): Promise<TrieScan | undefined> {
    const snapshot = database.snapshot()
    let scan: TrieScan | undefined
    try {
      const writes = writesTo(plan, { get: (key) => database.getSync(key, { snapshot }) })
      if (writes !== undefined) scan = new TrieScan(database, snapshot, writes, plan.withNodes, partBytes)
    } finally {
      if (scan === undefined) await snapshot.close()
    }
    return scan
  }

  /** Goes on until there are enough nodes for a part, or to the end. */
  async next(): Promise<ScanPart> {
    let root: Uint8Array | undefined
    let hasMore = false
    try {
      while (root === undefined && this.#nodes.length < this.#partBytes) {
        const { done, value } = await this.#steps.next()
        if (done) root = value
      }
      hasMore = root === undefined
    } finally {
      if (!hasMore) await this.#snapshot.close()
    }
    return { nodes: this.#nodes.take(), root }
  }
}

/** The writes that store the nodes of a part. */
export function* writesIn({ nodes }: ScanPart): Generator<Write> {
  const view = new DataView(nodes.buffer, nodes.byteOffset, nodes.length)
  for (let at = 0; at < nodes.length; ) {
    const keyAt = at + lengthBytes
    const valueAt = keyAt + keyBytes
    at = valueAt + view.getUint32(keyAt - lengthBytes)
    yield { key: nodes.subarray(keyAt, valueAt), value: nodes.subarray(valueAt, at) }
  }
}

/** What leads from the pairs of the newest batch to those of the planned one, if that is still in the chain. */
function writesTo({ number, chainHash }: ScanPlan, reader: KeyValueReader): Write[] | undefined {
  const { newest, pruned } = Records.decodeRecord<Records.Meta>(reader.get(Keys.meta)!)
  if (number > newest || number < pruned) return undefined
  const record = number === 0 ? undefined : Records.decodeRecord<Records.BatchRecord>(reader.get(Keys.batch(number))!)
  if (record !== undefined && !Word.equals(record.chainHash, chainHash)) return undefined
  return writesBack(reader, newest, number)
}

/** Nodes side by side in memory that can be handed to another thread. */
class NodeBuffer {
  #bytes = new Uint8Array(2 * defaultPart)
  #view = new DataView(this.#bytes.buffer)
  length = 0

  add(key: Uint8Array, record: Uint8Array): void {
    const keyAt = this.length + lengthBytes
    const valueAt = keyAt + keyBytes
    const end = valueAt + record.length
    if (end > this.#bytes.length) this.#grow(2 * end)
    this.#view.setUint32(this.length, record.length)
    this.#bytes.set(key, keyAt)
    this.#bytes.set(record, valueAt)
    this.length = end
  }

  take(): Uint8Array<ArrayBuffer> {
    const nodes = this.#bytes.slice(0, this.length)
    this.length = 0
    return nodes
  }

  #grow(size: number): void {
    const bytes = new Uint8Array(size)
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}
