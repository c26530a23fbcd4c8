/** Measures all designs on one state, in one process. */
import * as Databases from './Databases.ts'
import type { Counters, Design, Outcome, SealedBatch, Split } from './Design.ts'
import { FlatDesign } from './FlatDesign.ts'
import { Accounts, Contracts, stateOf } from './Population.ts'
import { StockDesign } from './StockDesign.ts'
import * as Traffic from './Traffic.ts'

/** Batches that are measured of each count of transactions; one more comes first and is not measured. */
export const rounds = 5

/** What was measured of one design and one count of transactions: medians over the rounds, per batch. */
export interface Measured {
  readonly split: Split
  readonly total: number
  readonly counters: Counters
}

/** By count of transactions, then by design. */
export type Result = Record<string, Record<string, Measured>>

export async function measure(folder: string, stateSize: number, counts: readonly number[]): Promise<Result> {
  const contracts = new Contracts(64)
  const accounts = new Accounts()
  const sizes = counts.flatMap((count) => Array.from({ length: rounds + 1 }, () => count))
  const sealed = Traffic.transferBatches(accounts, contracts, stateSize, sizes)
  const paths = await Databases.build(folder, stateOf(contracts, accounts, stateSize), contracts.codes)
  const flat = await FlatDesign.open(paths.flat)
  const trie = await FlatDesign.open(paths.trie, paths.stateRoot)
  const stock = await StockDesign.open(paths.stock, paths.stateRoot)
  const designs: Design[] = [flat, trie, stock]
  const outcomes = new Map<Design, Outcome[]>(designs.map((design) => [design, []]))
  for (const [index, transactions] of sealed.entries()) {
    const batch: SealedBatch = { transactions, ...flat.nextBlock() }
    // The order alternates, so that no design always runs behind the same one.
    for (const design of index % 2 === 0 ? designs : designs.toReversed()) {
      outcomes.get(design)!.push(await design.run(batch))
    }
    const roots = [trie.stateRoot, await stock.adopt(flat.systemSlots())]
    const gas = designs.map((design) => outcomes.get(design)!.at(-1)!.gasUsed)
    assertSame(
      `the state root after batch ${index}`,
      roots.map((root) => Buffer.from(root).toString('hex')),
    )
    assertSame(`the gas of batch ${index}`, gas.map(String))
    process.stderr.write(
      `\r${stateSize}: batch ${index + 1} of ${sealed.length}${index + 1 < sealed.length ? '' : '\n'}`,
    )
  }
  for (const design of designs) await design.close()
  return summaryOf(counts, outcomes)
}

function assertSame(what: string, values: readonly string[]): void {
  if (new Set(values).size !== 1)
    throw new Error(`expected all designs to agree on ${what}, got ${values.join(' and ')}`)
}

function summaryOf(counts: readonly number[], outcomes: ReadonlyMap<Design, readonly Outcome[]>): Result {
  const result: Result = {}
  for (const [index, count] of counts.entries()) {
    const first = index * (rounds + 1) + 1
    const byDesign = [...outcomes].map(([{ name }, all]) => [name, medianOf(all.slice(first, first + rounds))])
    result[count] = Object.fromEntries(byDesign)
  }
  return result
}

function medianOf(outcomes: readonly Outcome[]): Measured {
  const middle = (figureOf: (outcome: Outcome) => number) => {
    const sorted = outcomes.map(figureOf).sort((a, b) => a - b)
    return sorted[sorted.length >> 1]!
  }
  return {
    split: {
      recover: middle(({ split }) => split.recover),
      execute: middle(({ split }) => split.execute),
      read: middle(({ split }) => split.read),
      commit: middle(({ split }) => split.commit),
    },
    total: middle(({ split }) => split.recover + split.execute + split.commit),
    counters: {
      reads: middle(({ counters }) => counters.reads),
      writes: middle(({ counters }) => counters.writes),
      bytesWritten: middle(({ counters }) => counters.bytesWritten),
      keccaks: middle(({ counters }) => counters.keccaks),
    },
  }
}
