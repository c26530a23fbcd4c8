/** What a campaign prints: the coverage matrix, what the steps cost, and every failure. */
import * as Expected from './Expected.ts'
import { type Costs, cellOf, type Tally } from './Tally.ts'

export interface Times {
  /** Seconds. */
  readonly scan: number
  readonly prove: number
}

/** The line that machines read. */
export function summaryOf(tally: Tally): object {
  const { steps, accepted, corrupted, falseAccepts, maxGas, maxBytes } = tally
  const { reached, expected } = coverageOf(tally)
  return { steps, accepted, corrupted, falseAccepts, maxGas, maxBytes, coverage: { reached, expected } }
}

/** How many expected cells have a step that was accepted, which ones have none, and which others have. */
export function coverageOf(tally: Tally) {
  const missing: string[] = []
  const others = new Set(tally.covered.keys())
  let expected = 0
  for (const [row, outcomes] of Expected.outcomes) {
    for (const outcome of outcomes) {
      expected++
      if (!others.delete(cellOf(row, outcome))) missing.push(cellOf(row, outcome))
    }
  }
  return { expected, reached: expected - missing.length, missing, others: [...others].sort() }
}

/** Says how far a campaign is, at most once a second. */
export function progressTo(stream: NodeJS.WriteStream): (what: string, done: number, of?: number) => void {
  let last = 0
  return (what, done, of) => {
    if (performance.now() - last < 1000) return
    last = performance.now()
    stream.write(`${what}: ${done}${of === undefined ? '' : ` of ${of}`}\n`)
  }
}

/** The whole report, for people. */
export function reportOf(tally: Tally, scanned: number, times: Times): string {
  const { reached, expected, missing, others } = coverageOf(tally)
  const lines = [
    'Coverage matrix (kind of step: outcome and how many of it were accepted)',
    ...matrixLines(tally),
    '',
    `${reached} of ${expected} expected outcomes reached`,
    ...missing.map((cell) => `  not reached: ${cell}`),
    ...others.map((cell) => `  not expected: ${cell}`),
    '',
    ...costLines(tally.costs),
    '',
    `${tally.steps} steps of ${scanned} checked in ${times.prove.toFixed(0)} s, after ${times.scan.toFixed(0)} s to choose them`,
    `${tally.accepted} accepted with the prover's state after them; ${tally.beyondLimits} of transactions too long for this L2`,
    `${tally.corrupted} changed witnesses tried, ${tally.falseAccepts} accepted`,
    `${tally.failures.length} failures`,
    ...tally.failures.map((failure) => `  ${JSON.stringify(failure)}`),
  ]
  return `${lines.join('\n')}\n`
}

function matrixLines({ covered }: Tally): string[] {
  return [...Expected.outcomes].map(([row, outcomes]) => {
    const counts = outcomes.map((outcome) => `${outcome} ${covered.get(cellOf(row, outcome)) ?? 0}`)
    return `  ${row}: ${counts.join(' | ')}`
  })
}

function costLines(costs: ReadonlyMap<string, Costs>): string[] {
  const header = ['kind', 'steps', 'median gas', 'largest', 'median bytes', 'largest']
  const rows = [...costs]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([group, { gas, bytes }]) =>
      [group, gas.length, median(gas), largest(gas), median(bytes), largest(bytes)].map(String),
    )
  return [header, ...rows].map(([group, ...numbers]) =>
    [`  ${group!.padEnd(24)}`, ...numbers.map((number) => number.padStart(13))].join(''),
  )
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
