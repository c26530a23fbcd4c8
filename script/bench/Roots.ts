/** State roots as the tries here make them, and as `@ethereumjs/mpt` does, both with the same keccak. */
import { createMPT } from '@ethereumjs/mpt'
import { ClassicLevel } from 'classic-level'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Rlp from '../../prover/commitment/Rlp.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import { writeAll } from '../../prover/state/Database.ts'
import * as FlatRoot from '../../prover/state/FlatRoot.ts'
import { decodeAccount, type Write } from '../../prover/state/FlatState.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import type { Databases } from './Databases.ts'
import { type Database, levelOptions } from './Design.ts'
import type { Accounts } from './Population.ts'
import { type Contest, contest } from './Statistics.ts'
import { Level } from './StockDesign.ts'

/** Microseconds for each leaf. */
export interface Result {
  /** From all pairs of the flat store, accounts and slots, to the root, against `put` of accounts into a trie in memory. */
  readonly rebuild: Contest
  /** From 1,000 changed accounts to the new root, its nodes written, on the trie of the whole state. */
  readonly update: Contest
}

const rebuildRounds = 3
/** More of them, since a node updates its trie all the time: the first ones are of code that is not compiled yet. */
const updateRounds = 12
const updated = 1_000
/** `mpt.put` takes minutes for more; it gets slower for each account, the other side does not. */
const rebuilt = 10_000
const emptyStorage = keccak256(Uint8Array.of(0x80))

export async function measure(paths: Databases, accounts: Accounts, size: number): Promise<Result> {
  return { rebuild: await measureRebuild(paths), update: await measureUpdate(paths, accounts, size) }
}

async function measureRebuild(paths: Databases): Promise<Contest> {
  const database = await openDatabase(paths.flat)
  const leaves = (await countOf(database, 'a')) + (await countOf(database, 's'))
  const people = await peopleOf(database)
  const roots: { ours?: Uint8Array; theirs?: Uint8Array } = {}
  const result = await contest(
    rebuildRounds,
    leaves,
    async () => {
      roots.ours = await FlatRoot.rootOf(database)
    },
    async () => {
      const trie = await createMPT({ useKeyHashingFunction: keccak256 })
      for (const { accountKey, account } of people) await trie.put(accountKey, leafOf(account))
      roots.theirs = trie.root()
    },
    people.length,
  )
  await database.close()
  assertSameRoot(roots.ours!, await newestRootOf(paths))
  assertSameRoot(StateTrie.build(people, noCode).stateRoot, roots.theirs!)
  return result
}

/** The root of the state that the flat store has: the design with a trie has run the same batches. */
async function newestRootOf({ trie, stateRoot }: Databases): Promise<Uint8Array> {
  const database = await openDatabase(trie)
  const root = database.getSync(Keys.root(0)) ?? stateRoot
  await database.close()
  return root
}

async function countOf(database: Database, letter: string): Promise<number> {
  let count = 0
  for await (const _ of database.keys(Keys.range(letter))) count++
  return count
}

/** The first accounts of the flat store that have neither code nor storage. */
async function peopleOf(database: Database) {
  const people = []
  for await (const [key, value] of database.iterator(Keys.range('a'))) {
    if (people.length === rebuilt) break
    const account = decodeAccount(value)
    if (account.slotCount > 0 || !Word.equals(account.codeHash, StateDiff.emptyCodeHash)) continue
    people.push({ accountKey: key.subarray(1), account, slots: [] })
  }
  return people
}

/** Both sides go on from the trie that their last round has left, as a node does. */
async function measureUpdate(paths: Databases, accounts: Accounts, size: number): Promise<Contest> {
  const database = await openDatabase(paths.trie)
  const level = await Level.open(paths.stock)
  const nodes = { record: (hash: Uint8Array) => database.getSync(Keys.node(hash)) }
  const count = Math.min(updated, size)
  const diffs = Array.from({ length: updateRounds + 1 }, (_, round) => diffOf(accounts, size, count, round))
  let ours = StateTrie.at(paths.stateRoot, nodes, noCode)
  const options = { valueEncoding: 'view', useKeyHashingFunction: keccak256, cacheSize: 200_000 } as const
  const theirs = await createMPT({ db: level, root: paths.stateRoot, ...options })
  const result = await contest(
    updateRounds,
    count,
    async (round) => {
      ours = ours.applyDiff(diffs[round]!)
      const writes: Write[] = []
      ours.persist((hash, record) => writes.push({ key: Keys.node(hash), value: record }))
      await writeAll(database, writes)
    },
    async (round) => {
      theirs.checkpoint()
      for (const { accountKey, account } of diffs[round]!) await theirs.put(accountKey, leafOf(account!))
      await theirs.commit()
    },
  )
  await database.close()
  await level.close()
  assertSameRoot(ours.stateRoot, theirs.root())
  return result
}

/** `count` other accounts in every round, as long as there are any. */
function diffOf(accounts: Accounts, size: number, count: number, round: number): StateDiff.AccountChange[] {
  const stride = Math.floor(size / count)
  const account = { nonce: 1n, balance: BigInt(round + 1), codeHash: StateDiff.emptyCodeHash }
  const changes = Array.from({ length: count }, (_, index) => {
    const accountKey = keccak256(accounts.address(index * stride + (round % stride)))
    return { accountKey, kind: StateDiff.kinds.set, account, slots: [] }
  })
  return changes.sort((a, b) => Buffer.compare(a.accountKey, b.accountKey))
}

/** An account without storage, as the state trie holds it. */
function leafOf({ nonce, balance, codeHash }: StateDiff.Account): Uint8Array {
  const numbers = [nonce, balance].map(Rlp.encodeInteger)
  return Rlp.encodeList([...numbers, Rlp.encodeString(emptyStorage), Rlp.encodeString(codeHash)])
}

async function openDatabase(directory: string): Promise<Database> {
  const database: Database = new ClassicLevel(directory, levelOptions)
  await database.open()
  return database
}

function assertSameRoot(ours: Uint8Array, theirs: Uint8Array): void {
  if (Word.equals(ours, theirs)) return
  const digits = [ours, theirs].map((root) => Buffer.from(root).toString('hex'))
  throw new Error(`expected the same root from @ethereumjs/mpt, got ${digits.join(' and ')}`)
}

function noCode(): Uint8Array {
  throw new Error('a root needs no code')
}
