/** Measures all designs on one state, in one process. */
import { join } from 'node:path'
import * as Checkpoints from './Checkpoints.ts'
import * as Databases from './Databases.ts'
import type { Counters, Design, Outcome, SealedBatch, Split } from './Design.ts'
import { FlatDesign } from './FlatDesign.ts'
import { Accounts, Contracts, stateOf } from './Population.ts'
import * as Roots from './Roots.ts'
import { medianOf } from './Statistics.ts'
import { StockDesign } from './StockDesign.ts'
import * as Traffic from './Traffic.ts'

export interface Plan {
  /** Accounts, and slots, of the state. */
  readonly size: number
  /** Transactions of a batch, one measurement for each. */
  readonly counts: readonly number[]
  /** Batches that are measured of each count; one more comes first and is not measured. */
  readonly rounds: number
  /** Batches between two checkpoints. */
  readonly interval: number
  /** Reads the flat pairs of every batch from the database anew. */
  readonly cold: boolean
}

/** What was measured of one design and one count of transactions: medians over the rounds, per batch. */
export interface Measured {
  readonly split: Split
  /** A batch's share of a checkpoint, in milliseconds; 0 of a design that has a root after every batch. */
  readonly checkpoint: number
  readonly total: number
  readonly counters: Counters
}

type Designs = Readonly<Record<'ours' | 'threaded' | 'mpt' | 'mptInMemory', FlatDesign>> & {
  readonly stock: StockDesign
}
export type DesignName = keyof Designs
export type Comparison = Record<DesignName, Measured>
export const workloads = ['transfers', 'swaps'] as const
export type WorkloadName = (typeof workloads)[number]

/** By count of transactions. */
export type Batches = Record<string, Record<WorkloadName, Comparison>>

export interface Result {
  readonly batches: Batches
  readonly roots: Roots.Result
}

/** Everything that depends on the size of the state. */
export async function measure(folder: string, plan: Plan): Promise<Result> {
  const { batches, paths, accounts } = await measureBatches(folder, plan)
  return { batches, roots: await Roots.measure(paths, accounts, plan.size) }
}

/** The designs in the same batches. Their databases are still there. */
export async function measureBatches(folder: string, plan: Plan) {
  const { size, rounds, interval, cold } = plan
  // The largest batches first, so that the small ones are not what warms the compiler up.
  const counts = plan.counts.toSorted((a, b) => b - a)
  const contracts = new Contracts(64)
  const accounts = new Accounts()
  const sizes = counts.flatMap((count) => Array.from({ length: rounds + 1 }, () => count))
  const traffic: Record<WorkloadName, Uint8Array[][]> = {
    transfers: Traffic.transferBatches(accounts, contracts, size, sizes),
    swaps: Traffic.swapBatches(contracts, sizes),
  }
  const paths = await Databases.build(folder, stateOf(contracts, accounts, size), contracts.codes)
  const checkpoint = (await Checkpoints.measure(paths.flat, join(folder, 'checkpoint'))) / interval
  const race = await Race.start(paths, String(size), cold)
  const batches: Batches = {}
  for (const workload of workloads) {
    for (const [index, count] of counts.entries()) {
      const first = index * (rounds + 1)
      await race.run(traffic[workload].slice(first, first + rounds + 1))
      batches[count] ??= {} as Record<WorkloadName, Comparison>
      batches[count][workload] = race.summary(checkpoint)
    }
  }
  await race.end()
  return { batches, paths, accounts }
}

/** The designs side by side, with the outcomes of their newest batches. */
class Race {
  readonly #label: string
  readonly #designs: Designs
  #outcomes = new Map<Design, Outcome[]>()
  #batches = 0

  private constructor(label: string, designs: Designs) {
    this.#label = label
    this.#designs = designs
  }

