/**
 * Limits under which every batch can be proved: each step in one transaction of L1 (M-0), and all of them in one game
 * (M-7). They are derived in docs/8-provability.md.
 */

/** Longest raw transaction whose TX_DECODE fits a transaction of L1. */
export const maxTransactionBytes = 65_536
/** Dearest call of a precompile that fits one at twice its price. */
export const maxPrecompileGas = 6_000_000n

const stepsPerGas = 2n
/** Of blocks and of transactions that are skipped: what the bytes of a payload alone can make. */
const payloadSteps = 1n << 18n

/** Most steps of a batch that uses `gas` (M-7). */
export function stepBound(gas: bigint): bigint {
  return stepsPerGas * gas + payloadSteps
}
