/** BN254_ADD, BN254_MUL and BN254_PAIRING (EIP-196, EIP-197). */
import { bn254 } from '@noble/curves/bn254.js'
import * as Curve from './Curve.ts'
import { computeFrom, type Result } from './Elements.ts'
import * as Integer from './Integer.ts'

const { Fp, Fp2, Fr } = bn254.fields
const G1 = bn254.G1.Point
const G2 = bn254.G2.Point

type Point = typeof G1.ZERO

/** The sum of two points. */
export function add(input: Uint8Array): Result {
  return computeFrom(input, 128, decodeSummands, ([summands]) => encode(summands!.left.add(summands!.right)))
}

/** A point multiplied by a number of 256 bits. */
export function multiply(input: Uint8Array): Result {
  return computeFrom(input, 96, decodeProduct, ([product]) => encode(product!.point.multiplyUnsafe(product!.scalar)))
}

/** Whether the product of the pairings is one. */
export function pairing(input: Uint8Array): Result {
  return computeFrom(input, 192, decodePair, (pairs) => Curve.pairingCheck(bn254, pairs))
}

function decodeSummands(element: Uint8Array): { left: Point; right: Point } | undefined {
  const left = decodeG1(element.subarray(0, 64))
  const right = decodeG1(element.subarray(64))
  return left === undefined || right === undefined ? undefined : { left, right }
}

function decodeProduct(element: Uint8Array): Curve.Product<bigint> | undefined {
  const point = decodeG1(element.subarray(0, 64))
  return point && { point, scalar: Fr.create(Integer.fromBytes(element.subarray(64))) }
}

function decodePair(element: Uint8Array): Curve.Pair | undefined {
  const g1 = decodeG1(element.subarray(0, 64))
  const g2 = decodeG2(element.subarray(64))
  return g1 === undefined || g2 === undefined ? undefined : { g1, g2 }
}

/** All of the curve is the subgroup of prime order. */
function decodeG1(bytes: Uint8Array): Point | undefined {
  const [x, y] = [0, 32].map((offset) => Integer.fromBytes(bytes.subarray(offset, offset + 32)))
  return Fp.isValid(x!) && Fp.isValid(y!) ? Curve.pointOf(G1, x!, y!) : undefined
}

/** The imaginary part of a coordinate stands first. */
function decodeG2(bytes: Uint8Array): typeof G2.ZERO | undefined {
  const parts = [0, 32, 64, 96].map((offset) => Integer.fromBytes(bytes.subarray(offset, offset + 32)))
  if (!parts.every((part) => Fp.isValid(part))) return undefined
  const [x1, x0, y1, y0] = parts as [bigint, bigint, bigint, bigint]
  return Curve.memberOf(G2, Fp2.fromBigTuple([x0, x1]), Fp2.fromBigTuple([y0, y1]))
}

function encode(point: Point): Uint8Array {
  const { x, y } = point.toAffine()
  return Buffer.concat([Integer.toBytes(x, 32), Integer.toBytes(y, 32)])
}
