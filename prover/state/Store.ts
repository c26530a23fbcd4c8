import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Database from './Database.ts'
import { type Pair, portionsOf } from './FlatPairs.ts'
import * as FlatRoot from './FlatRoot.ts'
import { codeWrite, FlatState, type KeyValueReader, type Write } from './FlatState.ts'
import type * as Genesis from './Genesis.ts'
import { RecordCache } from './RecordCache.ts'
import type { StateTrie } from './StateTrie.ts'
import {
  type BatchPosition,
  blockWrites,
  type ExecutedBatch,
  type Head,
  headOf,
  recordOf,
  type StoredBlock,
} from './StoredBatch.ts'
import { StoredTries } from './StoredTries.ts'
import * as Keys from './StoreKeys.ts'
import { assertFits, create, readMeta, StoreError, storedTriesIn } from './StoreOpening.ts'
import type { BatchRecord, Meta } from './StoreRecords.ts'
import * as Records from './StoreRecords.ts'
import type { ScanPlan, ScanPortion } from './TrieScan.ts'
import { encodeWrites, writesIn } from './WriteBuffer.ts'

export type { ExecutedBatch, StoredBlock } from './StoredBatch.ts'
export { StoreError, version } from './StoreOpening.ts'

/**
 * The node's own copy of the chain, in LevelDB: the latest state as flat pairs, every batch with its diff and the values
 * that it replaced, and the state tries of chosen batches.
 *
 * All reads are synchronous. A batch lands in one atomic write that is synced to disk before `commit` resolves, so that a
 * store opens into exactly the last whole batch, however the process ended (N-2).
 */
export class Store {
  readonly state: FlatState
  readonly tries: StoredTries
  readonly genesis: Genesis.Genesis
  readonly #database: Database.Database
  readonly #cache: RecordCache
  #meta: Meta
  /** Of the newest batch. In memory, since it changes when a write has ended, and the disk before. */
  #head: Head
  /** When the last writer so far is done. */
  #turn: Promise<unknown> = Promise.resolve()
  /** A write has failed: what is on disk is unknown until the store is opened again. */
  #hasFailed = false
  #isClosed = false
  #loading: Promise<void> = Promise.resolve()
  /** How often trie nodes were swept. */
  #sweeps = 0

