/** Edges of BN254_ADD, BN254_MUL and BN254_PAIRING. All of the first group's curve is its subgroup, of the second's is not. */
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js'
import { bn254 } from '@noble/curves/bn254.js'
import * as PrecompileTable from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer, join } from '../inputs.ts'
import { displaced, edge, element, firstPoint, type Part, part, randomBelow, scalarsAround, unreduced } from './Edge.ts'

const { Fp, Fp2, Fr } = bn254.fields
type Complex = ReturnType<typeof Fp2.fromBigTuple>
const T = PrecompileTable
const [G1, G2] = [bn254.G1.Point, bn254.G2.Point]
const WIDTH = 32
const random = new Random('edges of BN254')
const randomFp = () => randomBelow(random, Fp.ORDER)
const randomFp2 = () => Fp2.fromBigTuple([randomFp(), randomFp()])

const bytesOfG1 = (point: WeierstrassPoint<bigint>): Uint8Array => {
  const { x, y } = point.toAffine()
  return join(integer(x), integer(y))
}
/** The imaginary parts stand first. */
const bytesOfG2 = (point: WeierstrassPoint<Complex>): Uint8Array => {
  const { x, y } = point.toAffine()
  return join(...[x.c1, x.c0, y.c1, y.c0].map((value) => integer(value)))
}

function pointsOfG1(): Part[] {
  const [infinity, generator] = [part('infinity', bytesOfG1(G1.ZERO)), part('the generator', bytesOfG1(G1.BASE))]
  return [
    infinity,
    generator,
    part('the negative of the generator', bytesOfG1(G1.BASE.negate())),
    part('twice the generator', bytesOfG1(G1.BASE.double())),
    part('any point', bytesOfG1(firstPoint(G1, randomFp))),
    ...[infinity, generator].flatMap((point) => [
      ...unreduced(point, WIDTH, Fp.ORDER),
      ...unreduced(point, WIDTH, Fp.ORDER, 2),
      ...displaced(point, WIDTH),
    ]),
    part('full bytes', new Uint8Array(64).fill(0xff), false),
  ]
}

function pointsOfG2(): Part[] {
  const [infinity, generator] = [part('infinity', bytesOfG2(G2.ZERO)), part('the generator', bytesOfG2(G2.BASE))]
  const { x, y } = G2.BASE.toAffine()
  return [
    infinity,
    generator,
    part('the negative of the generator', bytesOfG2(G2.BASE.negate())),
    part('twice the generator', bytesOfG2(G2.BASE.double())),
    part('any member', bytesOfG2(G2.BASE.multiply(randomBelow(random, Fr.ORDER)))),
    part('a point outside', bytesOfG2(firstPoint(G2, randomFp2)), false),
    part('the generator and a point outside', bytesOfG2(G2.BASE.add(firstPoint(G2, randomFp2))), false),
    part('the generator with its real parts first', join(...[x.c0, x.c1, y.c0, y.c1].map((v) => integer(v))), false),
    ...[infinity, generator].flatMap((point) => [...unreduced(point, WIDTH, Fp.ORDER), ...displaced(point, WIDTH)]),
    part('full bytes', new Uint8Array(128).fill(0xff), false),
  ]
}

/** Each point with the other group's generator and infinity, and in two pairs whose product is one, or is not. */
function pairings(g1: readonly Part[], g2: readonly Part[]): Input[] {
  const [infinity, generator, negative] = g1 as [Part, Part, Part]
  return [
    ...g1.flatMap((left) => g2.slice(0, 2).map((right) => edge(T.BN254_PAIRING, element(left, right)))),
    ...g2
      .slice(2)
      .flatMap((right) => [
        edge(T.BN254_PAIRING, element(infinity, right)),
        edge(T.BN254_PAIRING, element(generator, right)),
      ]),
    ...g2.flatMap((right) => [
      edge(T.BN254_PAIRING, element(negative, right), element(generator, right)),
      edge(T.BN254_PAIRING, element(generator, g2[1]!), element(generator, right)),
    ]),
  ]
}

export function edges(): Input[] {
  const [g1, g2] = [pointsOfG1(), pointsOfG2()]
  return [
    ...g1.flatMap((left) => g1.map((right) => edge(T.BN254_ADD, element(left, right)))),
    ...g1.flatMap((point) => scalarsAround(Fr.ORDER).map((scalar) => edge(T.BN254_MUL, element(point, scalar)))),
    ...pairings(g1, g2),
  ]
}
