/** The precompiles on BLS12-381 (EIP-2537). A coordinate takes 64 bytes, of which the first 16 have to be zero. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import * as Curve from './Curve.ts'
import { computeFrom, type Result } from './Elements.ts'
import * as Integer from './Integer.ts'

const { Fp, Fp2, Fr } = bls12_381.fields
const G1 = bls12_381.G1.Point
const G2 = bls12_381.G2.Point

type Point1 = typeof G1.ZERO
type Point2 = typeof G2.ZERO
type Complex = ReturnType<typeof Fp2.fromBigTuple>

// The library's types say what a curve's own part of it gives, which is not cleared of the cofactor yet.
const mapG1 = bls12_381.G1.mapToCurve as unknown as (value: bigint) => Point1
const mapG2 = bls12_381.G2.mapToCurve as unknown as (value: [bigint, bigint]) => Point2

/** The sum of two points; only here they need not be in the subgroup. */
export function addG1(input: Uint8Array): Result {
  const decode = (element: Uint8Array) => {
    const left = decodeG1(element.subarray(0, 128), Curve.pointOf)
    const right = decodeG1(element.subarray(128), Curve.pointOf)
    return left && right && { left, right }
  }
  return computeFrom(input, 256, decode, ([summands]) => encodeG1(summands!.left.add(summands!.right)))
}

export function addG2(input: Uint8Array): Result {
  const decode = (element: Uint8Array) => {
    const left = decodeG2(element.subarray(0, 256), Curve.pointOf)
    const right = decodeG2(element.subarray(256), Curve.pointOf)
    return left && right && { left, right }
  }
  return computeFrom(input, 512, decode, ([summands]) => encodeG2(summands!.left.add(summands!.right)))
}

/** The sum of points multiplied by numbers of 256 bits. */
export function sumG1(input: Uint8Array): Result {
  const decode = (element: Uint8Array) => {
    const point = decodeG1(element.subarray(0, 128), Curve.memberOf)
    return point && { point, scalar: decodeScalar(element.subarray(128)) }
  }
  return computeFrom(input, 160, decode, (products) => encodeG1(Curve.sumOf(G1, products)))
}

export function sumG2(input: Uint8Array): Result {
  const decode = (element: Uint8Array) => {
    const point = decodeG2(element.subarray(0, 256), Curve.memberOf)
    return point && { point, scalar: decodeScalar(element.subarray(256)) }
  }
  return computeFrom(input, 288, decode, (products) => encodeG2(Curve.sumOf(G2, products)))
}

/** Whether the product of the pairings is one. */
export function pairing(input: Uint8Array): Result {
  const decode = (element: Uint8Array) => {
    const g1 = decodeG1(element.subarray(0, 128), Curve.memberOf)
    const g2 = g1 && decodeG2(element.subarray(128), Curve.memberOf)
    return g1 && g2 && { g1, g2 }
  }
  return computeFrom(input, 384, decode, (pairs) => Curve.pairingCheck(bls12_381, pairs))
}

/** A field element, mapped to the subgroup. */
export function mapToG1(input: Uint8Array): Result {
  return computeFrom(input, 64, decodeCoordinate, ([value]) => encodeG1(mapG1(value!)))
}

export function mapToG2(input: Uint8Array): Result {
  return computeFrom(input, 128, decodeComplex, ([value]) => encodeG2(mapG2([value!.c0, value!.c1])))
}

type PointOf = <T>(...parameters: Parameters<typeof Curve.pointOf<T>>) => ReturnType<typeof Curve.pointOf<T>>

function decodeG1(bytes: Uint8Array, pointOf: PointOf): Point1 | undefined {
  const x = decodeCoordinate(bytes.subarray(0, 64))
  const y = decodeCoordinate(bytes.subarray(64))
  return x === undefined || y === undefined ? undefined : pointOf(G1, x, y)
}

function decodeG2(bytes: Uint8Array, pointOf: PointOf): Point2 | undefined {
  const x = decodeComplex(bytes.subarray(0, 128))
  const y = decodeComplex(bytes.subarray(128))
  return x === undefined || y === undefined ? undefined : pointOf(G2, x, y)
}

/** Below the modulus, and so with 16 zeros in front. */
function decodeCoordinate(bytes: Uint8Array): bigint | undefined {
  const value = Integer.fromBytes(bytes)
  return Fp.isValid(value) ? value : undefined
}

function decodeComplex(bytes: Uint8Array): Complex | undefined {
  const c0 = decodeCoordinate(bytes.subarray(0, 64))
  const c1 = decodeCoordinate(bytes.subarray(64))
  return c0 === undefined || c1 === undefined ? undefined : Fp2.fromBigTuple([c0, c1])
}

function decodeScalar(bytes: Uint8Array): bigint {
  return Fr.create(Integer.fromBytes(bytes))
}

function encodeG1(point: Point1): Uint8Array {
  const { x, y } = point.toAffine()
  return encodeCoordinates(x, y)
}

function encodeG2(point: Point2): Uint8Array {
  const { x, y } = point.toAffine()
  return encodeCoordinates(x.c0, x.c1, y.c0, y.c1)
}

function encodeCoordinates(...coordinates: readonly bigint[]): Uint8Array {
  return Buffer.concat(coordinates.map((coordinate) => Integer.toBytes(coordinate, 64)))
}
