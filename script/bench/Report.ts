/** What the measurements say: ratios within one run, and counts per transaction. */
import type { Counters } from './Design.ts'
import type * as Dispute from './Dispute.ts'
import { type Comparison, type DesignName, type Measured, type WorkloadName, workloads } from './measure.ts'
import type * as Profile from './Profile.ts'
import type * as Roots from './Roots.ts'
import type { Contest } from './Statistics.ts'

interface PerTransaction {
  readonly reads: number
  readonly writes: number
  readonly bytes: number
  readonly keccaks: number
}

export interface Ratios {
  /** A whole batch after its recovery, with its share of a checkpoint; the nodes of the trie are read from the database. */
  readonly flatVsMpt: number
  /** The same without that share: what a batch waits for. */
  readonly flatVsMptWithoutCheckpoint: number
  /** The first one against a trie of which the records of all nodes are in memory. */
  readonly flatVsMptInMemory: number
  /** From signed bytes to a committed batch, with its share of a checkpoint; and if a thread recovers the signers. */
  readonly vsStock: number
  readonly threadedVsStock: number
  /** The same after recovery: what is left if the signers are known. */
  readonly knownSignersVsStock: number
  readonly executorVsRunTx: number
  readonly bytesMptVsFlat: number
}

/** What was measured of one workload, size of state and size of batch. */
export interface Figure {
  /** Milliseconds per batch. `ours` has its share of a checkpoint. */
  readonly ms: Readonly<Record<'oursExecutor' | DesignName, number>>
  readonly ratios: Ratios
  /** Ours. */
  readonly perTx: PerTransaction
  readonly designs: Record<DesignName, Measured & { readonly perTx: PerTransaction }>
}

/** The transfers, and the swaps besides. */
export type Row = Figure & { readonly swaps: Figure }

export interface Sizes {
  /** By size of the state, then of the batch. */
  readonly sizes: Record<string, Record<string, Row>>
  readonly roots: Record<string, Roots.Result>
}

/** Where and how the figures were measured. */
export interface Circumstances {
  readonly machine: string
  readonly rounds: number
  /** Batches between two checkpoints. */
  readonly interval: number
  /** Accounts and slots were read from the database in every batch anew. */
  readonly cold?: boolean
}

export interface Figures extends Partial<Sizes> {
  circumstances: Circumstances
  primitives?: Record<string, Contest>
  dispute?: Record<string, Dispute.Result>
  profile?: Profile.Result
  /** The profile of an older commit, to compare with. No run measures it. */
  before?: { readonly commit: string; readonly profile: Profile.Result }
}

export function rowOf(count: number, comparisons: Record<WorkloadName, Comparison>): Row {
  return { ...figureOf(count, comparisons.transfers), swaps: figureOf(count, comparisons.swaps) }
}

function figureOf(count: number, comparison: Comparison): Figure {
  const { ours, threaded, mpt, mptInMemory, stock } = comparison
  const designs = Object.entries(comparison).map(([name, measured]) => {
    return [name, { ...measured, perTx: perTransaction(measured.counters, count) }] as const
  })
  return {
    ms: {
      ours: ours.total,
      oursExecutor: ours.split.execute,
      threaded: threaded.total,
      mpt: mpt.total,
      mptInMemory: mptInMemory.total,
      stock: stock.total,
    },
    ratios: ratiosOf(comparison),
    perTx: perTransaction(ours.counters, count),
    designs: Object.fromEntries(designs) as Figure['designs'],
  }
}

function ratiosOf({ ours, threaded, mpt, mptInMemory, stock }: Comparison): Ratios {
  return {
    flatVsMpt: afterRecovery(mpt) / afterRecovery(ours),
    flatVsMptWithoutCheckpoint: afterRecovery(mpt) / (afterRecovery(ours) - ours.checkpoint),
    flatVsMptInMemory: afterRecovery(mptInMemory) / afterRecovery(ours),
    vsStock: stock.total / ours.total,
    threadedVsStock: stock.total / threaded.total,
    knownSignersVsStock: afterRecovery(stock) / afterRecovery(ours),
    executorVsRunTx: stock.split.execute / ours.split.execute,
    bytesMptVsFlat: mpt.counters.bytesWritten / ours.counters.bytesWritten,
  }
}

/** Without the recovery of senders, which is the same for flat pairs and a trie. */
function afterRecovery({ split, total }: Measured): number {
  return total - split.recover
}

