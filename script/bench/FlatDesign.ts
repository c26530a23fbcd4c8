import { ClassicLevel } from 'classic-level'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as TransactionDecoder from '../../prover/machine/boundary/TransactionDecoder.ts'

import { type ExecutedBatch, executeBatch } from '../../prover/machine/Executor.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { type Ahead, RecoveryWorker } from '../../prover/node/threads/RecoveryWorker.ts'
import { writeAll } from '../../prover/state/Database.ts'
import { portionsOf } from '../../prover/state/FlatPairs.ts'
import { codeWrite, FlatState, type KeyValueReader, type Write } from '../../prover/state/FlatState.ts'
import { RecordCache } from '../../prover/state/RecordCache.ts'
import { RecordTable } from '../../prover/state/RecordTable.ts'
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

export interface FlatOptions {
  /** Keeps the trie of this root besides. */
  readonly root?: Uint8Array
  /** All nodes of the trie are in memory. */
  readonly nodesInMemory?: boolean
  /** A thread recovers the signers of the batch to come. */
  readonly threaded?: boolean
  /** The flat pairs are read from the database, and forgotten before each batch, so that a small state is as cold as a large one. */
  readonly cold?: boolean
}

/**
 * Ours: the project's executor on flat pairs, which are in memory as a node has them; a batch is committed by `h(Δ)` and one
 * atomic write that is synced to disk. With a trie besides it is the best-effort MPT: the same executor on the same flat
 * reads, and the state root of every batch, each dirty node hashed once, in the same write. With a thread it recovers the
 * signers of the batch to come beside the execution of this one, as a node that follows L1 does.
 */
export class FlatDesign implements Design {
  readonly database: Database
  readonly #isCold: boolean
  readonly #cache: RecordCache
  /** What the executor reads, and the state as it reads it. */
  readonly #reads: CountingReader
  readonly #state: FlatState
  /** The same, not counted. */
  readonly #committed: FlatState
  #nodeReads = 0
  readonly #recovery: RecoveryWorker | undefined
  #trie: StateTrie | undefined

  private constructor(database: Database, nodes: KeyValueReader, options: FlatOptions, recovery?: RecoveryWorker) {
    const { root, cold = false } = options
    this.database = database
    this.#recovery = recovery
    this.#isCold = cold
    this.#cache = new RecordCache({ get: (key) => database.getSync(key) }, Number.POSITIVE_INFINITY)
    this.#reads = new CountingReader(this.#cache)
    this.#state = new FlatState(this.#reads)
    this.#committed = new FlatState(this.#cache)
    const record = (hash: Uint8Array) => {
      this.#nodeReads++
      return nodes.get(Keys.node(hash))
    }
    // What others do is not paid for here: no client hashes a node that it reads from its own disk.
    const source = { isTrusted: true, record }
    this.#trie = root && StateTrie.at(root, source, (codeHash) => this.#state.code(codeHash))
  }

  static async open(directory: string, options: FlatOptions = {}): Promise<FlatDesign> {
    const database: Database = new ClassicLevel(directory, levelOptions)
    await database.open()
    const recovery = options.threaded ? await RecoveryWorker.start() : undefined
    const nodes = await nodesOf(database, options.nodesInMemory ?? false)
    const design = new FlatDesign(database, nodes, options, recovery)
    if (!options.cold) await design.#cache.fill(portionsOf(database, ['a', 's']))
    return design
  }

  async run(batch: SealedBatch, next: SealedBatch): Promise<Outcome> {
    const hashes = Keccak.count()
    this.#reads.reset()
    this.#nodeReads = 0
    if (this.#isCold) this.#cache.clear()
    TransactionDecoder.forget() // another design may have recovered the same signers
    const [recover, ahead] = await this.#recover(batch.transactions, next)
    const input = { payload: payloadOf(batch), l1Time: l1Time + batch.number }
    const [execute, executed] = await timed(() => executeBatch(this.#state, input, config))
    const { reads, milliseconds: read } = this.#reads
    const [commit, writes] = await timed(() => this.#commit(executed))
    const [wait] = await timed(() => ahead?.finish())
    const keccaks = Keccak.count() - hashes
    const bytesWritten = writes.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0)
    return {
      split: { recover: recover + wait, execute, read, commit },
      counters: { reads: reads + this.#nodeReads, writes: writes.length, bytesWritten, keccaks },
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
    return this.#committed.slot(SystemAccount.accountKey, SystemAccount.slotKey(slot))
  }

  async #commit({ diff, newCodes }: ExecutedBatch): Promise<Write[]> {
    const { writes } = this.#committed.apply(diff)
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

/** The nodes of the trie as the database has them, or all those that it has now in memory. Newer ones the trie has itself. */
async function nodesOf(database: Database, inMemory: boolean): Promise<KeyValueReader> {
  const table = new RecordTable()
  if (inMemory) {
    for await (const pairs of portionsOf(database, ['n'])) for (const [key, record] of pairs) table.set(key, record)
  }
  return { get: (key) => table.get(key) ?? database.getSync(key) }
}

/** Counts what is read, and for how long that takes. */
class CountingReader implements KeyValueReader {
  reads = 0
  milliseconds = 0
  readonly #reader: KeyValueReader

  constructor(reader: KeyValueReader) {
    this.#reader = reader
  }

  reset(): void {
    this.reads = 0
    this.milliseconds = 0
  }

  get(key: Uint8Array): Uint8Array | undefined {
    const start = performance.now()
    const value = this.#reader.get(key)
    this.milliseconds += performance.now() - start
    this.reads++
    return value
  }
}
