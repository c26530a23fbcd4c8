/** Inputs of the delegated precompiles: valid ones, ones with an element that is not valid, and ones of a wrong length. */
import { createHash } from 'node:crypto'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import * as PrecompileTable from '../../../prover/machine/precompiles/PrecompileTable.ts'

export interface Input {
  readonly address: number
  readonly name: string
  readonly input: Uint8Array
  /** The first element that is not valid; absent if all are. */
  readonly bad?: number
}

export const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
export const integer = (value: bigint | number, width = 32): Uint8Array =>
  hex(value.toString(16).padStart(2 * width, '0'))
export const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** Encodings of a curve's points. */
function pointsOf(
  curve: typeof bn254 | typeof bls12_381,
  width: number,
  complex: (c0: bigint, c1: bigint) => bigint[],
) {
  const g1 = (factor: number) => {
    const { x, y } = curve.G1.Point.BASE.multiply(BigInt(factor)).toAffine()
    return join(...[x, y].map((value) => integer(value, width)))
  }
  const g2 = (factor: number) => {
    const { x, y } = curve.G2.Point.BASE.multiply(BigInt(factor)).toAffine()
    return join(...[...complex(x.c0, x.c1), ...complex(y.c0, y.c1)].map((value) => integer(value, width)))
  }
  /** The first point of the twist by its x that is not in the subgroup. */
  const outsideG2 = () => {
    const { Fp2 } = curve.fields
    for (let c0 = 1n; ; c0++) {
      const x = Fp2.fromBigTuple([c0, 1n])
      const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), curve.G2.Point.CURVE().b)
      if (!Fp2.eql(Fp2.pow(square, (Fp2.ORDER - 1n) / 2n), Fp2.ONE)) continue
      const y = Fp2.sqrt(square)
      return join(...[...complex(c0, 1n), ...complex(y.c0, y.c1)].map((value) => integer(value, width)))
    }
  }
  return { g1, g2, outsideG2: outsideG2() }
}

const bn = pointsOf(bn254, 32, (c0, c1) => [c1, c0])
const bls = pointsOf(bls12_381, 64, (c0, c1) => [c0, c1])
const infinity = (size: number) => new Uint8Array(size)
/** A point of BLS12-381 that is not in the subgroup. */
const outsideG1 = join(integer(0, 64), integer(2, 64))
/** Coordinates of no point of any of the curves. */
const nowhere = (width: number, count: number) => join(...Array.from({ length: count }, () => integer(1, width)))
const [bnModulus, blsModulus] = [bn254.fields.Fp.ORDER, bls12_381.fields.Fp.ORDER]
const largest = integer(2n ** 256n - 1n)

/** The three lengths, then base, exponent and modulus. */
export function modExp(base: Uint8Array, exponent: Uint8Array, modulus: Uint8Array): Uint8Array {
  return join(integer(base.length), integer(exponent.length), integer(modulus.length), base, exponent, modulus)
}

/** EIP-152's test vectors, which differ in rounds and flag only. */
export function blake2f(rounds: number, flag: number): Uint8Array {
  const state =
    '48c9bdf267e6096a3ba7ca8485ae67bb2bf894fe72f36e3cf1361d5f3af54fa5' +
    'd182e6ad7f520e511f6c3e2b8c68059b6bbd41fbabd9831f79217e1319cde05b'
  return join(integer(rounds, 4), hex(state), hex('616263'), infinity(125), hex('03'), infinity(15), integer(flag, 1))
}

/** A point evaluation whose polynomial is [τ]G1, X itself: its value at z is z, and the proof is the commitment to 1. */
export function evaluation(z: bigint, y = z, versionedHash?: Uint8Array): Uint8Array {
  const commitment = hex(
    'ad3eb50121139aa34db1d545093ac9374ab7bca2c0f3bf28e27c8dcd8fc7cb42d25926fc0c97b336e9f0fb35e5a04c81',
  )
  const hash = createHash('sha256').update(commitment).digest()
  hash[0] = 1
  return join(versionedHash ?? hash, integer(z), integer(y), commitment, bls12_381.G1.Point.BASE.toBytes(true))
}

const signed = hex('bb5a52f42f9c9261ed4361f59422a1e30036e7c32b270c8807a419feca605023')
const secretKey = integer(7)
const signature = p256.sign(signed, secretKey, { prehash: false, lowS: false })
const key = p256.getPublicKey(secretKey, false).subarray(1)

const T = PrecompileTable
type Row = readonly [address: number, name: string, input: Uint8Array, bad?: number]
const inputsOf = (rows: readonly Row[]): Input[] =>
  rows.map(([address, name, input, bad]) => ({ address, name, input, ...(bad === undefined ? {} : { bad }) }))

