// What a batch is to the store: the record and the writes that it lands with.
import * as BatchHeader from '../batch/BatchHeader.ts'
import type * as StateDiff from '../commitment/StateDiff.ts'
import type { Write } from './FlatState.ts'
import * as Keys from './StoreKeys.ts'
import type { BatchRecord } from './StoreRecords.ts'
import * as Records from './StoreRecords.ts'

/** A block as the store keeps it: what else it has than these fields is kept too. */
export interface StoredBlock {
  readonly number: bigint
  readonly hash: Uint8Array
  readonly transactions: readonly { readonly hash: Uint8Array }[]
}

/** A batch that was executed: all that the store writes for it. */
export interface ExecutedBatch {
  readonly header: BatchHeader.BatchHeader
  readonly payload: Uint8Array
  readonly diff: StateDiff.StateDiff
  readonly diffRoot: Uint8Array
  readonly gasUsed: bigint
  readonly blocks: readonly StoredBlock[]
  /** Codes that accounts of the diff got. */
  readonly codes: Iterable<Uint8Array>
}

/** A place in the chain of batches. */
export interface BatchPosition {
  readonly number: number
  readonly chainHash: Uint8Array
}

/** The newest batch of a chain, and the number of the newest block; block 0 has no batch. */
export interface Head {
  readonly position: BatchPosition
  readonly block: bigint
}

/** The head of a chain that ends with a batch, or with the genesis. */
export function headOf(genesisRoot: Uint8Array, record: BatchRecord | undefined): Head {
  if (record === undefined) {
    return { position: { number: 0, chainHash: BatchHeader.genesisChainHash(genesisRoot) }, block: 0n }
  }
  const { number, chainHash, firstBlock, blockCount } = record
  return { position: { number, chainHash }, block: firstBlock + BigInt(blockCount) - 1n }
}

/** What the store knows of a batch that lands as the one with this number. */
export function recordOf(
  { header, diffRoot, gasUsed, blocks }: ExecutedBatch,
  number: number,
  newestBlock: bigint,
): BatchRecord {
  const { payloadRoot, payloadLength, l1Time } = header
  const chainHash = BatchHeader.chainHashOf(header)
  const firstBlock = newestBlock + 1n
  const blockCount = blocks.length
  return { number, chainHash, payloadRoot, payloadLength, l1Time, diffRoot, gasUsed, firstBlock, blockCount }
}

/** A block, and the ways to it. */
export function blockWrites(block: StoredBlock): Write[] {
  const { number, hash, transactions } = block
  return [
    { key: Keys.block(number), value: Records.encodeRecord(block) },
    { key: Keys.blockHash(hash), value: Records.encodeRecord({ number }) },
    ...transactions.map((transaction, index) => ({
      key: Keys.transaction(transaction.hash),
      value: Records.encodeRecord({ block: number, index }),
    })),
  ]
}
