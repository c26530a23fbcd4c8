/** The chain constants that the machine reads; they are part of the start state of every batch (docs/5-machine.md, 5.1). */
export interface ChainConfig {
  readonly chainId: bigint
  /** Gets the priority fee of every transaction: 20 bytes. */
  readonly feeRecipient: Uint8Array
  readonly blockGasLimit: bigint
  readonly batchGasLimit: bigint
  /** A longer raw transaction is skipped on its length alone (B-3). */
  readonly maxTransactionBytes: number
  /** A precompile call that L1 would have to run for more than this gas halts. */
  readonly precompileGasCap: bigint
}
