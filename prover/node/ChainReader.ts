import * as PayloadCodec from '../batch/PayloadCodec.ts'
import { keccak256 } from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'
import type { ExecutedBlock } from '../machine/Executor.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import type { StateTrie } from '../state/StateTrie.ts'
import type { Store } from '../state/Store.ts'

/** The chain as who asks about it sees it: block by block. Batches are how it is ordered and kept. */
export class ChainReader {
  readonly store: Store

  constructor(store: Store) {
    this.store = store
  }

  /** Block 0 is the genesis, which has no batch. */
  block(number: bigint): ExecutedBlock | undefined {
    return number === 0n ? this.#genesisBlock() : this.store.block<ExecutedBlock>(number)
  }

  blockByHash(hash: Uint8Array): ExecutedBlock | undefined {
    const number = this.store.blockNumber(hash)
    if (number !== undefined) return this.block(number)
    const genesis = this.#genesisBlock()
    return Buffer.compare(genesis.hash, hash) === 0 ? genesis : undefined
  }

  /** The raw transactions that a block executed, in their order. */
  rawTransactions({ number, transactions }: ExecutedBlock): Uint8Array[] {
    if (transactions.length === 0) return []
    const batch = this.#batchOf(number)
    const { firstBlock } = this.store.batch(batch)
    const posted = PayloadCodec.decode(this.store.payload(batch), this.store.genesis.config.maxTransactionBytes)
    const executed = new Set(transactions.map(({ hash }) => Word.nameOf(hash)))
    return posted[Number(number - firstBlock)]!.transactions.filter((raw) =>
      executed.delete(Word.nameOf(keccak256(raw))),
    )
  }

  /** The state after a block with its proofs, which is kept at the ends of batches only. */
  stateAfter(number: bigint): StateTrie | undefined {
    const batch = number === 0n ? 0 : this.#batchOf(number)
    if (batch < this.store.pruned || number !== this.#lastBlockOf(batch)) return undefined
    return this.store.stateAt(this.#lastBatchUpTo(number, batch))
  }

  /** The batch that a block is in. */
  #batchOf(block: bigint): number {
    let [low, high] = [1, this.store.newest.number]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.store.batch(middle).firstBlock <= block) low = middle
      else high = middle - 1
    }
    // Batches without blocks have the same first block as the one after them.
    while (this.store.batch(low).blockCount === 0) low--
    return low
  }

  #lastBlockOf(batch: number): bigint {
    if (batch === 0) return 0n
    const { firstBlock, blockCount } = this.store.batch(batch)
    return firstBlock + BigInt(blockCount) - 1n
  }

  /** Of a block's batch and the empty ones after it, the last: only that one is sure to be kept. */
  #lastBatchUpTo(block: bigint, batch: number): number {
    let last = batch
    while (last < this.store.newest.number && this.#lastBlockOf(last + 1) === block) last++
    return last
  }

  #genesisBlock(): ExecutedBlock {
    const { config, time, baseFee } = this.store.genesis
    const none = { transactions: [], skipped: [] }
    const hash = SystemAccount.genesisBlockHash(config.chainId)
    return { number: 0n, time, baseFee, gasUsed: 0n, parentHash: new Uint8Array(32), hash, ...none }
  }
}
