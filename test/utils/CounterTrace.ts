import { keccak256, numberToBytes } from 'viem'
import type { Trace } from '../../prover/dispute/Trace.ts'

/** A run that counts: every state is the hash of its number. From step `lie` on it counts something else. */
export class CounterTrace implements Trace {
  readonly stepCount: bigint
  /** How often hashes were asked for, and how many steps were run for them. */
  passes = 0
  private readonly seed: bigint
  private readonly lie: bigint

  constructor(seed: bigint, stepCount: bigint, lie: bigint = stepCount + 1n) {
    this.seed = seed
    this.stepCount = stepCount
    this.lie = lie
  }

  hashAt(step: bigint): Uint8Array {
    const at = step < this.stepCount ? step : this.stepCount
    const value = (this.seed << 128n) | (at << 1n) | (at >= this.lie ? 1n : 0n)
    return keccak256(numberToBytes(value, { size: 32 }), 'bytes')
  }

  hashesAt(steps: readonly bigint[]): Uint8Array[] {
    this.passes++
    return steps.map((step) => this.hashAt(step))
  }

  witness(step: bigint): Uint8Array {
    return numberToBytes(step, { size: 8 })
  }
}
