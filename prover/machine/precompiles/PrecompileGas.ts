/** What the delegated precompiles cost, and the limits of the L2 on them (docs/5-machine.md, 5.9). */
import { charge, halt, type Machine } from '../Machine.ts'
import * as PrecompileTable from './PrecompileTable.ts'

/** A sum takes one byte of input for so much of the cap. */
const GAS_PER_SUM_BYTE = 64n

/** The price of an input of `count` elements; MODEXP has its own. */
export function price(number: number, count: number): number {
  const { basePrice, elementPrice } = PrecompileTable.entryOf(number)
  const elements = count * elementPrice
  return isSum(number) ? Math.floor((elements * PrecompileTable.discount(number, count)) / 1000) : basePrice + elements
}

/** EIP-7883. `head` is the exponent's first 32 bytes, or all of a shorter one, as a number. */
export function modExpPrice(baseLength: number, exponentLength: number, modulusLength: number, head: bigint): number {
  const longest = Math.max(baseLength, modulusLength)
  const multiplication = longest <= 32 ? 16 : 2 * Math.ceil(longest / 8) ** 2
  const headBits = head === 0n ? 0 : head.toString(2).length - 1
  const iterations = Math.max(1, 16 * Math.max(0, exponentLength - 32) + headBits)
  return Math.max(PrecompileTable.entryOf(PrecompileTable.MODEXP).basePrice, multiplication * iterations)
}

/** Charges a delegated precompile; false if the frame has halted, for a price above the cap or for want of gas. */
export function pay(m: Machine, amount: number): boolean {
  if (BigInt(amount) <= m.batch.precompileGasCap) return charge(m, amount)
  halt(m)
  return false
}

/** Whether an input is longer than the L2 allows a sum, which is cheap for what its input costs to prove. */
export function isSumTooLong(m: Machine, number: number, length: number): boolean {
  return isSum(number) && BigInt(length) > m.batch.precompileGasCap / GAS_PER_SUM_BYTE
}

function isSum(number: number): boolean {
  return number === PrecompileTable.BLS12_G1MSM || number === PrecompileTable.BLS12_G2MSM
}
