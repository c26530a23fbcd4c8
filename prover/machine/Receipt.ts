/** What the machine leaves for receipts. It commits to none of it: whoever wants to know executes the batch. */

export interface Log {
  readonly address: bigint
  readonly topics: readonly bigint[]
  readonly data: Uint8Array
}

/** A block that the machine has ended. */
export interface BlockResult {
  readonly number: bigint
  readonly time: bigint
  readonly baseFee: bigint
  readonly gasUsed: bigint
  readonly parentHash: Uint8Array
  readonly hash: Uint8Array
  readonly transactions: readonly TransactionResult[]
  readonly skipped: readonly SkippedTransaction[]
}

/** A transaction that was executed. */
export interface TransactionResult {
  readonly hash: Uint8Array
  readonly from: bigint
  /** Undefined for a creation. */
  readonly to: bigint | undefined
  /** Whether the top frame returned. */
  readonly status: boolean
  readonly gasUsed: bigint
  /** What a unit of gas cost, base fee included. */
  readonly gasPrice: bigint
  /** The new contract of a creation that succeeded. */
  readonly contractAddress: bigint | undefined
  readonly logs: readonly Log[]
}

/** A transaction of the payload that had no effect at all (B-8), and why. */
export interface SkippedTransaction {
  readonly raw: Uint8Array
  readonly reason: string
}
