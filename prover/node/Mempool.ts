import * as PayloadCodec from '../batch/PayloadCodec.ts'
import * as Payload from '../commitment/Payload.ts'
import * as Word from '../commitment/Word.ts'
import * as Address from '../machine/Address.ts'
import type { BaseState } from '../machine/BaseState.ts'
import { type DecodedTransaction, decodeTransaction } from '../machine/boundary/TransactionDecoder.ts'
import * as Executor from '../machine/Executor.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import type { Store } from '../state/Store.ts'

/** A transaction that waits for its block. */
interface Waiting extends DecodedTransaction {
  readonly raw: Uint8Array
  /** Its place in the order of arrival. */
  readonly arrival: number
}

export const maxWaiting = 10_000
const maxWaitingOfSender = 64
/** A replacement has to offer this many percent of what it replaces. */
const replacementPercent = 110n

/**
 * Transactions that wait to be sequenced, in the order of arrival and of each sender's nonces. What is let in would not be
 * skipped if it were alone, by the machine's own checks (N-11); whether it still holds then is seen when it is executed.
 */
export class Mempool {
  readonly #store: Store
  /** By sender, by nonce. */
  readonly #waiting = new Map<bigint, Map<bigint, Waiting>>()
  readonly #byHash = new Map<string, Waiting>()
  #arrivals = 0

  constructor(store: Store) {
    this.#store = store
  }

  get size(): number {
    return this.#byHash.size
  }

