/** Edges of the two maps of BLS12-381: what the simplified SWU map of RFC 9380 treats apart, and no field elements. */
import { bls12_381 } from '@noble/curves/bls12-381.js'
import * as PrecompileTable from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer } from '../inputs.ts'
import { edge, element, type Part, part, randomBelow } from './Edge.ts'

const { Fp } = bls12_381.fields
const modulus = Fp.ORDER
const random = new Random('maps of BLS12-381')
const randomFp = () => randomBelow(random, modulus)

type Named = readonly [name: string, value: bigint]

const elements: readonly Named[] = [
  ['0, for which the denominator is 0', 0n],
  ['1', 1n],
  ['half the modulus', (modulus - 1n) / 2n],
  ['past half the modulus', (modulus + 1n) / 2n],
  ['the modulus less one', modulus - 1n],
  ['any number', randomFp()],
  ['another number', randomFp()],
]

const noElements: readonly Named[] = [
  ['the modulus', modulus],
  ['the modulus and one', modulus + 1n],
  ['twice the modulus', 2n * modulus],
  ['48 full bytes', (1n << 384n) - 1n],
  ['the last byte of the padding', 1n << 384n],
  ['the first byte of the padding', 1n << 504n],
]

const number = ([name, value]: Named, isValid = true): Part => part(name, integer(value, 64), isValid)
const refused = noElements.map((each) => number(each, false))

/** With Z = 11, the denominator Z²u⁴ + Zu² is 0 as well if u² = −1/Z, which two numbers are. */
function mapToG1(): Part[] {
  const exceptional: Named = ['the root of -1/Z', Fp.sqrt(Fp.neg(Fp.inv(11n)))]
  const valid = [...elements, exceptional].flatMap(([name, value]): Named[] => [
    [name, value],
    // The sign of the result is that of the number.
    [`the negative of ${name}`, Fp.neg(value)],
  ])
  return [...valid.map((each) => number(each)), ...refused]
}

/** Here Z = −(2 + i), and −1/Z has no root. The sign of c0 + c1·i is that of c0, or of c1 if c0 is 0. */
function mapToG2(): Part[] {
  const parts = [...elements.map((each) => number(each)), ...refused]
  return parts.flatMap((c0) => parts.map((c1) => element(c0, c1)))
}

export const edges = (): Input[] => [
  ...mapToG1().map((value) => edge(PrecompileTable.BLS12_MAP_FP_TO_G1, value)),
  ...mapToG2().map((value) => edge(PrecompileTable.BLS12_MAP_FP2_TO_G2, value)),
]
