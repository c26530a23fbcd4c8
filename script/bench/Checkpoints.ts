/**
 * The cost of a checkpoint, as a node makes it (N-25). It is off the way of a batch, but somebody has to pay for it: a batch's
 * share of it is added to what ours costs. It is the same whatever the batches changed.
 */
import { cp } from 'node:fs/promises'
import * as Word from '../../prover/commitment/Word.ts'
import * as Database from '../../prover/state/Database.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import * as Records from '../../prover/state/StoreRecords.ts'
import { TrieScan } from '../../prover/state/TrieScan.ts'
import { writesIn } from '../../prover/state/WriteBuffer.ts'
import { timed } from './Design.ts'

/**
 * Milliseconds of a checkpoint of the flat state in a directory: the root and the nodes of its trie, which are written to
 * `copy`, synced to disk portion by portion.
 */
export async function measure(directory: string, copy: string): Promise<number> {
  await cp(directory, copy, { recursive: true })
  const database = await Database.open(copy, false)
  const meta = { newest: 0, pruned: 0 } satisfies Partial<Records.Meta>
  await Database.writeAll(database, [{ key: Keys.meta, value: Records.encodeRecord(meta) }])
  const [milliseconds] = await timed(() => scan(database))
  await Database.close(database)
  return milliseconds
}

async function scan(database: Database.Database): Promise<void> {
  const scanning = await TrieScan.begin(database, { number: 0, chainHash: Word.zero, withNodes: true, sweeps: 0 })
  for (;;) {
    const portion = await scanning!.next()
    const writes = [...writesIn(portion.nodes)]
    if (portion.root !== undefined) writes.push({ key: Keys.root(0), value: portion.root })
    await Database.writeAll(database, writes)
    if (portion.root !== undefined) return
  }
}
