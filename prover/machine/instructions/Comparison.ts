/** LT to ISZERO. */
import type { Machine } from '../Machine.ts'
import { toSigned } from './Arithmetic.ts'

export function opLt(m: Machine): void {
  const { items } = m.frame.stack
  const left = items.pop()!
  items.push(left < items.pop()! ? 1n : 0n)
}

export function opGt(m: Machine): void {
  const { items } = m.frame.stack
  const left = items.pop()!
  items.push(left > items.pop()! ? 1n : 0n)
}

export function opSlt(m: Machine): void {
  const { items } = m.frame.stack
  const left = toSigned(items.pop()!)
  items.push(left < toSigned(items.pop()!) ? 1n : 0n)
}

export function opSgt(m: Machine): void {
  const { items } = m.frame.stack
  const left = toSigned(items.pop()!)
  items.push(left > toSigned(items.pop()!) ? 1n : 0n)
}

export function opEq(m: Machine): void {
  const { items } = m.frame.stack
  const left = items.pop()!
  items.push(left === items.pop()! ? 1n : 0n)
}

export function opIszero(m: Machine): void {
  const { items } = m.frame.stack
  items.push(items.pop()! === 0n ? 1n : 0n)
}
