import { encodeAbiParameters, type Hex, hexToBytes, isHex, keccak256, stringToHex } from 'viem'
import type { Trace } from '../../prover/dispute/Trace.ts'

/** What a state is one of; a run of the toy rollup has the tag of its start. */
export type Tag = 'CounterRun' | 'CounterFold' | 'CounterHalt' | Hex

/** Twin of `Counter.runOf`: the tag of a run from `stateRoot`. */
export function runOf(stateRoot: Hex): Hex {
  return keccak256(encodeAbiParameters([{ type: 'string' }, { type: 'bytes32' }], ['CounterRun', stateRoot]))
}

/** From step `at` on, `by` is added to the sum. */
export interface Lie {
  readonly at: bigint
  readonly by: bigint
}

/** A run of the toy machine, in TypeScript: twin of `Counter.Trace` in CounterMachine.sol. */
export class CounterTrace implements Trace {
  readonly stepCount: bigint
  /** How often hashes were asked for. */
  passes = 0
  private readonly tag: Tag
  private readonly remaining: bigint
  private readonly sum: bigint
  private readonly lie: Lie | undefined

  constructor(tag: Tag, remaining: bigint, sum: bigint, lie?: Lie) {
    this.stepCount = remaining + 1n
    this.tag = tag
    this.remaining = remaining
    this.sum = sum
    this.lie = lie
  }

  hashAt(step: bigint): Uint8Array {
    return keccak256(this.preimageAt(step), 'bytes')
  }

  hashesAt(steps: readonly bigint[]): Uint8Array[] {
    this.passes++
    return steps.map((step) => this.hashAt(step))
  }

  witness(step: bigint): Uint8Array {
    return hexToBytes(this.preimageAt(step))
  }

  private preimageAt(step: bigint): Hex {
    const lie = this.lie && step >= this.lie.at ? this.lie.by : 0n
    if (step > this.remaining) return preimage('CounterHalt', 0n, this.sum + this.remaining + lie)
    return preimage(this.tag, this.remaining - step, this.sum + step + lie)
  }
}

export function preimage(tag: Tag, remaining: bigint, sum: bigint): Hex {
  const types = [{ type: 'bytes32' }, { type: 'uint256' }, { type: 'uint256' }]
  return encodeAbiParameters(types, [isHex(tag) ? tag : stringToHex(tag, { size: 32 }), remaining, sum])
}
