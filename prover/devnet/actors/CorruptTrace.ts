import { keccak256 } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import type { Trace } from '../../dispute/Trace.ts'

const tag = Word.fromText('Lie')

/** A trace that is true up to state `step`, false after it, and ends in `end`. */
export class CorruptTrace implements Trace {
  readonly stepCount: bigint
  private readonly trace: Trace
  private readonly step: bigint
  private readonly end: Uint8Array

  constructor(trace: Trace, step: bigint, end: Uint8Array) {
    if (step < 0n || step >= trace.stepCount) {
      throw new RangeError(`expected a step below ${trace.stepCount} to lie about, got ${step}`)
    }
    this.trace = trace
    this.stepCount = trace.stepCount
    this.step = step
    this.end = end
  }

  hashAt(step: bigint): Uint8Array {
    return this.hashesAt([step])[0] as Uint8Array
  }

  hashesAt(steps: readonly bigint[]): Uint8Array[] {
    return this.trace.hashesAt(steps).map((hash, i) => this.corrupt(hash, steps[i] as bigint))
  }

  /** Nobody has a witness of a false step: the true one, damaged, stands for whatever a liar might try. */
  witness(step: bigint): Uint8Array {
    const witness = this.trace.witness(step)
    if (step !== this.step) return witness
    const damaged = Uint8Array.from(witness)
    const last = damaged.length - 1
    damaged[last] = (damaged[last] ?? 0) ^ 1
    return damaged
  }

  private corrupt(hash: Uint8Array, step: bigint): Uint8Array {
    if (step <= this.step) return hash
    return step >= this.stepCount ? this.end : keccak256(new Uint8Array([...tag, ...hash]))
  }
}
