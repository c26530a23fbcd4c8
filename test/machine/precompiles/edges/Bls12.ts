/** Edges of BLS12_G1ADD to BLS12_PAIRING: every kind of point in every place that takes one. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import * as PrecompileTable from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer } from '../inputs.ts'
import { g1, g2, type Point } from './Bls12Points.ts'
import { edge, element, type Part, part, randomBelow, scalarsAround } from './Edge.ts'

const T = PrecompileTable
const random = new Random('edges of BLS12-381')
const order = bls12_381.fields.Fr.ORDER

const scalars: readonly Part[] = [
  ...scalarsAround(order),
  // What G1's endomorphism multiplies by, and the parameter of the curve, whose digits G2's takes.
  part("times the endomorphism's factor", integer(0xd201000000010000n ** 2n - 1n)),
  part('times the parameter', integer(0xd201000000010000n)),
  part('times any number', integer(randomBelow(random, 1n << 256n))),
]
const zero = scalars[0]!

const onCurve = ({ name, bytes, place }: Point): Part => part(name, bytes, place !== 'nowhere')
const inSubgroup = ({ name, bytes, place }: Point): Part => part(name, bytes, place === 'subgroup')
const negativeOf = ({ name, bytes, place, negative = bytes }: Point): Point => ({
  name: `the negative of ${name}`,
  bytes: negative,
  place,
})
const at = (points: readonly Point[], place: Point['place']) => points.filter((point) => point.place === place)

/** Each point with itself, which is a doubling, with its negative, and with some points of other orders, on either side. */
function sums(address: number, points: readonly Point[]): Input[] {
  const others = [...points.slice(0, 2), ...at(points, 'curve').slice(0, 2)]
  return points.flatMap((point) => {
    const rights = [point, negativeOf(point), ...others.filter((other) => other !== point)].map((right) => [
      point,
      right,
    ])
    const lefts = others.includes(point) ? [] : others.map((left) => [left, point])
    return [...rights, ...lefts].map((pair) => edge(address, element(...pair.map(onCurve))))
  })
}

/** One product each: members by all scalars, and what has to be refused whatever it is multiplied by. */
function products(address: number, points: readonly Point[]): Input[] {
  const by = (factors: readonly Part[]) => (point: Point) =>
    factors.map((factor) => edge(address, element(inSubgroup(point), factor)))
  const multiplesOfOrder = scalars.filter(({ name }) => / (0|the order|twice the order|any number)$/.test(name))
  return [
    ...at(points, 'subgroup').flatMap(by(scalars)),
    ...at(points, 'curve').flatMap(by(multiplesOfOrder)),
    ...at(points, 'nowhere').flatMap(by([zero])),
  ]
}

/** Several products: equal and opposite points, which fall into one bucket, and a point that is refused in each place. */
function sumsOfProducts(address: number, points: readonly Point[]): Input[] {
  const members = at(points, 'subgroup')
  const term = (point: Point, factor: Part) => element(inSubgroup(point), factor)
  const pairs = members.flatMap((point) =>
    scalars.flatMap((factor) => [
      edge(address, term(point, factor), term(point, factor)),
      edge(address, term(point, factor), term(negativeOf(point), factor)),
    ]),
  )
  const refused = [at(points, 'curve')[0]!, at(points, 'nowhere')[0]!].flatMap((point) =>
    [0, 1, 2, 3].map((position) => {
      const terms = Array.from({ length: 4 }, () => term(random.pick(members), random.pick(scalars)))
      return edge(address, ...terms.toSpliced(position, 1, term(point, zero)))
    }),
  )
  const mixed = Array.from({ length: 12 }, (_, index) => {
    const count = 3 + (index % 4)
    return edge(address, ...Array.from({ length: count }, () => term(random.pick(members), random.pick(scalars))))
  })
  return [...pairs, ...refused, ...mixed]
}

/** Each point with the other group's generator and infinity, and pairings of opposite points, whose product is one. */
function pairings(): Input[] {
  const pair = (left: Point, right: Point) => element(inSubgroup(left), inSubgroup(right))
  const members = [at(g1, 'subgroup'), at(g2, 'subgroup')] as const
  const opposite = members[0].flatMap((left) =>
    members[1].flatMap((right) => [
      edge(T.BLS12_PAIRING, pair(left, right), pair(negativeOf(left), right)),
      edge(T.BLS12_PAIRING, pair(left, right), pair(left, negativeOf(right))),
    ]),
  )
  return [
    ...g1.flatMap((left) => g2.slice(0, 2).map((right) => edge(T.BLS12_PAIRING, pair(left, right)))),
    ...g2.slice(2).flatMap((right) => g1.slice(0, 2).map((left) => edge(T.BLS12_PAIRING, pair(left, right)))),
    ...opposite,
    ...[...at(g2, 'curve'), ...at(g2, 'nowhere')].map((right) =>
      edge(T.BLS12_PAIRING, pair(g1[1]!, g2[1]!), pair(g1[0]!, right), pair(g1[1]!, g2[1]!)),
    ),
  ]
}

export const edges = (): Input[] => [
  ...sums(T.BLS12_G1ADD, g1),
  ...products(T.BLS12_G1MSM, g1),
  ...sumsOfProducts(T.BLS12_G1MSM, g1),
  ...sums(T.BLS12_G2ADD, g2),
  ...products(T.BLS12_G2MSM, g2),
  ...sumsOfProducts(T.BLS12_G2MSM, g2),
  ...pairings(),
]