  static async start(paths: Databases.Databases, label: string, cold: boolean): Promise<Race> {
    const root = paths.stateRoot
    return new Race(label, {
      ours: await FlatDesign.open(paths.flat, { cold }),
      threaded: await FlatDesign.open(paths.threaded, { cold, threaded: true }),
      mpt: await FlatDesign.open(paths.trie, { cold, root }),
      mptInMemory: await FlatDesign.open(paths.trieInMemory, { cold, root, nodesInMemory: true }),
      stock: await StockDesign.open(paths.stock, root),
    })
  }

  /** Runs the batches on all designs. The first batch is not measured. */
  async run(batches: readonly Uint8Array[][]): Promise<void> {
    const designs: Design[] = Object.values(this.#designs)
    this.#outcomes = new Map(designs.map((design) => [design, []]))
    for (const [turn, transactions] of batches.entries()) {
      const batch: SealedBatch = { transactions, ...this.#designs.ours.nextBlock() }
      // After the last one comes the first one again, whose signers are as much work as any others.
      const next = { ...batch, transactions: batches[(turn + 1) % batches.length]! }
      for (const design of orderOf(this.#designs, turn)) {
        // Nobody pays for another's young garbage. (A whole collection would throw away what the compiler knows of the objects
        // of which none is alive between two batches: whoever comes next would run ten times slower.)
        globalThis.gc?.({ type: 'minor' })
        this.#outcomes.get(design)!.push(await design.run(batch, next))
      }
      await this.#assertSame(batch.number)
      this.#batches++
      process.stderr.write(`\r${this.#label}: ${this.#batches} batches of each design`)
    }
    for (const outcomes of this.#outcomes.values()) outcomes.shift()
  }

  summary(checkpoint: number): Comparison {
    const summaries = Object.entries(this.#designs).map(([name, design]) => {
      const isOurs = name === 'ours' || name === 'threaded'
      return [name, summaryOf(this.#outcomes.get(design)!, isOurs ? checkpoint : 0)] as const
    })
    return Object.fromEntries(summaries) as Comparison
  }

  async end(): Promise<void> {
    process.stderr.write('\n')
    for (const design of Object.values(this.#designs)) await design.close()
  }

  async #assertSame(number: bigint): Promise<void> {
    const { ours, mpt, mptInMemory, stock } = this.#designs
    const roots = [mpt.stateRoot, mptInMemory.stateRoot, await stock.adopt(ours.systemSlots())]
    assertEqual(
      `the state root after block ${number}`,
      roots.map((root) => Buffer.from(root).toString('hex')),
    )
    const effects = Array.from(this.#outcomes.values(), (outcomes) => outcomes.at(-1)!.effects)
    assertEqual(`the gas and the logs of block ${number}`, effects)
  }
}

/**
 * The order of a turn: stock, which takes as long as many turns of the others, then those right after one another, so that the
 * machine is as fast for all of them. In four turns each of them is the first once, and comes right behind every other one
 * once. (A machine that gives bursts of its cores is slower behind the design that uses two.)
 */
function orderOf({ stock, ...others }: Designs, turn: number): Design[] {
  const four = Object.values(others)
  return [stock, ...[0, 1, 3, 2].map((index) => four[(index + turn) % four.length]!)]
}

function assertEqual(what: string, values: readonly string[]): void {
  if (new Set(values).size === 1) return
  throw new Error(`expected all designs to agree on ${what}, got ${values.join(' and ')}`)
}

function summaryOf(outcomes: readonly Outcome[], checkpoint: number): Measured {
  const middle = (figureOf: (outcome: Outcome) => number) => medianOf(outcomes.map(figureOf))
  return {
    split: {
      recover: middle(({ split }) => split.recover),
      execute: middle(({ split }) => split.execute),
      read: middle(({ split }) => split.read),
      commit: middle(({ split }) => split.commit),
    },
    checkpoint,
    total: checkpoint + middle(({ split }) => split.recover + split.execute + split.commit),
    counters: {
      reads: middle(({ counters }) => counters.reads),
      writes: middle(({ counters }) => counters.writes),
      bytesWritten: middle(({ counters }) => counters.bytesWritten),
      keccaks: middle(({ counters }) => counters.keccaks),
    },
  }
}
