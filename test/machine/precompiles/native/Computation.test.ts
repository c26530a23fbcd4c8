import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { bls12_381 } from '@noble/curves/bls12-381.js'
import { bn254 } from '@noble/curves/bn254.js'
import { p256 } from '@noble/curves/nist.js'
import { type Address, BaseError, bytesToHex, createPublicClient, http } from 'viem'
import { type Anvil, startAnvil } from '../../../../prover/devnet/Anvil.ts'
import * as Computation from '../../../../prover/machine/precompiles/native/Computation.ts'
import * as PrecompileTable from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { hex, integer, invalid, join, modExp } from '../inputs.ts'

const T = PrecompileTable
const order = bls12_381.fields.Fr.ORDER
const largest = 2n ** 256n - 1n
const zeros = (length: number) => new Uint8Array(length)
const repeat = (count: number, partOf: (index: number) => Uint8Array) =>
  join(...Array.from({ length: count }, (_, index) => partOf(index)))

const g1 = (factor: bigint) => {
  const { x, y } = bls12_381.G1.Point.BASE.multiply(factor).toAffine()
  return join(integer(x, 64), integer(y, 64))
}
const g2 = (factor: bigint) => {
  const { x, y } = bls12_381.G2.Point.BASE.multiply(factor).toAffine()
  return join(...[x.c0, x.c1, y.c0, y.c1].map((value) => integer(value, 64)))
}
const bn = (factor: bigint) => {
  const { x, y } = bn254.G1.Point.BASE.multiply(factor).toAffine()
  return join(integer(x), integer(y))
}
const bnOrder = bn254.fields.Fr.ORDER

/** A constant polynomial's evaluation: its proof is the point at infinity, in whatever encoding. */
function constant(value: bigint, z: bigint, y: bigint, proof: Uint8Array): Uint8Array {
  return committed(bls12_381.G1.Point.BASE.multiply(value).toBytes(true), z, y, proof)
}

function committed(commitment: Uint8Array, z: bigint, y: bigint, proof: Uint8Array): Uint8Array {
  const versionedHash = createHash('sha256').update(commitment).digest()
  versionedHash[0] = 1
  return join(versionedHash, integer(z), integer(y), commitment, proof)
}

const infinity = join(hex('c0'), zeros(47))
/** The generator with its x above the modulus, which still fits the 381 bits. */
const notReduced = () => {
  for (let factor = 1n; ; factor++) {
    const { x } = bls12_381.G1.Point.BASE.multiply(factor).toAffine()
    const above = x + bls12_381.fields.Fp.ORDER
    if (above < 2n ** 381n) return integer(above + 2n ** 383n, 48)
  }
}

const { n, p, a, b } = p256.Point.CURVE()
const key = p256.Point.BASE.multiply(5n).toAffine()
const keyBytes = join(integer(key.x), integer(key.y))
/** A key whose x is above the order: with hash 0 and r = s = x − n it is the point that has to have r as its x. */
const wrapped = () => {
  const { Fp } = p256.Point
  for (let r = 1n; ; r++) {
    const x = n + r
    const square = (x ** 3n + a * x + b) % p
    if (Fp.pow(square, (p - 1n) / 2n) === 1n) return { r, key: join(integer(x), integer(Fp.sqrt(square))) }
  }
}
const { r: wrappedR, key: wrappedKey } = wrapped()

type Row = readonly [address: number, name: string, input: Uint8Array]

