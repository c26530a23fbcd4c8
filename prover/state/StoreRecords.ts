// The values of the store that are more than one field.
import { deserialize, serialize } from 'node:v8'

/** What is known of a batch without running it. */
export interface BatchRecord {
  /** 1 is the first batch. */
  readonly number: number
  /** A_n: the inbox's chain hash after this batch. */
  readonly chainHash: Uint8Array
  readonly payloadRoot: Uint8Array
  readonly payloadLength: number
  /** L1 timestamp of the posting. */
  readonly l1Time: bigint
  /** h(Δ_n). */
  readonly diffRoot: Uint8Array
  readonly gasUsed: bigint
  /** Number of its first block, and how many it has. */
  readonly firstBlock: bigint
  readonly blockCount: number
}

/** What has to be the same at every opening, and the newest batch. */
export interface Meta {
  readonly version: number
  /** Hash of chain constants and genesis state. */
  readonly identity: Uint8Array
  readonly genesisRoot: Uint8Array
  /** Number of the newest batch; 0 is the genesis. */
  readonly newest: number
  /** Batches up to this one can't be undone or replayed any more. */
  readonly pruned: number
}

/** A record of numbers and byte strings. Node.js reads what older versions of it wrote. */
export function encodeRecord(record: object): Uint8Array {
  return serialize(record)
}

export function decodeRecord<T>(bytes: Uint8Array): T {
  return deserialize(bytes) as T
}
