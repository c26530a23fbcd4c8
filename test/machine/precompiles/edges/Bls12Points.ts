/** Points of BLS12-381 in and out of the subgroups, and encodings of no point. */
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { Random } from '../../../utils/Random.ts'
import { integer, join } from '../inputs.ts'
import { displaced, firstPoint, part, randomBelow, unreduced } from './Edge.ts'

export interface Point {
  readonly name: string
  readonly bytes: Uint8Array
  /** Additions take what is on the curve, the rest what is in its subgroup of prime order. */
  readonly place: 'subgroup' | 'curve' | 'nowhere'
  /** The encoding of the negative, if it is a point. */
  readonly negative?: Uint8Array
}

interface Group<T> {
  readonly curve: WeierstrassPointCons<T>
  /** Small primes that divide the cofactor. */
  readonly primes: readonly bigint[]
  readonly random: () => T
  readonly encode: (coordinate: T) => Uint8Array
}

const { Fp, Fp2 } = bls12_381.fields
const WIDTH = 64
const random = new Random('points of BLS12-381')
const randomFp = () => randomBelow(random, Fp.ORDER)

const groupOfG1: Group<bigint> = {
  curve: bls12_381.G1.Point,
  primes: [3n, 11n, 10_177n, 859_267n, 52_437_899n],
  random: randomFp,
  encode: (coordinate) => integer(coordinate, WIDTH),
}
const groupOfG2: Group<ReturnType<typeof Fp2.fromBigTuple>> = {
  curve: bls12_381.G2.Point,
  primes: [13n, 23n, 2_713n, 11_953n, 262_069n],
  random: () => Fp2.fromBigTuple([randomFp(), randomFp()]),
  encode: ({ c0, c1 }) => join(integer(c0, WIDTH), integer(c1, WIDTH)),
}

/** The points that formulas treat apart come first: infinity, and the generator. */
export const g1 = pointsOf(groupOfG1)
export const g2 = pointsOf(groupOfG2)

function pointsOf<T>(group: Group<T>): Point[] {
  return [...subgroup(group), ...restOfCurve(group), ...nowhere(group)]
}

function named<T>({ encode }: Group<T>, name: string, place: Point['place'], point: WeierstrassPoint<T>): Point {
  const [bytes, negative] = [point, point.negate()].map((each) => {
    const { x, y } = each.toAffine()
    return join(encode(x), encode(y))
  })
  return { name, place, bytes: bytes!, negative: negative! }
}

function subgroup<T>(group: Group<T>): Point[] {
  const { ZERO, BASE, Fn } = group.curve
  return [
    named(group, 'infinity', 'subgroup', ZERO),
    named(group, 'the generator', 'subgroup', BASE),
    named(group, 'twice the generator', 'subgroup', BASE.double()),
    named(group, 'any member', 'subgroup', BASE.multiply(randomBelow(random, Fn.ORDER))),
  ]
}

/** A check of the subgroup by an endomorphism, instead of the order, may let through some orders that divide the cofactor. */
function restOfCurve<T>(group: Group<T>): Point[] {
  const small = group.primes.map((prime) => ({ prime, point: pointOfOrder(group, prime) }))
  return [
    ...small.map(({ prime, point }) => named(group, `a point of order ${prime}`, 'curve', point)),
    named(group, 'the generator and a point of small order', 'curve', group.curve.BASE.add(small[0]!.point)),
    named(group, 'any point outside', 'curve', firstPoint(group.curve, group.random)),
    named(group, 'another point outside', 'curve', firstPoint(group.curve, group.random)),
  ]
}

function pointOfOrder<T>(group: Group<T>, prime: bigint): WeierstrassPoint<T> {
  const { Fn, CURVE } = group.curve
  let factor = Fn.ORDER * CURVE().h
  while (factor % prime === 0n) factor /= prime
  let point: WeierstrassPoint<T>
  do point = multiply(firstPoint(group.curve, group.random), factor)
  while (point.is0())
  // Of an order that is a power of the prime.
  for (let next = point; !next.is0(); next = multiply(next, prime)) point = next
  return point
}

/** The library multiplies by numbers below the order of the subgroup only. */
function multiply<T>(point: WeierstrassPoint<T>, factor: bigint): WeierstrassPoint<T> {
  let sum = point
  for (const bit of factor.toString(2).slice(1)) {
    sum = sum.double()
    if (bit === '1') sum = sum.add(point)
  }
  return sum
}

function nowhere<T>(group: Group<T>): Point[] {
  const { Fp: field, BASE, ZERO, fromAffine } = group.curve
  const [base, infinity] = [BASE, ZERO].map((point) => named(group, '', 'nowhere', point).bytes)
  const ends = [part('the generator', base!), part('infinity', infinity!)]
  const spoiled = ends.flatMap((end) => [
    ...unreduced(end, WIDTH, Fp.ORDER),
    ...displaced(end, WIDTH),
    part(`${end.name} with a first byte`, dirty(end.bytes, 0), false),
    part(`${end.name} with the last byte of the padding`, dirty(end.bytes, 15), false),
    part(`${end.name} with padding before the last coordinate`, dirty(end.bytes, end.bytes.length - WIDTH), false),
  ])
  // The formulas of addition do not know b, so nothing but the equation keeps out a curve with another one.
  const { x, y } = BASE.toAffine()
  const scaled = fromAffine({ x: field.mul(x, 4n), y: field.mul(y, 8n) })
  const isomorphic = named(group, 'the generator of an isomorphic curve', 'nowhere', scaled)
  return [...spoiled.map(({ name, bytes }): Point => ({ name, bytes, place: 'nowhere' })), isomorphic]
}

function dirty(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[index] = 1
  return copy
}
