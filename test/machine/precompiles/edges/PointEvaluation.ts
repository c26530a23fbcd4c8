/** Edges of POINT_EVALUATION: numbers past the order, and every way of writing a compressed point otherwise. */
import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { POINT_EVALUATION } from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { evaluation, type Input, integer, join } from '../inputs.ts'
import { g1 } from './Bls12Points.ts'
import { edge, part, pointAt, toBigint } from './Edge.ts'

const G1 = bls12_381.G1.Point
const [modulus, order] = [G1.Fp.ORDER, G1.Fn.ORDER]
/** In the first byte: compressed, at infinity, and the greater of the two y. */
const [COMPRESSED, INFINITY, GREATER] = [0x80, 0x40, 0x20]

/** The 48 bytes of x with flags. */
function compressed(flags: number, x: bigint): Uint8Array {
  const bytes = integer(x, 48)
  bytes[0]! |= flags
  return bytes
}

const infinity = compressed(COMPRESSED | INFINITY, 0n)

interface Opening {
  readonly commitment: Uint8Array
  readonly z?: bigint
  readonly y?: bigint
  readonly proof?: Uint8Array
  readonly version?: number
}

function named(name: string, isValid: boolean, opening: Opening): Input {
  const { commitment, z = 0n, y = 0n, proof = infinity, version = 1 } = opening
  const hash = createHash('sha256').update(commitment).digest()
  hash[0] = version
  return edge(POINT_EVALUATION, part(name, join(hash, integer(z), integer(y), commitment, proof), isValid))
}

/** The least multiple of the generator with so small an x that x and the modulus leave the flags free. */
function smallMultiple() {
  for (let factor = 2n; ; factor++) {
    const point = G1.BASE.multiply(factor)
    const bytes = point.toBytes(true)
    if (point.x + modulus < 1n << 381n) return { factor, bytes, x: point.x, flags: bytes[0]! & 0xe0 }
  }
}

const small = smallMultiple()
/** [τ]G1 times the same: the commitment to a polynomial whose proof is that multiple, wherever it is opened. */
const slope = G1.fromBytes(evaluation(0n).subarray(96, 144)).multiply(small.factor).toBytes(true)

type Encoding = readonly [name: string, bytes: Uint8Array]

const malformedInfinities: readonly Encoding[] = [
  ['infinity with the sign', compressed(COMPRESSED | INFINITY | GREATER, 0n)],
  ['infinity with an x', compressed(COMPRESSED | INFINITY, 1n)],
  ['infinity with the modulus as x', compressed(COMPRESSED | INFINITY, modulus)],
  ['infinity without the flag of compression', compressed(INFINITY, 0n)],
  ['zeros', compressed(0, 0n)],
  ['all bits', new Uint8Array(48).fill(0xff)],
]

const wrongMultiples: readonly Encoding[] = [
  ['a point with the modulus on x', compressed(small.flags, small.x + modulus)],
  ['a point without the flag of compression', compressed(small.flags & ~COMPRESSED, small.x)],
  ['a point with the flag of infinity', compressed(small.flags | INFINITY, small.x)],
  ['the negative of the point', compressed(small.flags ^ GREATER, small.x)],
]

function noMembers(): Encoding[] {
  const outside = g1
    .filter(({ place }) => place === 'curve')
    .map(({ name, bytes }): Encoding => {
      const [x, y] = [toBigint(bytes.subarray(0, 64)), toBigint(bytes.subarray(64))]
      return [name, compressed(COMPRESSED | (2n * y > modulus ? GREATER : 0), x)]
    })
  let x = 1n
  while (pointAt(G1, x) !== undefined) x++
  return [...outside, ['an x of no point', compressed(COMPRESSED, x)], ['the modulus', compressed(COMPRESSED, modulus)]]
}

/** In both places, with what makes the evaluation right for a reader that takes the encoding for what it is nearly. */
const encodings = (): Input[] => [
  ...[...malformedInfinities, ...noMembers()].flatMap(([name, bytes]) => [
    named(`${name} as commitment`, false, { commitment: bytes }),
    named(`${name} as proof`, false, { commitment: infinity, proof: bytes }),
  ]),
  ...wrongMultiples.flatMap(([name, bytes]) => [
    named(`${name} as commitment`, false, { commitment: bytes, y: small.factor }),
    named(`${name} as proof`, false, { commitment: slope, proof: bytes, z: 5n, y: 5n * small.factor }),
  ]),
]

/** The polynomial of a constant has the proof at infinity; the hash of its commitment is that of any other. */
function values(): Input[] {
  const { bytes: commitment, factor } = small
  const negative = G1.fromBytes(commitment).negate().toBytes(true)
  return [
    named('the polynomial 0', true, { commitment: infinity }),
    named('the polynomial 0 with another value', false, { commitment: infinity, y: 1n }),
    named('a constant', true, { commitment, y: factor }),
    named('a constant with another value', false, { commitment, y: factor + 1n }),
    named('a constant at the order less one', true, { commitment, z: order - 1n, y: factor }),
    named('a negative constant', true, { commitment: negative, y: order - factor }),
    named('a constant at the order', false, { commitment, z: order, y: factor }),
    named('a constant at the order and one', false, { commitment, z: order + 1n, y: factor }),
    named('a constant at all bits', false, { commitment, z: 2n ** 256n - 1n, y: factor }),
    named('a value past the order', false, { commitment, y: factor + order }),
    named('a line', true, { commitment: slope, proof: commitment, z: 5n, y: 5n * factor }),
    named('a line at 0', true, { commitment: slope, proof: commitment }),
    named('a line at the order less one', true, {
      commitment: slope,
      proof: commitment,
      z: order - 1n,
      y: order - factor,
    }),
    named('a line with a negative proof', false, { commitment: slope, proof: negative, z: 5n, y: 5n * factor }),
    named('a left side at infinity', false, { commitment: negative, proof: commitment, z: 1n }),
    named('version 0', false, { commitment: infinity, version: 0 }),
    named('version 2', false, { commitment: infinity, version: 2 }),
  ]
}

export const edges = (): Input[] => [...encodings(), ...values()]
