/** The computation of MODEXP (EIP-198) on native integers. */
import * as Integer from './Integer.ts'

/** Exponent bits that one multiplication takes care of. */
const WINDOW = 4

/** Takes the three lengths, a word each, then base, exponent and modulus; gives as many bytes as the modulus has. */
export function run(input: Uint8Array): Uint8Array {
  const [baseLength, exponentLength, modulusLength] = [0, 32, 64].map((offset) =>
    Number(Integer.fromBytes(input.subarray(offset, offset + 32))),
  ) as [number, number, number]
  const exponentAt = 96 + baseLength
  const modulusAt = exponentAt + exponentLength
  const base = Integer.fromBytes(input.subarray(96, exponentAt))
  const exponent = Integer.fromBytes(input.subarray(exponentAt, modulusAt))
  const modulus = Integer.fromBytes(input.subarray(modulusAt, modulusAt + modulusLength))
  return Integer.toBytes(modulus === 0n ? 0n : power(base % modulus, exponent, modulus), modulusLength)
}

/** base^exponent mod modulus, the base being reduced already. */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n % modulus]
  for (let digit = 1; digit < 1 << WINDOW; digit++) powers.push((powers[digit - 1]! * base) % modulus)
  let result = powers[0]!
  for (const digit of exponent.toString(1 << WINDOW)) {
    for (let bit = 0; bit < WINDOW; bit++) result = (result * result) % modulus
    result = (result * powers[Number.parseInt(digit, 1 << WINDOW)]!) % modulus
  }
  return result
}