  private constructor(
    database: Database.Database,
    genesis: Genesis.Genesis,
    meta: Meta,
    stored: Iterable<number>,
    memory?: number,
  ) {
    const reader = readerOf(database)
    this.#database = database
    this.#meta = meta
    this.#head = this.#headAt(meta.newest)
    this.genesis = genesis
    this.#cache = new RecordCache(reader, memory)
    this.state = new FlatState(this.#cache)
    this.tries = new StoredTries(reader, this.state, stored)
  }

  /**
   * Opens the store in `directory`, or creates one in which the genesis is the newest batch. About `memory` bytes at most are
   * for flat pairs (N-1).
   */
  static async open(directory: string, genesis: Genesis.Genesis, memory?: number): Promise<Store> {
    const database = await Database.open(directory).catch((error: Error) => {
      throw new StoreError(directory, `can't be opened: ${error.message}`)
    })
    try {
      const meta = readMeta(database) ?? (await create(database, directory, genesis))
      assertFits(meta, directory, genesis)
      return new Store(database, genesis, meta, await storedTriesIn(database), memory)
    } catch (error) {
      await Database.close(database)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#loading.catch(() => undefined)
    await this.#alone(() => Database.close(this.#database))
    this.#cache.clear()
  }

  /**
   * Reads the newest state into memory beside everything else; until then reads go to the disk (N-1). If it has no room
   * there, now or once it has grown, `outgrown` is told, and reads go to the disk again.
   */
  loadState(outgrown?: () => void): Promise<void> {
    this.#loading = this.#cache.fill(this.#flatPairs(), outgrown)
    return this.#loading
  }

  /** Whether no read of the newest state goes to the disk any more. */
  get holdsState(): boolean {
    return this.#cache.holdsAll
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get location(): string {
    return this.#database.location
  }

  /** The newest batch; number 0 is the genesis. */
  get newest(): BatchPosition {
    return this.#head.position
  }

  /** Batches above this one can be undone, replayed and proved. */
  get pruned(): number {
    return this.#meta.pruned
  }

  /** Number of the newest block; block 0 has no batch. */
  get newestBlock(): bigint {
    return this.#head.block
  }

  get genesisRoot(): Uint8Array {
    return this.#meta.genesisRoot
  }

  /** A batch's place in the chain. */
  position(number: number): BatchPosition {
    const { position } = this.#head
    return number === position.number ? position : this.#headAt(number).position
  }

  batch(number: number): BatchRecord {
    return Records.decodeRecord(this.#read(Keys.batch(number), `batch ${number}`))
  }

  payload(number: number): Uint8Array {
    return this.#read(Keys.payload(number), `the payload of batch ${number}`)
  }

  diff(number: number): StateDiff.StateDiff {
    return StateDiff.decode(this.#read(Keys.diff(number), `the diff of batch ${number}`))
  }

  /** The block, or undefined if there is none yet. `B` is what `commit` got. */
  block<B extends StoredBlock>(number: bigint): B | undefined {
    if (number > this.newestBlock) return undefined
    const record = this.#database.getSync(Keys.block(number))
    return record === undefined ? undefined : Records.decodeRecord<B>(record)
  }

  /** The number of the block with this hash. */
  blockNumber(hash: Uint8Array): bigint | undefined {
    const record = this.#database.getSync(Keys.blockHash(hash))
    const number = record && Records.decodeRecord<{ number: bigint }>(record).number
    return number === undefined || number > this.newestBlock ? undefined : number
  }

  /** Where an executed transaction is. */
  transaction(hash: Uint8Array): { block: bigint; index: number } | undefined {
    const record = this.#database.getSync(Keys.transaction(hash))
    const place = record && Records.decodeRecord<{ block: bigint; index: number }>(record)
    return place === undefined || place.block > this.newestBlock ? undefined : place
  }

  /** The state after a batch as a trie. */
  stateAt(number: number): StateTrie {
    this.#assertKept(number)
    return this.tries.at(number, (batch) => this.diff(batch))
  }

  /** The root of the newest state, computed from its flat pairs alone (N-27); rejects if its trie has another one. */
  checkState(): Promise<Uint8Array> {
    return this.#alone(async () => {
      const [flatRoot, { stateRoot }] = [await FlatRoot.rootOf(this.#database), this.stateAt(this.#meta.newest)]
      if (Word.equals(flatRoot, stateRoot)) return flatRoot
      const [ours, theirs] = [flatRoot, stateRoot].map((root) => Buffer.from(root).toString('hex'))
      throw new StoreError(
        this.location,
        `is damaged: its flat pairs have the root ${ours}, its diffs lead to ${theirs}`,
      )
    })
  }

  /** Adds a batch to the newest one. */
  commit(batch: ExecutedBatch): Promise<BatchRecord> {
    return this.#alone(() => this.#commit(batch))
  }

  /** Takes back all batches after `number`, the newest first, each in one atomic write (N-3). */
  undoTo(number: number): Promise<void> {
    return this.#alone(async () => {
      this.#assertKept(number)
      while (this.#meta.newest > number) await this.#undoNewest()
    })
  }

  /** Stores the trie of the state after a batch, so that later ones start from it. */
  storeTrie(number: number): Promise<void> {
    return this.#alone(() => this.#storeTrie(number))
  }

  /** h(S) after a batch, if it has been computed and kept. */
  knownRoot(number: number): Uint8Array | undefined {
    this.#assertKept(number)
    return this.#database.getSync(Keys.root(number)) ?? this.#database.getSync(Keys.rootAlone(number))
  }

  /** What another thread has to know to scan the state after a batch, for its root alone or with the nodes of its trie. */
  planScan(number: number, withNodes: boolean): ScanPlan {
    this.#assertKept(number)
    const { chainHash } = this.position(number)
    return { number, chainHash, withNodes, sweeps: this.#sweeps }
  }

  /**
   * Stores what another thread has found, between other writes (N-25). Gives false, and drops it, if its batch is not in
   * the chain any more or earlier portions may have been swept.
   */
  adopt(plan: ScanPlan, portion: ScanPortion): Promise<boolean> {
    return this.#alone(async () => {
      if (!this.#fits(plan)) return false
      const { number, withNodes } = plan
      const writes = [...writesIn(portion.nodes)]
      if (portion.root !== undefined) {
        writes.push({ key: withNodes ? Keys.root(number) : Keys.rootAlone(number), value: portion.root })
      }
      await this.#write(writes, this.#meta)
      if (withNodes && portion.root !== undefined) this.tries.markStored(number)
      return true
    })
  }

  /**
   * Forgets what only states before batch `base` need: their diffs, replaced values and stored tries. The trie after
   * `base` is stored first. Payloads, blocks and receipts stay (N-7).
   */
  prune(base: number): Promise<void> {
    return this.#alone(() => this.#prune(base))
  }

  async *#flatPairs(): AsyncGenerator<Pair[]> {
    for await (const pairs of portionsOf(this.#database, ['a', 's'])) {
      if (this.#isClosed) throw new StoreError(this.location, 'was closed while its state was read into memory')
      yield pairs
    }
  }

  async #commit(batch: ExecutedBatch): Promise<BatchRecord> {
    const { newest } = this
    if (!Word.equals(batch.header.previous, newest.chainHash)) {
      throw new StoreError(this.location, `has batch ${newest.number} as its newest, which this one does not follow`)
    }
    const record = recordOf(batch, newest.number + 1, this.newestBlock)
    const { number } = record
    const { writes, undo } = this.state.apply(batch.diff)
    for (const code of batch.codes) writes.push(codeWrite(code))
    writes.push(
      { key: Keys.batch(number), value: Records.encodeRecord(record) },
      { key: Keys.payload(number), value: batch.payload },
      { key: Keys.diff(number), value: StateDiff.encode(batch.diff) },
      { key: Keys.undo(number), value: encodeWrites(undo) },
      ...batch.blocks.flatMap(blockWrites),
    )
    await this.#write(writes, { ...this.#meta, newest: number })
    return record
  }

  async #storeTrie(number: number): Promise<void> {
    if (this.tries.isStored(number)) return
    await this.#write(this.tries.writesOf(number, this.stateAt(number)), this.#meta)
    this.tries.markStored(number)
  }

  async #prune(base: number): Promise<void> {
    this.#assertKept(base)
    await this.#storeTrie(base)
    const isGone = (number: number) => number < base
    const writes: Write[] = this.tries.removalOf(isGone)
    for (let number = this.#meta.pruned + 1; number <= base; number++) {
      for (const keyOf of [Keys.diff, Keys.undo, Keys.rootAlone]) writes.push({ key: keyOf(number), value: undefined })
    }
    await this.#write(writes, { ...this.#meta, pruned: base })
    this.tries.forget(isGone)
    this.tries.forgetForks() // they may refer to nodes that no stored trie has
    this.#sweeps++ // of a scan that began before there may be nodes already, and no root
    await this.#sweepNodes()
  }

  /** Whether what was scanned by `plan` is of this chain, and what was stored of it is still there. */
  #fits({ number, chainHash, withNodes, sweeps }: ScanPlan): boolean {
    if (this.#isClosed || (withNodes && sweeps !== this.#sweeps) || number > this.#meta.newest) return false
    return Word.equals(this.position(number).chainHash, chainHash)
  }

  async #undoNewest(): Promise<void> {
    const number = this.#meta.newest
    const { firstBlock, blockCount } = this.batch(number)
    const writes = this.#undoOf(number)
    for (let at = 0; at < blockCount; at++) {
      for (const { key } of blockWrites(this.block(firstBlock + BigInt(at))!)) writes.push({ key, value: undefined })
    }
    for (const keyOf of [Keys.batch, Keys.payload, Keys.diff, Keys.undo, Keys.rootAlone]) {
      writes.push({ key: keyOf(number), value: undefined })
    }
    const isGone = (other: number) => other >= number
    writes.push(...this.tries.removalOf(isGone))
    await this.#write(writes, { ...this.#meta, newest: number - 1 })
    this.tries.forget(isGone)
  }

  /** The writes that take a batch's diff back. */
  #undoOf(number: number): Write[] {
    const undo = this.#read(Keys.undo(number), `the replaced records of batch ${number}`)
    try {
      return [...writesIn(undo)]
    } catch (error) {
      throw new StoreError(this.location, `has damaged what batch ${number} replaced: ${(error as Error).message}`)
    }
  }