/** Inputs that are paid for and have an output, which may be empty. */
export const valid: readonly Input[] = inputsOf([
  [T.MODEXP, 'nothing', hex('')],
  [T.MODEXP, 'small', modExp(hex('03'), hex('05'), hex('64'))],
  [T.MODEXP, 'an even modulus', modExp(integer(2n ** 250n + 1n), hex('010001'), integer(2n ** 252n))],
  [T.MODEXP, 'no modulus', modExp(hex('03'), hex('05'), hex(''))],
  [T.MODEXP, 'modulus zero', modExp(hex('03'), hex('05'), integer(0, 40))],
  [T.MODEXP, 'modulus one', modExp(hex('03'), hex(''), hex('01'))],
  [T.MODEXP, 'a long exponent', modExp(hex('02'), integer(2n ** 300n + 1n, 45), integer(2n ** 255n - 19n))],
  [T.MODEXP, 'a body that is cut off', modExp(hex('03'), hex('05'), integer(2n ** 260n, 40)).subarray(0, 110)],
  [T.BN254_ADD, 'a sum', join(bn.g1(2), bn.g1(3))],
  [T.BN254_ADD, 'one point', bn.g1(2)],
  [T.BN254_ADD, 'nothing', hex('')],
  [T.BN254_ADD, 'more than is read', join(bn.g1(2), bn.g1(2), largest)],
  [T.BN254_MUL, 'a product', join(bn.g1(2), largest)],
  [T.BN254_MUL, 'by nothing', bn.g1(5)],
  [T.BN254_PAIRING, 'nothing', hex('')],
  [
    T.BN254_PAIRING,
    'one',
    join(bn.g1(2), bn.g2(3), join(bn.g1(6).subarray(0, 32), minus(bn.g1(6), bnModulus)), bn.g2(1)),
  ],
  [T.BN254_PAIRING, 'not one', join(bn.g1(2), bn.g2(3))],
  [T.BN254_PAIRING, 'infinity', join(infinity(64), bn.g2(3), bn.g1(2), infinity(128))],
  [T.BLAKE2F, 'no round', blake2f(0, 1)],
  [T.BLAKE2F, 'twelve rounds', blake2f(12, 1)],
  [T.BLAKE2F, 'not the final block', blake2f(12, 0)],
  [T.POINT_EVALUATION, 'a proof', evaluation(5n)],
  [T.BLS12_G1ADD, 'a sum', join(bls.g1(2), bls.g1(3))],
  [T.BLS12_G1ADD, 'out of the subgroup', join(outsideG1, infinity(128))],
  [T.BLS12_G1MSM, 'one product', join(bls.g1(2), largest)],
  [T.BLS12_G1MSM, 'a sum', join(bls.g1(2), integer(3), infinity(128), largest, bls.g1(4), integer(0))],
  [T.BLS12_G2ADD, 'a sum', join(bls.g2(2), bls.g2(3))],
  [T.BLS12_G2ADD, 'out of the subgroup', join(bls.outsideG2, infinity(256))],
  [T.BLS12_G2MSM, 'one product', join(bls.g2(2), largest)],
  [T.BLS12_G2MSM, 'a sum', join(bls.g2(2), integer(3), infinity(256), largest, bls.g2(4), integer(0))],
  [
    T.BLS12_PAIRING,
    'one',
    join(bls.g1(2), bls.g2(3), bls.g1(6).subarray(0, 64), minus(bls.g1(6), blsModulus), bls.g2(1)),
  ],
  [T.BLS12_PAIRING, 'not one', join(bls.g1(2), bls.g2(3))],
  [T.BLS12_PAIRING, 'infinity', join(infinity(128), bls.g2(3))],
  [T.BLS12_MAP_FP_TO_G1, 'a number', integer(77, 64)],
  [T.BLS12_MAP_FP2_TO_G2, 'a number', join(integer(77, 64), integer(blsModulus - 1n, 64))],
  [T.P256VERIFY, 'a signature', join(signed, signature, key)],
  [T.P256VERIFY, 'of something else', join(integer(1), signature, key)],
  [T.P256VERIFY, 'a key that is no point', join(signed, signature, nowhere(32, 2))],
  [T.P256VERIFY, 'r of zero', join(signed, integer(0), signature.subarray(32), key)],
  [T.P256VERIFY, 'too short', join(signed, signature, key).subarray(1)],
  [T.P256VERIFY, 'too long', join(signed, signature, key, hex('00'))],
])

