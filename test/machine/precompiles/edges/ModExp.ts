/** Edges of MODEXP: numbers of odd and of no length, and moduli of every kind. */
import { MODEXP } from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer, join, modExp } from '../inputs.ts'

const random = new Random('edges of MODEXP')

interface Number {
  readonly name: string
  readonly bytes: Uint8Array
}

const number = (name: string, bytes: Uint8Array): Number => ({ name, bytes })

/** Limbs of 4 and 8 bytes, and the first 32 bytes of the exponent, which its price follows from, end around these. */
const ofAnyLength: readonly Number[] = [3, 7, 8, 9, 31, 32, 33, 40, 65].map((length) =>
  number(`${length} bytes`, random.bytes(length)),
)

const small: readonly Number[] = [
  number('no bytes', new Uint8Array()),
  number('0', integer(0, 1)),
  number('1', integer(1, 1)),
  number('2', integer(2, 1)),
  number('0 in 33 bytes', integer(0, 33)),
  number('1 in 33 bytes', integer(1, 33)),
]

const exponents: readonly Number[] = [
  ...small,
  number('255', integer(255, 1)),
  number('a full word', integer(2n ** 256n - 1n)),
  number('a word of zeros, then 3', integer(3, 33)),
  number('a word, then 0', join(integer(1n << 255n), integer(0, 1))),
]

/** Montgomery's form needs an odd modulus: an even one is split into its odd part and a power of two, or takes another way. */
const moduli: readonly Number[] = [
  ...small,
  number('a power of two', integer(1n << 255n)),
  number('a power of two past a word', integer(1n << 256n, 33)),
  number('an odd number times a power of two', integer((2n ** 61n - 1n) << 130n)),
  number('twice an odd number', integer(2n * (2n ** 127n - 1n))),
  number('a prime', integer(2n ** 255n - 19n)),
  number('a square', integer((2n ** 61n - 1n) ** 2n)),
  number('all bits', integer(2n ** 256n - 1n)),
  number('an odd number with zeros in front', integer(1_000_003, 40)),
]

/** The modulus itself and its neighbours, and a base that has a factor in common with it. */
function basesOf({ bytes }: Number): Number[] {
  if (bytes.length === 0) return [...small]
  const modulus = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  const width = bytes.length + 1
  return [
    ...small,
    number('the modulus', integer(modulus, width)),
    number('the modulus less one', integer(modulus > 0n ? modulus - 1n : 0n, width)),
    number('the modulus and one', integer(modulus + 1n, width)),
    number('half a modulus', integer(modulus / 2n, width)),
    number('more than the modulus', random.bytes(width + 3)),
  ]
}

const named = (base: Number, exponent: Number, modulus: Number): Input => ({
  address: MODEXP,
  name: `${base.name} to the power of ${exponent.name} modulo ${modulus.name}`,
  input: modExp(base.bytes, exponent.bytes, modulus.bytes),
})

function largest(): Input[] {
  const full = number('1,024 full bytes', new Uint8Array(1024).fill(0xff))
  const even = number('2^8184', integer(1n << 8184n, 1024))
  return [full, even].map((modulus) =>
    named(number('1,024 bytes', random.bytes(1024)), number('2', integer(2, 1)), modulus),
  )
}

export const edges = (): Input[] => [
  ...moduli.flatMap((modulus) =>
    basesOf(modulus).map((base) => named(base, random.pick([...exponents, ...ofAnyLength]), modulus)),
  ),
  ...exponents.flatMap((exponent) => ofAnyLength.map((modulus) => named(random.pick(ofAnyLength), exponent, modulus))),
  ...ofAnyLength.flatMap((modulus) => ofAnyLength.map((base) => named(base, random.pick(ofAnyLength), modulus))),
  ...largest(),
]
