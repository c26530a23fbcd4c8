/** What a campaign found. */
import type { Corruption } from './Corruptions.ts'
import type { Verdict } from './StepVerifier.ts'
import { type TakenStep, transactionGas } from './TakenStep.ts'

/** A step on which prover and verifier differ, or a changed witness that the verifier took. */
export interface Failure {
  readonly source: string
  readonly number: number
  readonly row: string
  readonly outcome: string
  readonly problem: string
  readonly preState: string
  readonly postState: string
  readonly witness: string
}

export interface Costs {
  readonly gas: number[]
  readonly bytes: number[]
}

export class Tally {
  steps = 0
  accepted = 0
  corrupted = 0
  falseAccepts = 0
  /** Of steps that this L2 can come to: the transactions of some official cases are too long for it. */
  maxGas = 0
  maxBytes = 0
  beyondLimits = 0
  /** Steps that were accepted, by the cell of the coverage matrix. */
  readonly covered = new Map<string, number>()
  readonly costs = new Map<string, Costs>()
  readonly failures: Failure[] = []

  /** Counts a step; `others` are those that were checked together with it, by the index that a splice names. */
  add(step: TakenStep, verdict: Verdict, others: readonly TakenStep[]): void {
    this.steps++
    if (verdict.accepted) {
      this.accepted++
      const cell = cellOf(step.row, step.outcome)
      this.covered.set(cell, (this.covered.get(cell) ?? 0) + 1)
    }
    this.corrupted += verdict.tried
    this.falseAccepts += verdict.falseAccepts.length
    for (const corruption of verdict.falseAccepts) this.#fail(step, `accepted ${describe(corruption, others)}`)
    if (!step.isWithinLimits) {
      this.beyondLimits++
      return
    }
    const gas = transactionGas(step, verdict.gas)
    this.maxGas = Math.max(this.maxGas, gas)
    this.maxBytes = Math.max(this.maxBytes, step.bytes)
    const costs = this.costs.get(step.group) ?? { gas: [], bytes: [] }
    this.costs.set(step.group, costs)
    costs.gas.push(gas)
    costs.bytes.push(step.bytes)
  }

  /** Keeps what the verifier said to a step that it did not take as the prover made it. */
  refuse(step: TakenStep, answer: string): void {
    this.#fail(step, `expected the state ${step.postState}, got ${answer}`)
  }

  #fail({ source, number, row, outcome, preState, postState, witness }: TakenStep, problem: string): void {
    this.failures.push({ source, number, row, outcome, problem, preState, postState, witness })
  }
}

/** The name of a cell of the coverage matrix. */
export function cellOf(row: string, outcome: string): string {
  return `${row}: ${outcome}`
}

function describe({ kind, a, b }: Corruption, others: readonly TakenStep[]): string {
  if (kind !== 'SPLICE') return `the witness changed by ${kind} ${a} ${b}`
  const { source, number, witness } = others[a]!
  return `the witness from byte ${b} on replaced by that of ${source}, step ${number}: ${witness}`
}
