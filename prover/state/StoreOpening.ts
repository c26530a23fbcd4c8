// What an opened directory has to be before it is a store.
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Database from './Database.ts'
import * as FlatRoot from './FlatRoot.ts'
import { codeWrite, FlatState, type Write } from './FlatState.ts'
import * as Genesis from './Genesis.ts'
import * as Keys from './StoreKeys.ts'
import type { Meta } from './StoreRecords.ts'
import * as Records from './StoreRecords.ts'
import type { RecordSink } from './TrieRecord.ts'

/** Format of the store. A change of any key or value needs a new one. */
export const version = 4

/** What a store says of itself; undefined of an empty directory. */
export function readMeta(database: Database.Database): Meta | undefined {
  const record = database.getSync(Keys.meta)
  return record === undefined ? undefined : Records.decodeRecord<Meta>(record)
}

/** The batches with a stored trie. */
export async function storedTriesIn(database: Database.Database): Promise<number[]> {
  const keys = await database.keys(Keys.range('r')).all()
  return keys.map(Keys.numberOf)
}

/** Writes the genesis, all or nothing. */
export async function create(database: Database.Database, directory: string, genesis: Genesis.Genesis): Promise<Meta> {
  for await (const _ of database.keys({ limit: 1 })) {
    throw new StoreError(directory, 'holds a database of another program')
  }
  const nodes: Write[] = []
  // What comes is overwritten soon.
  const put: RecordSink = (hash, record) => nodes.push({ key: Keys.node(hash), value: Buffer.from(record) })
  const state = [...Genesis.toState(genesis)]
  const genesisRoot = FlatRoot.build(state, put)
  const diff = state.map(({ accountKey, account, slots }) => {
    const changes = Array.from(slots, ([slotKey, value]) => ({ slotKey, value: Word.fromBigint(value) }))
    return { accountKey, kind: StateDiff.kinds.set, account, slots: changes }
  })
  const { writes } = new FlatState({ get: () => undefined }).apply(diff)
  for (const { code } of genesis.accounts) if (code.length > 0) writes.push(codeWrite(code))
  writes.push({ key: Keys.root(0), value: genesisRoot })
  const identity = Genesis.identityOf(genesis)
  const meta: Meta = { version, identity, genesisRoot, newest: 0, pruned: 0 }
  await Database.writeAll(database, [...nodes, ...writes, { key: Keys.meta, value: Records.encodeRecord(meta) }])
  return meta
}

/** Refuses a store of another format, or of another chain. */
export function assertFits(meta: Meta, directory: string, genesis: Genesis.Genesis): void {
  if (meta.version !== version) {
    throw new StoreError(
      directory,
      `has format ${meta.version}, expected ${version}: derive it anew in an empty directory`,
    )
  }
  if (!Word.equals(meta.identity, Genesis.identityOf(genesis))) {
    throw new StoreError(
      directory,
      'was made with another genesis (other chain constants or accounts) than the one given',
    )
  }
}

/** The store can't be used, or not for what was asked. The message names its directory. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  constructor(directory: string, problem: string) {
    super(`Store ${directory} ${problem}.`)
  }
}