/** Inputs that are paid for and fail. */
export const invalid: readonly Input[] = inputsOf([
  [T.BN254_ADD, 'no point', join(bn.g1(2), nowhere(32, 2)), 0],
  [T.BN254_ADD, 'a coordinate that is no field element', join(integer(bnModulus), integer(2)), 0],
  [T.BN254_MUL, 'no point', join(nowhere(32, 2), integer(2)), 0],
  [T.BN254_PAIRING, 'first', join(nowhere(32, 2), bn.g2(1), bn.g1(1), nowhere(32, 4)), 0],
  [T.BN254_PAIRING, 'middle', join(bn.g1(1), bn.g2(1), bn.g1(1), bn.outsideG2, bn.g1(1), bn.g2(1)), 1],
  [T.BN254_PAIRING, 'last', join(infinity(192), infinity(64), nowhere(32, 4)), 1],
  [T.BN254_PAIRING, 'a coordinate', join(bn.g1(1), bn.g2(1).subarray(0, 96), largest), 0],
  [T.POINT_EVALUATION, 'another value', evaluation(5n, 6n), 0],
  [T.POINT_EVALUATION, 'another hash', evaluation(5n, 5n, largest), 0],
  [T.POINT_EVALUATION, 'z that is no field element', evaluation(bls12_381.fields.Fr.ORDER), 0],
  [T.POINT_EVALUATION, 'out of the subgroup', outsideEvaluation(), 0],
  [T.BLS12_G1ADD, 'no point', join(bls.g1(2), nowhere(64, 2)), 0],
  [T.BLS12_G1ADD, 'a coordinate', join(integer(blsModulus, 64), integer(2, 64), infinity(128)), 0],
  [T.BLS12_G1MSM, 'first', join(outsideG1, integer(1), nowhere(64, 2), integer(1)), 0],
  [T.BLS12_G1MSM, 'middle', join(bls.g1(2), integer(3), nowhere(64, 2), integer(1), bls.g1(4), integer(1)), 1],
  [T.BLS12_G2ADD, 'no point', join(nowhere(64, 4), bls.g2(2)), 0],
  [T.BLS12_G2MSM, 'first', join(bls.outsideG2, integer(0)), 0],
  [T.BLS12_G2MSM, 'last', join(bls.g2(2), integer(3), nowhere(64, 4), integer(0)), 1],
  [T.BLS12_PAIRING, 'first', join(outsideG1, infinity(256)), 0],
  [T.BLS12_PAIRING, 'middle', join(bls.g1(1), bls.g2(1), infinity(128), bls.outsideG2, infinity(384)), 1],
  [T.BLS12_MAP_FP_TO_G1, 'no field element', integer(blsModulus, 64), 0],
  [T.BLS12_MAP_FP_TO_G1, 'a byte before', join(hex('01'), integer(0, 63)), 0],
  [T.BLS12_MAP_FP2_TO_G2, 'no field element', join(integer(0, 64), integer(blsModulus, 64)), 0],
])

/** Inputs whose length, or whose own lengths or flag, halt before anything is paid. */
export const refused: readonly Input[] = inputsOf([
  [T.MODEXP, 'a base too long', join(integer(1025), integer(0), integer(1))],
  [T.MODEXP, 'an exponent too long', join(integer(1), integer(1025), integer(1))],
  [T.MODEXP, 'a modulus too long', join(integer(1), integer(1), integer(2n ** 255n))],
  [T.BN254_PAIRING, 'a part', infinity(191)],
  [T.BLAKE2F, 'too short', blake2f(1, 1).subarray(1)],
  [T.BLAKE2F, 'too long', join(blake2f(1, 1), hex('00'))],
  [T.BLAKE2F, 'a flag', blake2f(1, 2)],
  [T.POINT_EVALUATION, 'too short', evaluation(5n).subarray(1)],
  ...[T.BLS12_G1ADD, T.BLS12_G2ADD, T.BLS12_MAP_FP_TO_G1, T.BLS12_MAP_FP2_TO_G2].flatMap((address): Row[] => [
    [address, 'too short', infinity(T.entryOf(address).elementSize - 1)],
    [address, 'too long', infinity(T.entryOf(address).elementSize + 1)],
  ]),
  ...[T.BLS12_G1MSM, T.BLS12_G2MSM, T.BLS12_PAIRING].flatMap((address): Row[] => [
    [address, 'nothing', hex('')],
    [address, 'a part', infinity(2 * T.entryOf(address).elementSize - 1)],
  ]),
])

/** The y coordinate of the negative of a point of G1. */
function minus(point: Uint8Array, modulus: bigint): Uint8Array {
  const y = point.subarray(point.length / 2)
  return integer(modulus - BigInt(`0x${Buffer.from(y).toString('hex')}`), y.length)
}

/** Commits to a point that is not in the subgroup, with the hash of that. */
function outsideEvaluation(): Uint8Array {
  const commitment = join(hex('80'), infinity(47))
  const hash = createHash('sha256').update(commitment).digest()
  hash[0] = 1
  return join(hash, infinity(64), commitment, hex('c0'), infinity(47))
}
