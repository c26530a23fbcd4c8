import { ClassicLevel } from 'classic-level'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as TransactionDecoder from '../../prover/machine/boundary/TransactionDecoder.ts'

import { type ExecutedBatch, executeBatch } from '../../prover/machine/Executor.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { type Ahead, RecoveryWorker } from '../../prover/node/threads/RecoveryWorker.ts'
import { writeAll } from '../../prover/state/Database.ts'
import { codeWrite, FlatState, type KeyValueReader, type Write } from '../../prover/state/FlatState.ts'
import { RecordCache } from '../../prover/state/RecordCache.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import {
  type Database,
  type Design,
  hashEffects,
  levelOptions,
  type Outcome,
  type SealedBatch,
  type SystemSlot,
  timed,
} from './Design.ts'
import { config, l1Time } from './Population.ts'

/**
 * Ours: the project's executor on flat pairs; a batch is committed by `h(Δ)` and one atomic write that is synced to disk.
 * With a trie besides it is the best-effort MPT: the same executor on the same flat reads, and the state root of every
 * batch, each dirty node hashed once, in the same write. With a thread it recovers the signers of the batch to come
 * beside the execution of this one, as a node that follows L1 does.
 */
export class FlatDesign implements Design {
  readonly name: string
  readonly database: Database
  readonly #state: FlatState
  readonly #cache: RecordCache
  readonly #reader: CountingReader
  readonly #recovery: RecoveryWorker | undefined
  #trie: StateTrie | undefined

  private constructor(name: string, database: Database, root: Uint8Array | undefined, recovery?: RecoveryWorker) {
    this.name = name
    this.#recovery = recovery
    this.database = database
    this.#reader = new CountingReader(database)
    this.#cache = new RecordCache(this.#reader)
    this.#state = new FlatState(this.#cache)
    const nodes = { record: (hash: Uint8Array) => this.#reader.get(Keys.node(hash)) }
    this.#trie = root && StateTrie.at(root, nodes, (codeHash) => this.#state.code(codeHash))
  }

  static async open(directory: string, root?: Uint8Array): Promise<FlatDesign> {
    const database: Database = new ClassicLevel(directory, levelOptions)
    await database.open()
    return new FlatDesign(root === undefined ? 'ours' : 'mpt', database, root)
  }

  /** Ours, with a thread that recovers signers. */
  static async openThreaded(directory: string): Promise<FlatDesign> {
    const database: Database = new ClassicLevel(directory, levelOptions)
    await database.open()
    return new FlatDesign('threaded', database, undefined, await RecoveryWorker.start())
  }

  async run(batch: SealedBatch, next: SealedBatch): Promise<Outcome> {
    const hashes = Keccak.count()
    this.#reader.reset()
    this.#cache.clear() // so that a small state is as cold as a large one
    TransactionDecoder.forget() // another design may have recovered the same signers
    const [recover, ahead] = await this.#recover(batch.transactions, next)
    const input = { payload: payloadOf(batch), l1Time: l1Time + batch.number }
    const [execute, executed] = await timed(() => executeBatch(this.#state, input, config))
    const read = this.#reader.milliseconds
    const [commit, writes] = await timed(() => this.#commit(executed))
    const [wait] = await timed(() => ahead?.finish())
    const { reads } = this.#reader
    const keccaks = Keccak.count() - hashes
    const bytesWritten = writes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0)
    return {
      split: { recover: recover + wait, execute, read, commit },
      counters: { reads, writes: writes.length, bytesWritten, keccaks },
      effects: effectsOf(executed),
    }
  }

  /** In line; or a thread begins with what comes next, after it has told the signers of this batch, which is not measured. */
  async #recover(transactions: readonly Uint8Array[], next: SealedBatch): Promise<[number, Ahead | undefined]> {
    if (this.#recovery === undefined) {
      return timed(() => {
        for (const raw of transactions) TransactionDecoder.decodeTransaction(raw, config.chainId)
        return undefined
      })
    }
    const { maxTransactionBytes, chainId } = config
    await this.#recovery.recover(transactions, chainId)
    return timed(() => this.#recovery!.begin(payloadOf(next), maxTransactionBytes, chainId))
  }

  /** The number and the base fee of the block that comes next. */
  nextBlock(): { number: bigint; baseFee: bigint } {
    const { number, nextBaseFee } = SystemAccount.decodeHead(this.#systemSlot(SystemAccount.headSlot))
    return { number: number + 1n, baseFee: nextBaseFee }
  }

  /** What the newest batch wrote to the system account. */
  systemSlots(): SystemSlot[] {
    const { number } = this.nextBlock()
    const slots = [SystemAccount.headSlot, SystemAccount.blockHashSlot(number - 1n)]
    return slots.map((slot) => ({ slot, value: this.#systemSlot(slot) }))
  }

  get stateRoot(): Uint8Array {
    return this.#trie!.stateRoot
  }

  async close(): Promise<void> {
    await this.#recovery?.close()
    await this.database.close()
  }

  #systemSlot(slot: bigint): bigint {
    return this.#state.slot(SystemAccount.accountKey, SystemAccount.slotKey(slot))
  }

  async #commit({ diff, newCodes }: ExecutedBatch): Promise<Write[]> {
    const { writes } = this.#state.apply(diff)
    for (const { code } of newCodes) writes.push(codeWrite(code))
    if (this.#trie === undefined) {
      writes.push({ key: Keys.batch(0), value: StateDiff.root(diff) })
    } else {
      this.#trie = this.#trie.applyDiff(diff)
      this.#trie.persist((hash, record) => writes.push({ key: Keys.node(hash), value: record }))
      writes.push({ key: Keys.root(0), value: this.#trie.stateRoot })
    }
    await writeAll(this.database, writes)
    this.#cache.written(writes)
    return writes
  }
}

function payloadOf({ transactions, number }: SealedBatch): Uint8Array {
  return PayloadCodec.encode([{ time: l1Time + number, transactions }])
}

function effectsOf({ blocks }: ExecutedBatch): string {
  return hashEffects(blocks.flatMap(({ transactions }) => transactions.map((it) => ({ ...it, succeeded: it.status }))))
}

/** Counts what the executor reads, and for how long it waits for it. */
class CountingReader implements KeyValueReader {
  reads = 0
  milliseconds = 0
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  reset(): void {
    this.reads = 0
    this.milliseconds = 0
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const start = performance.now()
    const value = this.#database.getSync(key)
    this.milliseconds += performance.now() - start
    this.reads++
    return value
  }
}
