/**
 * The cost of a checkpoint: the state root after an interval of batches, by the union of their diffs, as a node
 * makes it. It is off the way of a batch, but somebody has to pay for it: a batch's share of it is added to what ours costs.
 */
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import type { Write } from '../../prover/state/FlatState.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import { Random } from '../../prover/workload/Random.ts'
import { type Database, timed } from './Design.ts'
import { writeSynced } from './FlatDesign.ts'
import { type Accounts, type Contracts, slotOf } from './Population.ts'

/** Milliseconds from the diffs of an interval, as they are stored, to the trie after them, synced to disk. */
export async function measure(
  database: Database,
  stateRoot: Uint8Array,
  diffs: Iterable<StateDiff.StateDiff>,
): Promise<number> {
  const stored = Array.from(diffs, StateDiff.encode)
  const nodes = { node: (hash: Uint8Array) => database.getSync(Keys.node(hash)) }
  const [milliseconds] = await timed(() => {
    const base = StateTrie.at(stateRoot, nodes, (codeHash) => database.getSync(Keys.code(codeHash))!)
    const trie = base.applyDiffs(decoded(stored))
    const writes: Write[] = [{ key: Keys.root(1), value: trie.stateRoot }]
    trie.persist((hash, encoded) => writes.push({ key: Keys.node(hash), value: encoded }))
    return writeSynced(database, writes)
  })
  return milliseconds
}

function* decoded(diffs: Iterable<Uint8Array>): Generator<StateDiff.StateDiff> {
  for (const diff of diffs) yield StateDiff.decode(diff)
}

/** The diffs of `interval` batches of transfers: what they change is drawn as `Traffic.transferBatches` draws it. */
export function* transferDiffs(
  accounts: Accounts,
  contracts: Contracts,
  size: number,
  count: number,
  interval: number,
): Generator<StateDiff.StateDiff> {
  const random = new Random(`checkpoint ${size} ${count}`)
  for (let batch = 1; batch <= interval; batch++) {
    const changes = new Map<string, StateDiff.AccountChange>()
    const slots = new Map<string, StateDiff.SlotChange>()
    const change = (index: number) => {
      const accountKey = keccak256(accounts.address(index))
      const account = { nonce: 1n, balance: BigInt(batch), codeHash: StateDiff.emptyCodeHash }
      changes.set(nameOf(accountKey), { accountKey, kind: StateDiff.kinds.set, account, slots: [] })
    }
    const changeBalance = (index: number) => {
      const slotKey = keccak256(slotOf(accounts.address(index)))
      slots.set(nameOf(slotKey), { slotKey, value: Word.fromBigint(BigInt(batch)) })
    }
    for (let index = 0; index < count; index++) {
      const [sender, recipient] = [random.below(size), random.below(size)]
      change(sender)
      if (index % 2 === 0) change(recipient)
      else for (const holder of [sender, recipient]) changeBalance(holder)
    }
    const accountKey = keccak256(contracts.coin)
    const kind = StateDiff.kinds.storageOnly
    changes.set(nameOf(accountKey), { accountKey, kind, account: undefined, slots: sorted(slots) })
    yield sorted(changes)
  }
}

/** Diffs again and again, as of users who change the same keys in every batch. */
export function* repeat(diffs: readonly StateDiff.StateDiff[], interval: number): Generator<StateDiff.StateDiff> {
  for (let batch = 0; batch < interval; batch++) yield diffs[batch % diffs.length]!
}

/** In hexadecimal digits, which sort as the bytes do. */
function nameOf(key: Uint8Array): string {
  return Buffer.from(key).toString('hex')
}

function sorted<T>(byKey: ReadonlyMap<string, T>): T[] {
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}
