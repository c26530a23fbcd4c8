// The root of a state, and its trie, from the flat pairs: computed in one thread, stored by another one (N-25).
import type { Snapshot } from 'classic-level'
import * as Word from '../commitment/Word.ts'
import type { Database } from './Database.ts'
import { writesBack } from './FlatHistory.ts'
import * as FlatRoot from './FlatRoot.ts'
import type { KeyValueReader, Write } from './FlatState.ts'
import * as Keys from './StoreKeys.ts'
import * as Records from './StoreRecords.ts'
import { WriteBuffer } from './WriteBuffer.ts'

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

/** What a scan has found since its last portion. */
export interface ScanPortion {
  /** The writes of the nodes, for `writesIn`. */
  readonly nodes: Uint8Array<ArrayBuffer>
  /** The root, with the last portion. */
  readonly root: Uint8Array | undefined
}

/** Bytes of nodes that make a portion; it is longer by what a chunk of pairs still adds. Each portion waits for the disk. */
const defaultPortion = 1 << 20

/** A pass over the flat pairs, portion by portion. */
export class TrieScan {
  readonly #snapshot: Snapshot
  readonly #nodes = new WriteBuffer(2 * defaultPortion)
  readonly #steps: AsyncGenerator<void, Uint8Array>
  readonly #portionBytes: number

  private constructor(
    database: Database,
    snapshot: Snapshot,
    writes: readonly Write[],
    withNodes: boolean,
    portionBytes: number,
  ) {
    const put = (hash: Uint8Array, record: Uint8Array) => this.#nodes.add(Keys.node(hash), record)
    this.#snapshot = snapshot
    this.#steps = FlatRoot.scan(database, snapshot, writes, withNodes ? put : undefined)
    this.#portionBytes = portionBytes
  }

  /** Begins with the database as it is now. Undefined if it is of another chain, or does not have that state any more. */
  static async begin(database: Database, plan: ScanPlan, portionBytes = defaultPortion): Promise<TrieScan | undefined> {
    const snapshot = database.snapshot()
    let scan: TrieScan | undefined
    try {
      const writes = writesTo(plan, { get: (key) => database.getSync(key, { snapshot }) })
      if (writes !== undefined) scan = new TrieScan(database, snapshot, writes, plan.withNodes, portionBytes)
    } finally {
      if (scan === undefined) await snapshot.close()
    }
    return scan
  }

  /** Goes on until there are enough nodes for a portion, or to the end. */
  async next(): Promise<ScanPortion> {
    let root: Uint8Array | undefined
    let hasMore = false
    try {
      while (root === undefined && this.#nodes.length < this.#portionBytes) {
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

/** What leads from the pairs of the newest batch to those of the planned one, if that is still in the chain. */
function writesTo({ number, chainHash }: ScanPlan, reader: KeyValueReader): Write[] | undefined {
  const { newest, pruned } = Records.decodeRecord<Records.Meta>(reader.get(Keys.meta)!)
  if (number > newest || number < pruned) return undefined
  const record = number === 0 ? undefined : Records.decodeRecord<Records.BatchRecord>(reader.get(Keys.batch(number))!)
  if (record !== undefined && !Word.equals(record.chainHash, chainHash)) return undefined
  return writesBack(reader, newest, number)
}
