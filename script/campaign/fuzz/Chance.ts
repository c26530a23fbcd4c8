import { keccak256 } from '../../../prover/commitment/Keccak.ts'

/** Choices that a seed decides (sfc32 over the hash of the seed): many, and fast. */
export class Chance {
  readonly #state: Uint32Array

  constructor(seed: string) {
    this.#state = new Uint32Array(4)
    const bytes = Buffer.from(keccak256(Buffer.from(seed)))
    for (let index = 0; index < 4; index++) this.#state[index] = bytes.readUInt32BE(4 * index)
  }

  /** 32 random bits. */
  bits(): number {
    const state = this.#state
    const [a, b, c, counter] = [state[0]!, state[1]!, state[2]!, state[3]!]
    const result = (a + b + counter) >>> 0
    state[3] = counter + 1
    state[0] = b ^ (b >>> 9)
    state[1] = c + (c << 3)
    state[2] = ((c << 21) | (c >>> 11)) + result
    return result
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.bits() / 2 ** 32) * limit)
  }

  /** An integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1)
  }

  /** True once in `oneIn` times. */
  once(oneIn: number): boolean {
    return this.below(oneIn) === 0
  }

  pick<T>(values: readonly T[]): T {
    const value = values[this.below(values.length)]
    if (value === undefined) throw new RangeError('nothing to pick from')
    return value
  }

  /** One of the items; a weight is how often it is picked, relative to the sum of all. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let ticket = this.below(items.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of items) {
      if (ticket < weight) return item
      ticket -= weight
    }
    throw new RangeError('nothing to pick from')
  }

  /** An unsigned integer below 2^bits. */
  wide(bits: number): bigint {
    let value = 0n
    for (let at = 0; at < bits; at += 32) value = (value << 32n) | BigInt(this.bits())
    return value & ((1n << BigInt(bits)) - 1n)
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }
}
