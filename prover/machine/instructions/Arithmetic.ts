/** ADD to SIGNEXTEND. */
import * as Gas from '../Gas.ts'
import { charge, type Machine } from '../Machine.ts'

const MODULUS = 1n << 256n
const MAX = MODULUS - 1n
const SIGN = 1n << 255n

/** A word read as a two's complement number. */
export function toSigned(word: bigint): bigint {
  return word >= SIGN ? word - MODULUS : word
}

/** The word of a number of any size and sign. */
export function toWord(value: bigint): bigint {
  return value & MAX
}

export function opAdd(m: Machine): void {
  const { items } = m.frame.stack
  const sum = items.pop()! + items.pop()!
  items.push(sum > MAX ? sum - MODULUS : sum)
}

export function opMul(m: Machine): void {
  const { items } = m.frame.stack
  items.push((items.pop()! * items.pop()!) & MAX)
}

export function opSub(m: Machine): void {
  const { items } = m.frame.stack
  const difference = items.pop()! - items.pop()!
  items.push(difference < 0n ? difference + MODULUS : difference)
}

export function opDiv(m: Machine): void {
  const { items } = m.frame.stack
  const dividend = items.pop()!
  const divisor = items.pop()!
  items.push(divisor === 0n ? 0n : dividend / divisor)
}

export function opSdiv(m: Machine): void {
  const { items } = m.frame.stack
  const dividend = toSigned(items.pop()!)
  const divisor = toSigned(items.pop()!)
  items.push(divisor === 0n ? 0n : toWord(dividend / divisor))
}

export function opMod(m: Machine): void {
  const { items } = m.frame.stack
  const dividend = items.pop()!
  const divisor = items.pop()!
  items.push(divisor === 0n ? 0n : dividend % divisor)
}

export function opSmod(m: Machine): void {
  const { items } = m.frame.stack
  const dividend = toSigned(items.pop()!)
  const divisor = toSigned(items.pop()!)
  items.push(divisor === 0n ? 0n : toWord(dividend % divisor))
}

export function opAddmod(m: Machine): void {
  const { items } = m.frame.stack
  const sum = items.pop()! + items.pop()!
  const modulus = items.pop()!
  items.push(modulus === 0n ? 0n : sum % modulus)
}

export function opMulmod(m: Machine): void {
  const { items } = m.frame.stack
  const product = items.pop()! * items.pop()!
  const modulus = items.pop()!
  items.push(modulus === 0n ? 0n : product % modulus)
}

export function opExp(m: Machine): void {
  const { items } = m.frame.stack
  let base = items.pop()!
  let exponent = items.pop()!
  const bytes = exponent === 0n ? 0 : Math.ceil(exponent.toString(16).length / 2)
  if (!charge(m, Gas.EXP_BYTE * bytes)) return
  let power = 1n
  for (; exponent !== 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) power = (power * base) & MAX
    base = (base * base) & MAX
  }
  items.push(power)
}

export function opSignextend(m: Machine): void {
  const { items } = m.frame.stack
  const index = items.pop()!
  const value = items.pop()!
  items.push(index >= 31n ? value : toWord(BigInt.asIntN(8 * (Number(index) + 1), value)))
}
