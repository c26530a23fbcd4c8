import { bytesToBigInt, keccak256, stringToBytes } from 'viem'

/** Choices that a seed decides: the same seed and name give the same choice. */
export class Choices {
  private readonly seed: string

  constructor(seed: string) {
    this.seed = seed
  }

  /** An integer in [low, high]. */
  between(name: string, low: number, high: number): number {
    const random = bytesToBigInt(keccak256(stringToBytes(`${this.seed} ${name}`), 'bytes'))
    return low + Number(random % BigInt(high - low + 1))
  }

  oneOf<T>(name: string, values: readonly T[]): T {
    return values[this.between(name, 0, values.length - 1)] as T
  }
}
