/** AND to CLZ. */
import type { Machine } from '../Machine.ts'
import { toSigned, toWord } from './Arithmetic.ts'

const MAX = (1n << 256n) - 1n

export function opAnd(m: Machine): void {
  const { items } = m.frame.stack
  items.push(items.pop()! & items.pop()!)
}

export function opOr(m: Machine): void {
  const { items } = m.frame.stack
  items.push(items.pop()! | items.pop()!)
}

export function opXor(m: Machine): void {
  const { items } = m.frame.stack
  items.push(items.pop()! ^ items.pop()!)
}

export function opNot(m: Machine): void {
  const { items } = m.frame.stack
  items.push(MAX - items.pop()!)
}

export function opByte(m: Machine): void {
  const { items } = m.frame.stack
  const index = items.pop()!
  const value = items.pop()!
  items.push(index >= 32n ? 0n : (value >> (8n * (31n - index))) & 0xffn)
}

export function opShl(m: Machine): void {
  const { items } = m.frame.stack
  const shift = items.pop()!
  const value = items.pop()!
  items.push(shift >= 256n ? 0n : toWord(value << shift))
}

export function opShr(m: Machine): void {
  const { items } = m.frame.stack
  const shift = items.pop()!
  const value = items.pop()!
  items.push(shift >= 256n ? 0n : value >> shift)
}

export function opSar(m: Machine): void {
  const { items } = m.frame.stack
  const shift = items.pop()!
  const value = toSigned(items.pop()!)
  items.push(toWord(value >> (shift >= 256n ? 256n : shift)))
}

/** Counts the leading zero bits (EIP-7939). */
export function opClz(m: Machine): void {
  const { items } = m.frame.stack
  const value = items.pop()!
  items.push(value === 0n ? 256n : BigInt(256 - value.toString(2).length))
}
