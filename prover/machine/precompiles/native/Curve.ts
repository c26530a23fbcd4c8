/** What the two pairing-friendly curves have in common, on @noble/curves. */
import type { BlsCurvePair } from '@noble/curves/abstract/bls.js'
import { mulAddUnsafe, pippenger } from '@noble/curves/abstract/curve.js'
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import * as Integer from './Integer.ts'

/** The point with these coordinates, (0, 0) being the one at infinity, if they are on the curve. */
export function pointOf<T>(Point: WeierstrassPointCons<T>, x: T, y: T): WeierstrassPoint<T> | undefined {
  const { Fp } = Point
  const { a, b } = Point.CURVE()
  if (Fp.is0(x) && Fp.is0(y)) return Point.ZERO
  const right = Fp.add(Fp.mul(Fp.add(Fp.sqr(x), a), x), b)
  return Fp.eql(Fp.sqr(y), right) ? Point.fromAffine({ x, y }) : undefined
}

/** `pointOf` for what also has to be in the subgroup of prime order. */
export function memberOf<T>(Point: WeierstrassPointCons<T>, x: T, y: T): WeierstrassPoint<T> | undefined {
  const point = pointOf(Point, x, y)
  if (point === undefined || point.is0()) return point
  try {
    // Not isTorsionFree: the pairing asks for the same again, and this remembers it.
    point.assertValidity()
    return point
  } catch {
    return undefined
  }
}

export interface Pair {
  readonly g1: WeierstrassPoint<bigint>
  readonly g2: WeierstrassPoint<{ c0: bigint; c1: bigint }>
}

/** Whether the product of the pairings is one, as a word. */
export function pairingCheck(curve: BlsCurvePair, pairs: readonly Pair[]): Uint8Array {
  const { Fp12 } = curve.fields
  const product = curve.pairingBatch(pairs.filter(({ g1, g2 }) => !g1.is0() && !g2.is0()))
  return Integer.toBytes(Fp12.eql(product, Fp12.ONE) ? 1n : 0n, 32)
}

export interface Product<T> {
  readonly point: WeierstrassPoint<T>
  /** Below the order. */
  readonly scalar: bigint
}

/** From so many products on, sorting them into buckets is faster than a table for each. */
const MANY = 512

/** The sum of the products. */
export function sumOf<T>(Point: WeierstrassPointCons<T>, products: readonly Product<T>[]): WeierstrassPoint<T> {
  const points = products.map(({ point }) => point)
  const scalars = products.map(({ scalar }) => scalar)
  return products.length < MANY ? mulAddUnsafe(Point, points, scalars) : pippenger(Point, points, scalars)
}