/** Where libraries of curves are known to differ: encodings, exceptional points, ranges. */
const edges: readonly Row[] = [
  [T.MODEXP, '0 to the power of 0', modExp(zeros(3), zeros(2), hex('07'))],
  [T.MODEXP, 'an exponent whose head is 0', modExp(hex('03'), integer(5, 64), integer(1000, 33))],
  [T.MODEXP, 'the largest numbers', modExp(integer(largest, 1024), hex('03'), integer(2n ** 8192n - 1n, 1024))],
  [T.BN254_ADD, 'a point and its negative', join(bn(3n), bn(bnOrder - 3n))],
  [T.BN254_MUL, 'the order', join(bn(3n), integer(bnOrder))],
  [T.BN254_PAIRING, 'points at infinity', zeros(3 * 192)],
  [T.BN254_PAIRING, 'nothing', zeros(0)],
  [T.POINT_EVALUATION, 'the point at infinity', constant(7n, order - 1n, 7n, infinity)],
  [T.POINT_EVALUATION, 'infinity with a sign', constant(7n, 0n, 7n, join(hex('e0'), zeros(47)))],
  [T.POINT_EVALUATION, 'infinity not compressed', constant(7n, 0n, 7n, join(hex('40'), zeros(47)))],
  [T.POINT_EVALUATION, 'infinity with a coordinate', constant(7n, 0n, 7n, join(hex('c0'), integer(1, 47)))],
  [T.POINT_EVALUATION, 'y above the modulus', constant(7n, 0n, 7n + order, infinity)],
  [T.POINT_EVALUATION, 'an x above the modulus', committed(notReduced(), 0n, 0n, infinity)],
  [T.BLS12_G1ADD, 'a point and its negative', join(g1(3n), g1(order - 3n))],
  [T.BLS12_G2ADD, 'a point and its negative', join(g2(3n), g2(order - 3n))],
  [T.BLS12_G1MSM, 'products that cancel', join(g1(3n), integer(order - 1n), g1(3n), integer(order + 1n))],
  [T.BLS12_G1MSM, '512 that do', repeat(512, (i) => join(g1(i % 2 === 0 ? 3n : order - 3n), integer(largest)))],
  [T.BLS12_G1MSM, '512 times nothing', zeros(512 * 160)],
  [T.BLS12_G2MSM, 'products that cancel', join(g2(3n), integer(order - 1n), g2(3n), integer(order + 1n))],
  [T.BLS12_G2MSM, 'one point twice', join(g2(3n), integer(9), g2(3n), integer(9))],
  [T.BLS12_PAIRING, 'points at infinity', zeros(3 * 384)],
  [T.BLS12_PAIRING, 'pairs that cancel', join(g1(6n), g2(1n), g1(order - 2n), g2(3n))],
  [T.BLS12_MAP_FP_TO_G1, 'zero', zeros(64)],
  [T.BLS12_MAP_FP2_TO_G2, 'zero', zeros(128)],
  [T.P256VERIFY, 'an x above the order', join(zeros(32), integer(wrappedR), integer(wrappedR), wrappedKey)],
  [T.P256VERIFY, 'r above the order', join(zeros(32), integer(n + wrappedR), integer(wrappedR), wrappedKey)],
  [T.P256VERIFY, 'a sum at infinity', join(integer(n - 5n * 11n), integer(11), integer(3), keyBytes)],
  [T.P256VERIFY, 's of the order', join(integer(1), integer(11), integer(n), keyBytes)],
  [T.P256VERIFY, 'a key at infinity', join(integer(1), integer(11), integer(3), zeros(64))],
]

const cases: readonly Row[] = [
  ...edges,
  ...invalid.map(({ address, name, input }): Row => {
    const { lengths, elementSize } = T.entryOf(address)
    const isPadded = lengths === T.ANY_LENGTH && input.length < elementSize
    return [address, name, isPadded ? join(input, zeros(elementSize - input.length)) : input]
  }),
]

describe('Computation', () => {
  let anvil: Anvil
  before(async () => {
    anvil = await startAnvil()
  })
  after(() => anvil.stop())

  /** What the precompile of an L1 answers; undefined if it refuses the input. */
  async function askL1(address: number, input: Uint8Array): Promise<string | undefined> {
    const to = `0x${address.toString(16).padStart(40, '0')}` as Address
    const client = createPublicClient({ transport: http(anvil.url, { retryCount: 0 }) })
    try {
      return (await client.call({ to, data: bytesToHex(input), gas: 1n << 24n })).data ?? '0x'
    } catch (error) {
      assert.match(error instanceof BaseError ? error.details : String(error), /Precompile/)
      return undefined
    }
  }

  for (const [address, name, input] of cases) {
    const { name: precompile, elementSize } = T.entryOf(address)
    test(`M-9: has the answer of L1 for ${precompile} of ${name}`, async () => {
      const result = Computation.run(address, input)
      const answer = await askL1(address, input)
      assert.equal('output' in result ? bytesToHex(result.output) : undefined, answer)
      // The step proves a failure with this element alone.
      if ('bad' in result) {
        const start = result.bad * elementSize
        assert.equal(await askL1(address, input.subarray(start, start + elementSize)), undefined)
      }
    })
  }
})
