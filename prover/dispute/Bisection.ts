import type { Hex } from 'viem'

/**
 * The k-ary search for the first disputed index, the same over batches and over steps (D-6, D-13). The disputed range
 * [low, high] has an agreed hash at `low` and a disputed one at `high`. Twin of `src/dispute/Bisection.sol`.
 */
export interface Range {
  readonly low: bigint
  readonly high: bigint
  readonly agreed: Hex
  readonly disputed: Hex
}

/** The number of pieces that a range is cut into. */
export function pieces(low: bigint, high: bigint, arity: number): bigint {
  const length = high - low
  return length < BigInt(arity) ? length : BigInt(arity)
}

/** The index at which piece `i` of `count` begins; that of piece `count` is `high`. */
export function position(low: bigint, high: bigint, i: bigint, count: bigint): bigint {
  return low + (i * (high - low)) / count
}

/** The inner points, whose hashes the proposer posts. */
export function innerPositions(low: bigint, high: bigint, arity: number): bigint[] {
  const count = pieces(low, high, arity)
  return Array.from({ length: Number(count) - 1 }, (_, i) => position(low, high, BigInt(i) + 1n, count))
}

/** Goes on with one piece: the challenger agrees with its begin and disputes its end. */
export function narrow(range: Range, points: readonly Hex[], piece: number, arity: number): Range {
  const count = pieces(range.low, range.high, arity)
  return {
    low: position(range.low, range.high, BigInt(piece), count),
    high: position(range.low, range.high, BigInt(piece) + 1n, count),
    agreed: points[piece - 1] ?? range.agreed,
    disputed: points[piece] ?? range.disputed,
  }
}

/**
 * The piece that a challenger goes on with: the first whose end it holds to be false.
 * INVARIANT: the challenger holds the end of the whole range to be false, so the last piece is right if no point is wrong.
 * @param own What the challenger holds at the inner points.
 */
export function firstDisputed(points: readonly Hex[], own: readonly Hex[]): number {
  const wrong = points.findIndex((point, i) => point !== own[i])
  return wrong < 0 ? points.length : wrong
}
