// What the two threads that recover the signers of transactions agree on.
import * as PayloadCodec from '../../batch/PayloadCodec.ts'
import * as Authorization from '../../machine/boundary/Authorization.ts'
import { decodeTransaction } from '../../machine/boundary/TransactionDecoder.ts'

/** Transactions of which one thread recovers the signers before it looks again what is left: a few milliseconds. */
const portion = 16

/** Transactions whose signers are needed soon. */
export interface RecoveryJob {
  readonly payload: Uint8Array
  readonly maxTransactionBytes: number
  readonly chainId: bigint
  /** In memory that both threads see: how many transactions are taken by either. */
  readonly taken: Int32Array
}

/** A job that nobody has begun. */
export function jobOf(payload: Uint8Array, maxTransactionBytes: number, chainId: bigint): RecoveryJob {
  return { payload, maxTransactionBytes, chainId, taken: new Int32Array(new SharedArrayBuffer(4)) }
}

/**
 * Recovers the signers of all transactions that the other thread has not taken, a portion at a time. Gives whether there is
 * none that it has taken.
 */
export function work({ payload, maxTransactionBytes, chainId, taken }: RecoveryJob): boolean {
  const blocks = PayloadCodec.decode(payload, maxTransactionBytes)
  const transactions = blocks.flatMap((block) => block.transactions)
  let isAlone = true
  for (let next = 0; ; next += portion) {
    const from = Atomics.add(taken, 0, portion)
    if (from !== next) isAlone = false
    if (from >= transactions.length) return isAlone
    for (const raw of transactions.slice(from, from + portion)) recoverAll(raw, chainId)
  }
}

/** The signer of a transaction, and who signed the authorisations in it. */
function recoverAll(raw: Uint8Array, chainId: bigint): void {
  const decoded = decodeTransaction(raw, chainId)
  if (typeof decoded !== 'string') Authorization.recoverAll(raw, decoded.authorizations, chainId)
}
