/** What the measurements say: ratios within one run, and counts per transaction. */
import type { Counters } from './Design.ts'
import type { Measured, Result } from './measure.ts'

export interface Row {
  /** Milliseconds per batch. */
  readonly ms: { readonly ours: number; readonly oursExecutor: number; readonly mpt: number; readonly stock: number }
  readonly ratios: { readonly flatVsMpt: number; readonly vsStock: number; readonly executorVsRunTx: number }
  readonly perTx: { readonly reads: number; readonly writes: number; readonly bytes: number; readonly keccaks: number }
}

/** Without the recovery of senders, which is the same for flat pairs and a trie. */
function afterRecovery({ split, total }: Measured): number {
  return total - split.recover
}

export function rowOf(count: number, designs: Result[string]): Row {
  const [ours, mpt, stock] = [designs.ours!, designs.mpt!, designs.stock!]
  const { reads, writes, bytesWritten, keccaks } = ours.counters
  return {
    ms: { ours: ours.total, oursExecutor: ours.split.execute, mpt: mpt.total, stock: stock.total },
    ratios: {
      flatVsMpt: afterRecovery(mpt) / afterRecovery(ours),
      vsStock: stock.total / ours.total,
      executorVsRunTx: stock.split.execute / ours.split.execute,
    },
    perTx: { reads: reads / count, writes: writes / count, bytes: bytesWritten / count, keccaks: keccaks / count },
  }
}

/** The table that a person reads: times of every design with their parts, then the ratios. */
export function print(size: string, count: string, designs: Result[string]): string {
  const lines = [`${size} accounts and slots, batches of ${count}`]
  const columns = ['', 'ms', 'recover', 'execute', '(reads)', 'commit', 'tx/s', 'reads/tx', 'writes/tx', 'bytes/tx']
  lines.push(columns.map((name) => name.padStart(10)).join(''))
  for (const [name, { split, total, counters }] of Object.entries(designs)) {
    const times = [total, split.recover, split.execute, split.read, split.commit].map((ms) => ms.toFixed(1))
    const rate = ((1_000 * Number(count)) / total).toFixed(0)
    const perTx = perTransaction(counters, Number(count))
    lines.push([name, ...times, rate, ...perTx].map((cell) => cell.padStart(10)).join(''))
  }
  const { flatVsMpt, vsStock, executorVsRunTx } = rowOf(Number(count), designs).ratios
  lines.push(
    `flat against trie ${flatVsMpt.toFixed(2)}, against stock ${vsStock.toFixed(1)}, executor against runTx ${executorVsRunTx.toFixed(1)}`,
  )
  return lines.join('\n')
}

function perTransaction({ reads, writes, bytesWritten }: Counters, count: number): string[] {
  return [(reads / count).toFixed(2), (writes / count).toFixed(2), (bytesWritten / count).toFixed(0)]
}