  /** Deletes the trie nodes that no stored root reaches. A crash in between leaves some of them for the next time. */
  async #sweepNodes(): Promise<void> {
    const live = this.tries.liveNodes()
    let writes: Write[] = []
    for await (const key of this.#database.keys(Keys.range('n'))) {
      if (live.has(Word.nameOf(key.subarray(1)))) continue
      writes.push({ key, value: undefined })
      if (writes.length < 10_000) continue
      await this.#write(writes, this.#meta)
      writes = []
    }
    await this.#write(writes, this.#meta)
  }

  /** Runs what writes when nothing else does: writers take turns. */
  #alone<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#turn.then(write)
    this.#turn = written.catch(() => undefined)
    return written
  }

  async #write(writes: readonly Write[], meta: Meta): Promise<void> {
    if (this.#hasFailed) throw new StoreError(this.location, 'has failed to write: open it again')
    try {
      await Database.writeAll(this.#database, [...writes, { key: Keys.meta, value: Records.encodeRecord(meta) }])
    } catch (error) {
      this.#hasFailed = true
      this.#cache.clear()
      throw error
    }
    this.#cache.written(writes)
    if (meta.newest !== this.#meta.newest) this.#head = this.#headAt(meta.newest)
    this.#meta = meta
  }

  #headAt(number: number): Head {
    return headOf(this.#meta.genesisRoot, number === 0 ? undefined : this.batch(number))
  }

  #read(key: Uint8Array, what: string): Uint8Array {
    const value = this.#database.getSync(key)
    if (value === undefined) throw new StoreError(this.location, `doesn't have ${what}`)
    return value
  }

  #assertKept(number: number): void {
    const { pruned, newest } = this.#meta
    if (Number.isSafeInteger(number) && number >= pruned && number <= newest) return
    throw new StoreError(this.location, `keeps the states after batches ${pruned} to ${newest}, not ${number}`)
  }
}

function readerOf(database: Database.Database): KeyValueReader {
  return { get: (key) => database.getSync(key) }
}
