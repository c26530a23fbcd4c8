/** What a campaign found, by folder. */
import type { Outcome } from './CaseRun.ts'

export interface Tally {
  cases: number
  passed: number
  failed: number
  skipped: number
  /** Steps of the machine in prove mode. */
  steps: number
  milliseconds: number
}

export interface Failure {
  readonly id: string
  readonly detail: string
}

export class Summary {
  readonly folders = new Map<string, Tally>()
  readonly failures: Failure[] = []
  /** Skipped cases by reason. */
  readonly reasons = new Map<string, number>()
  readonly total: Tally = emptyTally()

  add(folder: string, id: string, { status, detail, steps }: Outcome, milliseconds: number): void {
    let tally = this.folders.get(folder)
    if (tally === undefined) {
      tally = emptyTally()
      this.folders.set(folder, tally)
    }
    for (const each of [tally, this.total]) {
      each.cases++
      each[status]++
      each.steps += steps
      each.milliseconds += milliseconds
    }
    if (status === 'failed') this.failures.push({ id, detail: detail ?? '' })
    if (status === 'skipped') this.reasons.set(detail ?? '', (this.reasons.get(detail ?? '') ?? 0) + 1)
  }

  /** A table, the reasons of what was skipped, and every failure with its difference. */
  lines(title: string): string[] {
    const rows = [...this.folders].sort(([left], [right]) => (left < right ? -1 : 1))
    const width = Math.max(title.length, 5, ...rows.map(([folder]) => folder.length))
    const row = (name: string, cells: readonly string[]) =>
      [name.padEnd(width), ...cells.map((cell) => cell.padStart(10))].join(' ')
    const cells = ({ cases, passed, failed, skipped, steps, milliseconds }: Tally) => [
      ...[cases, passed, failed, skipped, steps].map(String),
      (milliseconds / 1000).toFixed(1),
    ]
    return [
      row(title, ['cases', 'passed', 'failed', 'skipped', 'steps', 'seconds']),
      ...rows.map(([folder, tally]) => row(folder, cells(tally))),
      row('total', cells(this.total)),
      ...[...this.reasons].map(([reason, count]) => `skipped ${count}: ${reason}`),
      ...this.failures.map(({ id, detail }) => `FAILED ${id}: ${detail}`),
    ]
  }
}

function emptyTally(): Tally {
  return { cases: 0, passed: 0, failed: 0, skipped: 0, steps: 0, milliseconds: 0 }
}
