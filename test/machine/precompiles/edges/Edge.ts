/** What the edges of all precompiles are made of: parts with a name, and whether they are valid by construction. */
import type { WeierstrassPoint, WeierstrassPointCons } from '@noble/curves/abstract/weierstrass.js'
import type { Random } from '../../../utils/Random.ts'
import { type Input, integer, join } from '../inputs.ts'

export interface Part {
  /** What makes it an edge. */
  readonly name: string
  readonly bytes: Uint8Array
  readonly isValid: boolean
}

export const part = (name: string, bytes: Uint8Array, isValid = true): Part => ({ name, bytes, isValid })

/** An element of an input, which is valid if all parts of it are. */
export function element(...parts: readonly Part[]): Part {
  const name = parts.map((each) => each.name).join(', ')
  return part(
    name,
    join(...parts.map(({ bytes }) => bytes)),
    parts.every(({ isValid }) => isValid),
  )
}

/** An input of these elements, which fails for the first that is not valid. */
export function edge(address: number, ...elements: readonly Part[]): Input {
  const { name, bytes } = element(...elements)
  const bad = elements.findIndex(({ isValid }) => !isValid)
  return { address, name, input: bytes, ...(bad === -1 ? {} : { bad }) }
}

export const toBigint = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`)

/** A number below `limit`, of up to 512 bits. */
export const randomBelow = (random: Random, limit: bigint): bigint => toBigint(random.bytes(64)) % limit

/** Scalars around the order, where a multiplication that reduces, splits or halves its scalar goes another way. */
export function scalarsAround(order: bigint): Part[] {
  const scalars: readonly (readonly [name: string, value: bigint])[] = [
    ['0', 0n],
    ['1', 1n],
    ['2', 2n],
    ['half the order', (order - 1n) / 2n],
    ['the order less one', order - 1n],
    ['the order', order],
    ['the order and one', order + 1n],
    ['twice the order', 2n * order],
    ['half a word', 1n << 128n],
    ['the highest bit', 1n << 255n],
    ['all bits', 2n ** 256n - 1n],
  ]
  return scalars.map(([name, value]) => part(`times ${name}`, integer(value)))
}

/** A point at `x`, if there is one. */
export function pointAt<T>(curve: WeierstrassPointCons<T>, x: T): WeierstrassPoint<T> | undefined {
  const { Fp } = curve
  const { a, b } = curve.CURVE()
  const square = Fp.add(Fp.mul(Fp.add(Fp.sqr(x), a), x), b)
  if (!Fp.is0(square) && !Fp.eql(Fp.pow(square, (Fp.ORDER - 1n) / 2n), Fp.ONE)) return undefined
  return curve.fromAffine({ x, y: Fp.sqrt(square) })
}

/** The point of the first of these coordinates that has one. */
export function firstPoint<T>(curve: WeierstrassPointCons<T>, coordinate: () => T): WeierstrassPoint<T> {
  for (;;) {
    const point = pointAt(curve, coordinate())
    if (point !== undefined) return point
  }
}

/** The same point in other words: each coordinate is raised by a multiple of the modulus, which a sloppy reader takes off. */
export function unreduced(point: Part, width: number, modulus: bigint, times = 1): Part[] {
  return eachWord(point.bytes, width).map((index) => {
    const bytes = raise(point.bytes, index, width, BigInt(times) * modulus)
    return part(`${point.name} with ${times} × the modulus on coordinate ${index}`, bytes, false)
  })
}

/** No point: a coordinate is greater by one. */
export function displaced(point: Part, width: number): Part[] {
  return eachWord(point.bytes, width).map((index) =>
    part(`${point.name} with one on coordinate ${index}`, raise(point.bytes, index, width, 1n), false),
  )
}

const eachWord = (bytes: Uint8Array, width: number) => Array.from({ length: bytes.length / width }, (_, index) => index)

function raise(bytes: Uint8Array, index: number, width: number, amount: bigint): Uint8Array {
  const [start, end] = [index * width, (index + 1) * width]
  const raised = integer(toBigint(bytes.subarray(start, end)) + amount, width)
  return join(bytes.subarray(0, start), raised, bytes.subarray(end))
}
