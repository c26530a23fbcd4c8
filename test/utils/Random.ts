import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'

/** A reproducible source of random values: the hashes of a seed and a counter. */
export class Random {
  readonly #seed: Uint8Array
  #counter = 0n

  constructor(seed: string) {
    this.#seed = keccak256(Buffer.from(seed))
  }

  word(): Uint8Array {
    return keccak256(Buffer.concat([this.#seed, Word.fromBigint(this.#counter++)]))
  }

  bytes(length: number): Uint8Array {
    const words = Array.from({ length: Math.ceil(length / 32) }, () => this.word())
    return Uint8Array.from(Buffer.concat(words).subarray(0, length))
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Number(Word.toBigint(this.word()) % BigInt(limit))
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  shuffle<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, order: this.word() }))
      .sort((left, right) => Buffer.compare(left.order, right.order))
      .map(({ value }) => value)
  }
}
