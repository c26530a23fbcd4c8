/** Edges of P256VERIFY: whether x(R) = r modulo the order, for R = (hash/s)·G + (r/s)·Q. */
import { p256 } from '@noble/curves/nist.js'
import { P256VERIFY } from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer, join } from '../inputs.ts'
import { pointAt, randomBelow } from './Edge.ts'

const { Point } = p256
const { Fp, Fn, BASE } = Point
const [modulus, order] = [Fp.ORDER, Fn.ORDER]
type Key = typeof BASE

const random = new Random('edges of P-256')
const randomFn = () => 1n + randomBelow(random, order - 1n)
const full = 2n ** 256n - 1n

interface Signature {
  readonly hash: bigint
  readonly r: bigint
  readonly s: bigint
  readonly x: bigint
  readonly y: bigint
}

const named = (name: string, { hash, r, s, x, y }: Signature): Input => ({
  address: P256VERIFY,
  name,
  input: join(...[hash, r, s, x, y].map((value) => integer(value))),
})

/** A signature of `hash` whose R is `nonce`·G. */
function sign(secret: bigint, hash: bigint, nonce = randomFn()): Signature {
  const r = BASE.multiply(nonce).toAffine().x % order
  const s = Fn.div(Fn.create(hash + r * secret), nonce)
  return { hash, r, s, ...BASE.multiply(secret).toAffine() }
}

/** A valid signature of some hash without the secret of the key: R = a·G + b·Q gives r, then s = r/b and hash = a·s. */
function forge(key: Key, a = randomFn(), b = randomFn()): Signature {
  const r = BASE.multiply(a).add(key.multiply(b)).toAffine().x % order
  const s = Fn.div(r, b)
  return { hash: Fn.mul(a, s), r, s, ...key.toAffine() }
}

/** The key for which R is the point of `r`, `s` and `hash`. */
function recover(point: Key, r: bigint, s: bigint, hash: bigint): Signature {
  const key = point.multiply(s).subtract(BASE.multiply(hash)).multiply(Fn.inv(r))
  return { hash, r, s, ...key.toAffine() }
}

/** Numbers at the ends of their ranges, each in the place of one that is right. */
function numbers(): Input[] {
  const right = sign(randomFn(), randomFn())
  const ends = [0n, 1n, order - 1n, order, order + 1n, modulus, full]
  const places = ['hash', 'r', 's', 'x', 'y'] as const
  return [
    named('a signature', right),
    named('the other s, which is as valid', { ...right, s: order - right.s }),
    named('r greater by one', { ...right, r: right.r + 1n }),
    named('the negative of the key', { ...right, y: modulus - right.y }),
    named('a key with x and y exchanged', { ...right, x: right.y, y: right.x }),
    named('the key at infinity', { ...right, x: 0n, y: 0n }),
    ...places.flatMap((place) =>
      ends.map((value) => named(`0x${value.toString(16)} for ${place}`, { ...right, [place]: value })),
    ),
  ]
}

/** A hash is taken modulo the order, and 0 takes G out of the sum. */
function hashes(): Input[] {
  const secret = randomFn()
  return [0n, 1n, 5n, order - 1n, order, order + 1n, full].map((hash) =>
    named(`a signature of the hash 0x${hash.toString(16)}`, sign(secret, hash)),
  )
}

/** Where the sum of the two products goes through a doubling or infinity, and where reducing x(R) matters. */
function sums(): Input[] {
  const [secret, half] = [randomFn(), randomFn()]
  const key = BASE.multiply(secret)
  const { r, s, x, y } = sign(secret, 1n)
  const past = firstPointFrom(order + 1n)
  const reduced = recover(past, past.toAffine().x - order, 5n, 7n)
  return [
    named('both products are equal', forge(key, half, Fn.div(half, secret))),
    named('the products cancel out', { hash: Fn.neg(r * secret), r, s, x, y }),
    named('the key is the generator, once like G', forge(BASE, half, half)),
    named('the key is the negative of the generator', forge(BASE.negate())),
    named('R is the generator', sign(secret, 3n, 1n)),
    named('R is the negative of the generator', sign(secret, 3n, order - 1n)),
    named('x(R) is past the order, and r is reduced; s is small', reduced),
    named('x(R) is past the order, and r is not reduced', { ...reduced, r: reduced.r + order }),
    named('a small s with the order on it', { ...reduced, s: reduced.s + order }),
  ]
}

/** Keys with so small an x that it can be written a second time, with the modulus on it. */
function smallKeys(): Input[] {
  return [0n, 1n, 1n << 100n, 1n << 200n].map(firstPointFrom).flatMap((key) => {
    const signature = forge(key)
    const { x } = signature
    return [
      named(`a key at 0x${x.toString(16)}`, signature),
      named(`a key at 0x${x.toString(16)} and the modulus`, { ...signature, x: x + modulus }),
    ]
  })
}

function firstPointFrom(start: bigint): Key {
  for (let x = start; ; x++) {
    const point = pointAt(Point, x)
    if (point !== undefined) return Point.fromAffine(point.toAffine())
  }
}

export const edges = (): Input[] => [...numbers(), ...hashes(), ...sums(), ...smallKeys()]
