import { casesOf } from './CaseGenerator.ts'
import { check, type Executors, executors, type Outcome } from './Check.ts'
import type { FuzzCase } from './FuzzCase.ts'
import { shrink } from './Shrink.ts'

/** Below this a batch's gas says nothing about its steps: loading what is skipped is free of it. */
const RATIO_GAS = 100_000n

export interface Summary {
  readonly seed: string
  readonly cases: number
  readonly transactions: number
  readonly failed: number
  readonly skipped: number
  readonly steps: number
  readonly gas: bigint
  /** Most steps for a unit of gas, of batches with more than a little gas. */
  readonly stepsPerGas: number
  readonly failures: number
}

export interface Options {
  /** Asked before each case. */
  readonly isOver: (cases: number) => boolean
  readonly onCase?: (summary: Summary) => void
  /** Gets what failed, made small. */
  readonly onFailure: (message: string, smallest: FuzzCase) => void
  readonly executors?: Executors
}

/** Failures after which a run ends. */
const MAX_FAILURES = 5

/** Runs the cases of a seed one after the other. */
export async function fuzz(seed: string, options: Options): Promise<Summary> {
  const { isOver, onCase, onFailure, executors: by = executors } = options
  const nothing = { cases: 0, transactions: 0, failed: 0, skipped: 0, steps: 0, gas: 0n, stepsPerGas: 0, failures: 0 }
  let summary: Summary = { seed, ...nothing }
  for (const fuzzCase of casesOf(seed)) {
    if (isOver(summary.cases) || summary.failures >= MAX_FAILURES) break
    const outcome = await check(fuzzCase, by)
    if (outcome.failure !== undefined) {
      const { side, message } = outcome.failure
      const smallest = await shrink(fuzzCase, side, by)
      onFailure(`case ${seed}:${summary.cases}, ${side}: ${message}`, smallest)
    }
    summary = add(summary, outcome)
    onCase?.(summary)
  }
  return summary
}

function add(summary: Summary, outcome: Outcome): Summary {
  const ratio = outcome.gasUsed >= RATIO_GAS ? outcome.steps / Number(outcome.gasUsed) : 0
  return {
    seed: summary.seed,
    cases: summary.cases + 1,
    transactions: summary.transactions + outcome.transactions,
    failed: summary.failed + outcome.failed,
    skipped: summary.skipped + outcome.skipped,
    steps: summary.steps + outcome.steps,
    gas: summary.gas + outcome.gasUsed,
    stepsPerGas: Math.max(summary.stepsPerGas, ratio),
    failures: summary.failures + (outcome.failure === undefined ? 0 : 1),
  }
}
