/**
 * Chooses steps: first so many of every kind and outcome, then at random. What is chosen follows from the seed, the names
 * of the sources and the numbers of their steps alone, not from the order in which they are offered.
 */
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import { bulks } from '../../../prover/machine/Dispatch.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import { Observer } from './Outcome.ts'
import type { Source } from './Sources.ts'

/** A bulk operation of more steps than that is made at once; three of its steps are offered. */
const MAX_SINGLE_BULK_STEPS = 4

/** A step that may be chosen. The one with the lower rank comes first. */
interface Candidate {
  readonly source: number
  readonly step: number
  readonly rank: number
}

/** A kind of step with one of its outcomes. */
export interface Cell {
  readonly row: string
  readonly outcome: string
  /** Steps that were seen. */
  seen: number
  readonly best: Candidate[]
}

export interface Limits {
  /** Steps chosen of a cell before any are chosen at random. */
  readonly perCell: number
  /** Steps of one source that may be chosen at random. */
  readonly perSource: number
}

export class Sampler {
  readonly #seed: string
  readonly #limits: Limits
  readonly #cells = new Map<string, Map<string, Cell>>()
  readonly #random: Candidate[] = []
  #sources = 0
  /** Steps that were looked at. */
  steps = 0

  constructor(seed: string, limits: Limits) {
    this.#seed = seed
    this.#limits = limits
  }

  /** Runs a source and remembers which of its steps may be chosen. */
  scan(source: Source): void {
    const number = this.#sources++
    const m = source.start()
    const observer = new Observer(m)
    const salt = Buffer.from(keccak256(Buffer.from(`${this.#seed} ${source.id}`))).readUInt32BE()
    const own: Candidate[] = []
    let step = 0
    const offer = (at: number, row: string, outcome: string) => {
      const rank = mix(salt, at)
      this.#offerToCell(number, at, rank, row, outcome)
      keepBest(own, this.#limits.perSource, number, at, rank)
    }
    while (step < source.scanned) {
      const isOver = source.isOver(m)
      if (isOver && m.haltedRoot === undefined) break
      const left = bulks[m.operation.kind]?.stepsLeft(m) ?? 1
      if (left > MAX_SINGLE_BULK_STEPS) {
        this.#scanBulk(m, observer, step, left, offer, salt)
        step += left
        continue
      }
      const row = observer.begin(m)
      Interpreter.step(m)
      offer(step++, row, observer.end(m))
      if (isOver) break
    }
    this.steps += step
    this.#random.push(...own)
  }

  /** At most `count` steps, by source, each source's in ascending order. */
  choose(count: number): Map<number, number[]> {
    const chosen = new Map<string, Candidate>()
    const add = (candidate: Candidate) => {
      if (chosen.size < count) chosen.set(`${candidate.source} ${candidate.step}`, candidate)
    }
    // One of each cell before the second of any, so that a small count still covers the most.
    for (let round = 0; round < this.#limits.perCell; round++) {
      for (const { best } of this.cells()) if (best[round] !== undefined) add(best[round]!)
    }
    for (const candidate of this.#random.sort((left, right) => left.rank - right.rank)) add(candidate)
    const bySource = new Map<number, number[]>()
    for (const { source, step } of chosen.values()) bySource.set(source, [...(bySource.get(source) ?? []), step])
    for (const steps of bySource.values()) steps.sort((left, right) => left - right)
    return bySource
  }

  *cells(): Generator<Cell> {
    for (const outcomes of this.#cells.values()) yield* outcomes.values()
  }

  /** Offers the first step of a bulk operation, one in between and the last one, and makes them all. */
  #scanBulk(
    m: Machine,
    observer: Observer,
    step: number,
    left: number,
    offer: (at: number, row: string, outcome: string) => void,
    salt: number,
  ): void {
    const row = observer.begin(m)
    bulks[m.operation.kind]!.finish(m)
    const last = observer.end(m)
    const inner = last.replace(/^last /, '')
    offer(step, row, inner)
    offer(step + 1 + (mix(salt, step) % (left - 2)), row, inner)
    offer(step + left - 1, row, last)
  }

  #offerToCell(source: number, step: number, rank: number, row: string, outcome: string): void {
    const cell = this.#cellOf(row, outcome)
    cell.seen++
    keepBest(cell.best, this.#limits.perCell, source, step, rank)
  }

  #cellOf(row: string, outcome: string): Cell {
    const outcomes = this.#cells.get(row) ?? new Map<string, Cell>()
    this.#cells.set(row, outcomes)
    const cell = outcomes.get(outcome) ?? { row, outcome, seen: 0, best: [] }
    outcomes.set(outcome, cell)
    return cell
  }
}

/** Puts a candidate into a list of the `most` best ones, if it is one. */
function keepBest(best: Candidate[], most: number, source: number, step: number, rank: number): void {
  if (best.length >= most && rank >= (best.at(-1)?.rank ?? 0)) return
  let at = best.length
  while (at > 0 && best[at - 1]!.rank > rank) at--
  best.splice(at, 0, { source, step, rank })
  if (best.length > most) best.pop()
}

/** 32 bits that look random, from two numbers (the finalizer of MurmurHash3). */
export function mix(salt: number, value: number): number {
  let hash = (salt ^ Math.imul(value, 0x9e3779b1)) >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
