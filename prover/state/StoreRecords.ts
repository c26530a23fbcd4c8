// The values of the store that are more than one field.
import { deserialize, serialize } from 'node:v8'
import { RLP } from '@ethereumjs/rlp'
import * as Word from '../commitment/Word.ts'
import type { FlatChange } from './FlatState.ts'

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

/** RLP: per change its key, its account (none, absent as an empty list, or the triple) and its slots. */
export function encodeChanges(changes: readonly FlatChange[]): Uint8Array {
  return RLP.encode(
    changes.map(({ accountKey, account, slots }) => {
      const to = account?.to
      const triple = to === undefined ? [] : [Word.toInteger(to.nonce), Word.toInteger(to.balance), to.codeHash]
      const pairs = slots.map(({ slotKey, value }) => [slotKey, value])
      return [accountKey, account === undefined ? new Uint8Array(0) : triple, pairs]
    }),
  )
}

export function decodeChanges(bytes: Uint8Array): FlatChange[] {
  const decoded = RLP.decode(bytes) as unknown as [Uint8Array, Uint8Array | Uint8Array[], [Uint8Array, Uint8Array][]][]
  return decoded.map(([accountKey, triple, pairs]) => ({
    accountKey,
    account: Array.isArray(triple) ? { to: decodeTriple(triple) } : undefined,
    slots: pairs.map(([slotKey, value]) => ({ slotKey, value })),
  }))
}

function decodeTriple([nonce, balance, codeHash]: Uint8Array[]) {
  if (nonce === undefined) return undefined
  return { nonce: Word.integerOf(nonce), balance: Word.integerOf(balance!), codeHash: codeHash! }
}
