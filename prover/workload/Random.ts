import { keccak256 } from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'

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

  /** An amount from `low` to 16 × `low`: what a person might send. */
  amount(low: bigint): bigint {
    return low + (low * 15n * BigInt(this.below(65_536))) / 65_536n
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  /** One of the items; each weight is how often it is picked, relative to the sum of them. */
  pickWeighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let ticket = this.below(items.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of items) {
      if (ticket < weight) return item
      ticket -= weight
    }
    throw new RangeError('nothing to pick from')
  }

  shuffle<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, order: this.word() }))
      .sort((left, right) => Buffer.compare(left.order, right.order))
      .map(({ value }) => value)
  }
}
