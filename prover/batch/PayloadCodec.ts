// The byte form of a batch's transactions (docs/2-batch.md, Payload). Decoding is total: every byte string has a meaning.

/** A block as its poster wrote it: what B-4 and B-8 make of time and transactions is up to the machine. */
export interface PostedBlock {
  readonly time: bigint
  /** Raw signed transactions. */
  readonly transactions: readonly Uint8Array[]
}

/** Bytes before a block's body: time u64, length u32. */
export const blockHeaderBytes = 12
/** Bytes before a transaction: length u32. */
export const transactionHeaderBytes = 4

/** The payload that holds `blocks`. */
export function encode(blocks: readonly PostedBlock[]): Uint8Array {
  const payload = Buffer.alloc(blocks.reduce((sum, block) => sum + blockLength(block), 0))
  let cursor = 0
  for (const block of blocks) {
    payload.writeBigUInt64BE(block.time, cursor)
    payload.writeUInt32BE(blockLength(block) - blockHeaderBytes, cursor + 8)
    cursor += blockHeaderBytes
    for (const transaction of block.transactions) {
      payload.writeUInt32BE(transaction.length, cursor)
      payload.set(transaction, cursor + transactionHeaderBytes)
      cursor += transactionHeaderBytes + transaction.length
    }
  }
  return new Uint8Array(payload.buffer, payload.byteOffset, payload.length)
}

/** The bytes that a block takes in a payload. */
export function blockLength(block: PostedBlock): number {
  return block.transactions.reduce((sum, raw) => sum + transactionHeaderBytes + raw.length, blockHeaderBytes)
}

/** The blocks of a payload, whatever it is (B-1 to B-3). Transactions that are skipped on their prefix alone are left out. */
export function decode(payload: Uint8Array, maxTransactionBytes: number): PostedBlock[] {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
  const blocks: PostedBlock[] = []
  let cursor = 0
  while (payload.length - cursor >= blockHeaderBytes) {
    const time = view.getBigUint64(cursor)
    const length = view.getUint32(cursor + 8)
    cursor += blockHeaderBytes
    const end = Math.min(cursor + length, payload.length)
    blocks.push({ time, transactions: decodeBody(payload.subarray(cursor, end), maxTransactionBytes) })
    cursor = end
  }
  return blocks
}

function decodeBody(body: Uint8Array, maxTransactionBytes: number): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.length)
  const transactions: Uint8Array[] = []
  let cursor = 0
  while (body.length - cursor >= transactionHeaderBytes) {
    const length = view.getUint32(cursor)
    cursor += transactionHeaderBytes
    if (length > body.length - cursor) break
    if (length > 0 && length <= maxTransactionBytes) transactions.push(body.slice(cursor, cursor + length))
    cursor += length
  }
  return transactions
}
