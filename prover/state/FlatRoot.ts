// The state root from the flat pairs alone: no node of a stored trie is read (N-27).
import type { Snapshot } from 'classic-level'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { Database } from './Database.ts'
import { FlatPairs } from './FlatPairs.ts'
import { encodeAccount, FlatStateError, slotCountOf, type Write } from './FlatState.ts'
import { hashPrefix } from './RlpBuffer.ts'
import type { SortedState } from './StateTrie.ts'
import * as Keys from './StoreKeys.ts'
import { emptyRoot } from './Trie.ts'
import { TrieHasher } from './TrieHasher.ts'
import type { RecordSink } from './TrieRecord.ts'

/** Computes the root of the newest state, as the pairs have it at one moment of the database. */
export async function rootOf(database: Database): Promise<Uint8Array> {
  const snapshot = database.snapshot()
  try {
    const steps = scan(database, snapshot)
    for (;;) {
      const { done, value } = await steps.next()
      if (done) return value
    }
  } finally {
    await snapshot.close()
  }
}

/** Computes the root of a state that is in no database yet, and hands the records of its tries' nodes to `put`, children first. */
export function build(state: SortedState, put: RecordSink): Uint8Array {
  const steps = buildInSteps(state, put)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** `build` with a pause after every thousand accounts and slots, for whoever can't keep more than that until it is written. */
export function* buildInSteps(state: SortedState, put: RecordSink): Generator<void, Uint8Array> {
  const trie = new TrieHasher(put)
  const storage = new TrieHasher(put)
  const root = new Uint8Array(32)
  let leaves = 0
  for (const { accountKey, account, slots } of state) {
    for (const [slotKey, value] of slots) {
      storage.add(slotKey, 0, item, writeSlot(Word.toInteger(value)))
      if (++leaves % 1_000 === 0) yield
    }
    storage.finish(root, 0)
    trie.add(accountKey, 0, item, writeAccount(encodeAccount(account, 0), root))
    if (++leaves % 1_000 === 0) yield
  }
  trie.finish(root, 0)
  return root
}

/**
 * Computes the root of the state that the pairs of a snapshot have but for `writes`, which are in the order of their keys, and
 * hands the records of its tries' nodes to `put`, children first. Pauses after every chunk of pairs. That an account has as many slots as
 * it says, and that every slot has an account, is checked on the way.
 */
export async function* scan(
  database: Database,
  snapshot: Snapshot,
  writes: readonly Write[] = [],
  put?: RecordSink,
): AsyncGenerator<void, Uint8Array> {
  const pairsOf = (letter: string) =>
    new FlatPairs(
      database,
      letter,
      snapshot,
      writes.filter(({ key }) => Keys.isOf(letter, key)),
    )
  const [accounts, slots] = [pairsOf('a'), pairsOf('s')]
  try {
    return yield* hashPairs(accounts, slots, put)
  } finally {
    await Promise.all([accounts.close(), slots.close()])
  }
}

async function* hashPairs(
  accounts: FlatPairs,
  slots: FlatPairs,
  put: RecordSink | undefined,
): AsyncGenerator<void, Uint8Array> {
  const trie = new TrieHasher(put)
  const storage = new TrieHasher(put)
  const storageRoot = new Uint8Array(emptyRoot)
  while (await accounts.hasMore()) {
    yield
    while (accounts.isReady) {
      const [key, record] = accounts.next()
      const slotCount = slotCountOf(record)
      if (slotCount > 0) yield* addSlots(storage, slots, key, slotCount)
      storage.finish(storageRoot, 0)
      trie.add(key, 1, item, writeAccount(record, storageRoot))
    }
  }
  if (await slots.hasMore()) throw new FlatStateError(`Slot ${hex(slots.next()[0], 1)} is of no account.`)
  const root = new Uint8Array(32)
  trie.finish(root, 0)
  return root
}

/** Adds the next `count` slots, which have to be all of the account that `accountRecordKey` is of. */
async function* addSlots(
  storage: TrieHasher,
  slots: FlatPairs,
  accountRecordKey: Uint8Array,
  count: number,
): AsyncGenerator<void, void> {
  for (let index = 0; index < count; index++) {
    if (!slots.isReady && (await slots.hasMore())) yield // each of which costs more than a slot
    const pair = slots.isReady ? slots.next() : undefined
    if (pair === undefined || !isSlotOf(pair[0], accountRecordKey)) {
      throw new FlatStateError(
        `Account ${hex(accountRecordKey, 1)} has other slots than the ${count} that it should have.`,
      )
    }
    storage.add(pair[0], 33, item, writeSlot(pair[1]))
  }
}

function isSlotOf(key: Uint8Array, accountRecordKey: Uint8Array): boolean {
  for (let index = 1; index <= 32; index++) if (key[index] !== accountRecordKey[index]) return false
  return true
}

/** The item of the leaf that is written next. */
const item = new Uint8Array(128)

/** Writes what the leaf of an account holds, RLP as an RLP string, straight from the record; gives its length. */
function writeAccount(record: Uint8Array, storageRoot: Uint8Array): number {
  const nonceEnd = 3 + record[0]!
  const balanceEnd = nonceEnd + record[1]!
  const countEnd = balanceEnd + record[2]!
  let at = writeInteger(record, 3, nonceEnd, 4)
  at = writeInteger(record, nonceEnd, balanceEnd, at)
  at = writeHash(storageRoot, 0, at)
  at = record.length === countEnd ? writeHash(StateDiff.emptyCodeHash, 0, at) : writeHash(record, countEnd, at)
  item[0] = 0xb8
  item[1] = at - 2
  item[2] = 0xf8 // with two hashes it is longer than 55 bytes, and shorter than 256
  item[3] = at - 4
  return at
}

/** Writes what the leaf of a slot holds, RLP as an RLP string; gives its length. */
function writeSlot(record: Uint8Array): number {
  const end = writeInteger(record, 0, record.length, 1)
  item[0] = 0x80 + end - 1
  if (end > 2) return end
  item[0] = item[1]! // a single byte is its own RLP, and this its own again
  return 1
}

/** Writes the RLP of the number in [start, end) of a record to the item; gives where it ends. */
function writeInteger(record: Uint8Array, start: number, end: number, offset: number): number {
  let at = offset
  if (end !== start + 1 || record[start]! >= 0x80) item[at++] = 0x80 + end - start
  for (let index = start; index < end; index++) item[at++] = record[index]!
  return at
}

function writeHash(bytes: Uint8Array, start: number, at: number): number {
  item[at] = hashPrefix
  for (let index = 0; index < 32; index++) item[at + 1 + index] = bytes[start + index]!
  return at + 33
}

function hex(bytes: Uint8Array, start: number): string {
  return Buffer.from(bytes).toString('hex', start)
}