  /** Lets a signed transaction in and gives its hash, or throws a `MempoolError` that says why not. */
  add(raw: Uint8Array): Uint8Array {
    const { config } = this.#store.genesis
    const decoded = decodeTransaction(raw, config.chainId)
    if (typeof decoded === 'string') throw new MempoolError(decoded)
    if (this.#byHash.has(Word.nameOf(decoded.hash))) throw new MempoolError('already known')
    const { origin, nonce } = decoded
    const expected = this.#nonceOf(origin)
    if (nonce < expected) throw new MempoolError(`nonce too low: ${nonce}, the sender's next one is ${expected}`)
    const ofSender = this.#waiting.get(origin) ?? new Map<bigint, Waiting>()
    const replaced = ofSender.get(nonce)
    if (replaced !== undefined) assertReplaces(decoded, replaced)
    else if (ofSender.size >= maxWaitingOfSender) throw new MempoolError('too many transactions of the sender wait')
    else if (this.size >= maxWaiting) throw new MempoolError('too many transactions wait')
    const refusal = Executor.refusalOf(withNonce(this.#store.state, origin, nonce), raw, config)
    if (refusal !== undefined) throw new MempoolError(refusal)

    if (replaced !== undefined) this.#byHash.delete(Word.nameOf(replaced.hash))
    const waiting = { ...decoded, raw, arrival: replaced?.arrival ?? this.#arrivals++ }
    this.#waiting.set(origin, ofSender.set(nonce, waiting))
    this.#byHash.set(Word.nameOf(decoded.hash), waiting)
    return decoded.hash
  }

  /** The raw transaction with this hash, if it waits. */
  get(hash: Uint8Array): Uint8Array | undefined {
    return this.#byHash.get(Word.nameOf(hash))?.raw
  }

  /** The nonce after all that is known of a sender. */
  nextNonce(address: Uint8Array): bigint {
    const sender = Address.fromBytes(address)
    let nonce = this.#nonceOf(sender)
    while (this.#waiting.get(sender)?.has(nonce)) nonce++
    return nonce
  }

  /**
   * The next batch's transactions, block by block, within all caps even if each uses its whole gas limit. They stay here
   * until `dropStale` finds them executed.
   */
  nextBlocks(maxPayloadBytes = Payload.maxLength): Uint8Array[][] {
    const { blockGasLimit, batchGasLimit } = this.#store.genesis.config
    const blocks: Uint8Array[][] = []
    let bytes = 0
    let [blockGas, batchGas] = [blockGasLimit, batchGasLimit]
    for (const { raw, gasLimit } of this.#executable()) {
      if (gasLimit > batchGas) break
      const opens = blocks.length === 0 || gasLimit > blockGas
      const length = PayloadCodec.transactionHeaderBytes + raw.length + (opens ? PayloadCodec.blockHeaderBytes : 0)
      if (bytes + length > maxPayloadBytes) break
      if (opens) {
        blocks.push([])
        blockGas = blockGasLimit
      }
      blocks.at(-1)!.push(raw)
      bytes += length
      blockGas -= gasLimit
      batchGas -= gasLimit
    }
    return blocks
  }

  /** Drops what the newest state has no place for any more: executed, replaced by another one, or not affordable. */
  dropStale(): void {
    const { state, genesis } = this.#store
    const baseFee = this.#nextBaseFee()
    for (const [sender, ofSender] of this.#waiting) {
      const nonce = this.#nonceOf(sender)
      for (const waiting of ofSender.values()) {
        const isNext = waiting.nonce === nonce && !isTooCheap(waiting, baseFee)
        const isRefused = isNext && Executor.refusalOf(state, waiting.raw, genesis.config) !== undefined
        if (waiting.nonce < nonce || isRefused) this.#drop(waiting)
      }
    }
  }

  /** What can be executed now, one after the other: the earliest arrival among the senders' next ones. */
  *#executable(): Generator<Waiting> {
    const baseFee = this.#nextBaseFee()
    const ready = new Map<bigint, Waiting>()
    const offer = (sender: bigint, nonce: bigint) => {
      const next = this.#waiting.get(sender)?.get(nonce)
      if (next === undefined || isTooCheap(next, baseFee)) ready.delete(sender)
      else ready.set(sender, next)
    }
    for (const sender of this.#waiting.keys()) offer(sender, this.#nonceOf(sender))
    while (ready.size > 0) {
      const earliest = [...ready.values()].reduce((first, other) => (other.arrival < first.arrival ? other : first))
      yield earliest
      offer(earliest.origin, earliest.nonce + 1n)
    }
  }

  #drop({ origin, nonce, hash }: Waiting): void {
    const ofSender = this.#waiting.get(origin)!
    ofSender.delete(nonce)
    if (ofSender.size === 0) this.#waiting.delete(origin)
    this.#byHash.delete(Word.nameOf(hash))
  }

  #nonceOf(sender: bigint): bigint {
    return this.#store.state.account(Address.keyOf(sender))?.nonce ?? 0n
  }

  #nextBaseFee(): bigint {
    const head = this.#store.state.slot(SystemAccount.accountKey, SystemAccount.slotKey(SystemAccount.headSlot))
    return SystemAccount.decodeHead(head).nextBaseFee
  }
}

/** The base fee has risen above what it offers: it waits for a later block. */
function isTooCheap({ maxFeePerGas }: DecodedTransaction, baseFee: bigint): boolean {
  return maxFeePerGas < baseFee
}

function assertReplaces(offered: DecodedTransaction, waiting: DecodedTransaction): void {
  for (const fee of ['maxFeePerGas', 'maxPriorityFeePerGas'] as const) {
    const needed = (waiting[fee] * replacementPercent) / 100n
    if (offered[fee] < needed)
      throw new MempoolError(`replacement underpriced: ${fee} ${offered[fee]}, needs ${needed}`)
  }
}

/** The state in which an account's nonce is `nonce`: a later transaction of a sender is checked as if it were next. */
function withNonce(state: BaseState, address: bigint, nonce: bigint): BaseState {
  const key = Address.keyOf(address)
  return {
    account: (accountKey) => {
      const account = state.account(accountKey)
      return account !== undefined && Buffer.compare(accountKey, key) === 0 ? { ...account, nonce } : account
    },
    slot: (accountKey, slotKey) => state.slot(accountKey, slotKey),
    code: (codeHash) => state.code(codeHash),
  }
}

/** A transaction that is not let in. The message says why, as nodes commonly put it. */
export class MempoolError extends Error {
  override readonly name = 'MempoolError'
}
