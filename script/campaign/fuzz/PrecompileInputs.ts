/** Inputs for precompiles that get past their checks, or stumble over one of them. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import secp256k1 from 'secp256k1'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import type { Chance } from './Chance.ts'

export const cheap: readonly bigint[] = [1n, 2n, 3n, 4n, 5n, 6n, 7n, 9n, 0xbn, 0xdn, 0x100n]
/** Slow in every library. */
export const slow: readonly bigint[] = [8n, 0xan, 0xcn, 0xen, 0xfn, 0x10n, 0x11n]

const join = (...parts: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(parts))
const word = (value: bigint | number) => Word.fromBigint(BigInt(value))
/** A field element of BLS12-381: 64 bytes. */
const field = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(128, '0'), 'hex'))

const blsModulus = bls12_381.fields.Fp.ORDER
const bnModulus = bn254.fields.Fp.ORDER

/** An input for the precompile with this number: mostly valid, else with a byte or its length changed. */
export function make(chance: Chance, precompile: bigint): Uint8Array {
  const valid = (makers.get(precompile) ?? anything)(chance)
  if (!chance.once(4) || valid.length === 0) return valid
  const change = chance.below(4)
  if (change === 0) return valid.slice(0, chance.below(valid.length))
  if (change === 1) return join(valid, chance.bytes(chance.between(1, 40)))
  const spoiled = valid.slice()
  spoiled[chance.below(spoiled.length)]! ^= 1 << chance.below(8)
  return spoiled
}

const makers = new Map<bigint, (chance: Chance) => Uint8Array>([
  [1n, ecrecover],
  [5n, modexp],
  [6n, (chance) => join(bnG1(chance), bnG1(chance))],
  [7n, (chance) => join(bnG1(chance), word(chance.wide(chance.pick([1, 8, 256]))))],
  [8n, (chance) => join(...some(chance, 0, 2, () => join(bnG1(chance), bnG2(chance))))],
  [9n, blake2f],
  [0xan, pointEvaluation],
  [0xbn, (chance) => join(blsG1(chance), blsG1(chance))],
  [
    0xcn,
    (chance) => join(...some(chance, 1, 3, () => join(blsG1(chance), word(chance.wide(chance.pick([0, 8, 256])))))),
  ],
  [0xdn, (chance) => join(blsG2(chance), blsG2(chance))],
  [
    0xen,
    (chance) => join(...some(chance, 1, 2, () => join(blsG2(chance), word(chance.wide(chance.pick([0, 8, 256])))))),
  ],
  [0xfn, (chance) => join(...some(chance, 1, 2, () => join(blsG1(chance), blsG2(chance))))],
  [0x10n, (chance) => blsField(chance)],
  [0x11n, (chance) => join(blsField(chance), blsField(chance))],
  [0x100n, p256Verify],
])

function anything(chance: Chance): Uint8Array {
  return chance.bytes(chance.pick([0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 128, 200]))
}

function some<T>(chance: Chance, low: number, high: number, make: () => T): T[] {
  return Array.from({ length: chance.between(low, high) }, make)
}

function ecrecover(chance: Chance): Uint8Array {
  const hash = chance.bytes(32)
  const { signature, recid } = secp256k1.ecdsaSign(hash, keccak256(Uint8Array.of(chance.below(4))))
  return join(hash, word(chance.once(6) ? chance.below(40) : 27 + recid), signature)
}

function modexp(chance: Chance): Uint8Array {
  const [base, exponent, modulus] = [0, 0, 0].map(() => chance.pick([0, 1, 2, 31, 32, 33, 64, 65, 96]))
  const edge = chance.once(12) ? chance.pick([1024n, 1025n, 1n << 32n, 1n << 64n, (1n << 256n) - 1n]) : undefined
  const lengths = [base, exponent, modulus].map((length) => word(length!))
  if (edge !== undefined) lengths[chance.below(3)] = word(edge)
  const body = chance.bytes(base! + exponent! + modulus!)
  if (chance.once(3)) body.fill(0, base!, base! + chance.below(exponent! + 1))
  if (chance.once(6)) body.fill(0, base! + exponent!)
  return join(...lengths, body)
}

function blake2f(chance: Chance): Uint8Array {
  const input = chance.bytes(213)
  const rounds = chance.weighted([
    [8, chance.below(20)],
    [1, 0],
    [1, chance.pick([6_000_000, 6_000_001, 0xffffffff])],
  ])
  Buffer.from(input.buffer).writeUInt32BE(rounds)
  input[212] = chance.weighted([
    [9, chance.below(2)],
    [1, 2],
  ])
  return input
}

function bnG1(chance: Chance): Uint8Array {
  const { x, y } = bn254.G1.Point.BASE.multiply(BigInt(chance.between(1, 9))).toAffine()
  return chance.weighted([
    [6, join(word(x), word(y))],
    [2, new Uint8Array(64)],
    [1, join(word(x), word(bnModulus - y))],
    [1, join(word(x), word(y + bnModulus))],
    [1, join(word(1), word(chance.below(5)))],
  ])
}

function bnG2(chance: Chance): Uint8Array {
  const { x, y } = bn254.G2.Point.BASE.multiply(BigInt(chance.between(1, 5))).toAffine()
  const point = join(word(x.c1), word(x.c0), word(y.c1), word(y.c0))
  return chance.weighted([
    [6, point],
    [2, new Uint8Array(128)],
    [1, join(point.subarray(0, 96), word(1))],
  ])
}

function blsG1(chance: Chance): Uint8Array {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(BigInt(chance.between(1, 9))).toAffine()
  return chance.weighted([
    [6, join(field(x), field(y))],
    [2, new Uint8Array(128)],
    [1, join(field(x), field(blsModulus - y))],
    [1, join(field(x), field(y + blsModulus))],
    // On the curve, but not in the group.
    [
      1,
      join(
        field(4n),
        field(0x0a989badd40d6212b33cffc3f3763e9bc760f988c9926b26da9dd85e928483446346b8ed00e1de5d5ea93e354abe706cn),
      ),
    ],
  ])
}

function blsG2(chance: Chance): Uint8Array {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(BigInt(chance.between(1, 5))).toAffine()
  const point = join(field(x.c0), field(x.c1), field(y.c0), field(y.c1))
  return chance.weighted([
    [6, point],
    [2, new Uint8Array(256)],
    [1, join(point.subarray(0, 192), field(1n))],
  ])
}

function blsField(chance: Chance): Uint8Array {
  return chance.weighted([
    [6, field(chance.wide(380))],
    [1, field(0n)],
    [1, field(blsModulus)],
    [1, field(blsModulus - 1n)],
  ])
}

function p256Verify(chance: Chance): Uint8Array {
  const key = word(chance.between(1, 9))
  const hash = chance.bytes(32)
  const signature = p256.sign(hash, key, { prehash: false, extraEntropy: false })
  return join(hash, signature, p256.getPublicKey(key, false).subarray(1))
}

/** The commitment, the proof and the value of the polynomial 0; its commitment is the point at infinity. */
function pointEvaluation(): Uint8Array {
  const infinity = new Uint8Array(48)
  infinity[0] = 0xc0
  const versionedHash = Buffer.from('010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014', 'hex')
  return join(versionedHash, new Uint8Array(64), infinity, infinity)
}
