/** What a campaign prints: the coverage matrix, what the steps cost, and every failure. */
import * as Expected from './Expected.ts'
import { type Costs, cellOf, type Tally } from './Tally.ts'

export interface Times {
  /** Seconds. */
  readonly choose: number
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
    ...matrixOf(tally).map(([row, counts]) => `  ${row}: ${counts}`),
    '',
    `${reached} of ${expected} expected outcomes reached`,
    ...missing.map((cell) => `  not reached: ${cell}`),
    ...others.map((cell) => `  not expected: ${cell}`),
    ...Expected.unreachable.map(([row, outcome, reason]) => `  out of reach: ${cellOf(row, outcome)}: ${reason}`),
    '',
    ...costLines(tally.costs),
    '',
    ...resultLines(tally, scanned),
    `chosen in ${times.choose.toFixed(0)} s, checked in ${times.prove.toFixed(0)} s`,
    `${tally.failures.length} failures`,
    ...tally.failures.map((failure) => `  ${JSON.stringify(failure)}`),
  ]
  return `${lines.join('\n')}\n`
}

/** The same for the documentation. All but the line with the times follows from the options and the code. */
export function markdownOf(
  tally: Tally,
  scanned: number,
  times: Times,
  options: { readonly count: number; readonly seed: string; readonly corruptions: number; readonly batches: number },
): string {
  const { reached, expected, missing } = coverageOf(tally)
  const { count, seed, corruptions, batches } = options
  const [head, ...rows] = costRows(tally.costs)
  const lines = [
    '# Steps checked by the verifier of L1',
    '',
    `Written by \`npm run prove-steps -- --count ${count} --seed ${seed} --corruptions ${corruptions} --batches ${batches}\` with \`--summary\`.`,
    '',
    ...resultLines(tally, scanned).map((line) => `* ${line}`),
    `* ${tally.failures.length} failures`,
    `* ${reached} of ${expected} outcomes of the coverage matrix reached`,
    ...missing.map((cell) => `* not reached: ${cell}`),
    `* chosen in ${times.choose.toFixed(0)} s, checked in ${times.prove.toFixed(0)} s`,
    '',
    '## Gas and calldata',
    '',
    'Of a transaction that has one step verified, calldata and its floor price (EIP-7623) included; bytes of its calldata.',
    '',
    tableLine(head!),
    tableLine(head!.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(tableLine),
    '',
    '## Coverage',
    '',
    'Kinds of steps, and how many steps of each outcome were accepted.',
    '',
    '| step | outcomes |',
    '| --- | --- |',
    ...matrixOf(tally).map(([row, counts]) => tableLine([row, counts.replaceAll('|', '·')])),
    '',
    'Out of reach of every batch:',
    '',
    ...Expected.unreachable.map(([row, outcome, reason]) => `* ${cellOf(row, outcome)}: ${reason}`),
  ]
  return `${lines.join('\n')}\n`
}

function resultLines(
  { steps, accepted, beyondLimits, corrupted, falseAccepts, maxGas, maxBytes }: Tally,
  scanned: number,
): string[] {
  return [
    `${steps} steps checked, chosen from ${scanned}; ${accepted} accepted with the prover's state after them`,
    `${corrupted} changed witnesses tried; ${falseAccepts} accepted`,
    `at most ${maxGas} gas and ${maxBytes} bytes of calldata, besides ${beyondLimits} steps of transactions too long for this L2`,
  ]
}

/** Each kind of step with its outcomes and how often they were accepted. */
function matrixOf({ covered }: Tally): [row: string, counts: string][] {
  return [...Expected.outcomes].map(([row, outcomes]) => {
    const counts = outcomes.map((outcome) => `${outcome} ${covered.get(cellOf(row, outcome)) ?? 0}`)
    return [row, counts.join(' | ')]
  })
}

function costLines(costs: ReadonlyMap<string, Costs>): string[] {
  return costRows(costs).map(([group, ...numbers]) =>
    [`  ${group!.padEnd(24)}`, ...numbers.map((number) => number.padStart(13))].join(''),
  )
}

function costRows(costs: ReadonlyMap<string, Costs>): string[][] {
  const rows = [...costs]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([group, { gas, bytes }]) =>
      [group, gas.length, median(gas), largest(gas), median(bytes), largest(bytes)].map(String),
    )
  return [['step', 'checked', 'median gas', 'largest', 'median bytes', 'largest'], ...rows]
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1] ?? 0
}

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0)
}