function perTransaction({ reads, writes, bytesWritten, keccaks }: Counters, count: number): PerTransaction {
  return { reads: reads / count, writes: writes / count, bytes: bytesWritten / count, keccaks: keccaks / count }
}

/** The tables that a person reads: times of every design with their parts, then the ratios, for each workload. */
export function printRow(size: string, count: string, interval: number, row: Row): string {
  return workloads
    .map((workload) => {
      const title = `${size} accounts and slots, batches of ${count} ${workload}, a checkpoint every ${interval} batches`
      const { designs } = workload === 'transfers' ? row : row[workload]
      return [title, ...printComparison(Number(count), designs)].join('\n')
    })
    .join('\n\n')
}

function printComparison(count: number, comparison: Comparison): string[] {
  const times = ['ms', 'recover', 'execute', '(reads)', 'commit', 'checkpoint', 'tx/s']
  const rows = [['', ...times, 'reads/tx', 'writes/tx', 'bytes/tx', 'keccaks/tx']]
  for (const [name, { split, checkpoint, total, counters }] of Object.entries(comparison)) {
    const parts = [total, split.recover, split.execute, split.read, split.commit, checkpoint]
    const { reads, writes, bytes, keccaks } = perTransaction(counters, count)
    const perTx = [reads.toFixed(2), writes.toFixed(2), bytes.toFixed(0), keccaks.toFixed(1)]
    rows.push([name, ...parts.map((ms) => ms.toFixed(1)), ((1_000 * count) / total).toFixed(0), ...perTx])
  }
  const ratios = ratiosOf(comparison)
  return [
    ...table(rows),
    `flat against trie ${ratios.flatVsMpt.toFixed(2)} (without the checkpoint ${ratios.flatVsMptWithoutCheckpoint.toFixed(2)}, ` +
      `all nodes in memory ${ratios.flatVsMptInMemory.toFixed(2)}), ` +
      `against stock ${ratios.vsStock.toFixed(1)} (with a thread ${ratios.threadedVsStock.toFixed(1)}, ` +
      `signers known ${ratios.knownSignersVsStock.toFixed(1)}), executor against runTx ${ratios.executorVsRunTx.toFixed(1)}, ` +
      `bytes of the trie against flat ${ratios.bytesMptVsFlat.toFixed(1)}`,
  ]
}

export function printContests(title: string, contests: Readonly<Record<string, Contest>>): string {
  const rows = [[title, 'ours', 'theirs', 'ratio']]
  for (const [name, { ours, theirs, ratio }] of Object.entries(contests)) {
    rows.push([name, ours.toFixed(2), theirs.toFixed(2), ratio.toFixed(1)])
  }
  return table(rows).join('\n')
}

export function printDisputes(disputes: Readonly<Record<string, Dispute.Result>>): string {
  const rows = [['dispute', 'M gas', 'steps', 'run ms', 'count ms', 'moves ms', 'ratio', 'first ms', 'MiB']]
  for (const [name, { gas, steps, run, count, moves, ratio, first, memory }] of Object.entries(disputes)) {
    const times = [run, count, moves].map((ms) => ms.toFixed(0))
    rows.push([
      name,
      (gas / 1e6).toFixed(1),
      String(steps),
      ...times,
      ratio.toFixed(1),
      first.toFixed(0),
      memory.toFixed(0),
    ])
  }
  return table(rows).join('\n')
}

/** Milliseconds by part of the code, the pieces of work side by side, each with what it was before if that is given. */
export function printProfiles(profiles: Profile.Result, before?: Profile.Result): string {
  const columns = Object.entries(profiles).flatMap(([work, profile]) => {
    const now = { title: work, profile }
    return before === undefined
      ? [now]
      : [
          { title: work, profile: before[work] ?? {} },
          { ...now, title: 'now' },
        ]
  })
  const parts = [...new Set(columns.flatMap(({ profile }) => Object.keys(profile)))]
  const rows = parts.map((part) => [part, ...columns.map(({ profile }) => cell(profile[part]))])
  const sums = columns.map(({ profile }) => cell(Object.values(profile).reduce((sum, ms) => sum + ms, 0)))
  return table([['ms', ...columns.map(({ title }) => title)], ...rows, ['all', ...sums]]).join('\n')
}

function cell(milliseconds = 0): string {
  return milliseconds.toFixed(milliseconds < 1 ? 2 : milliseconds < 100 ? 1 : 0)
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
  )
}
