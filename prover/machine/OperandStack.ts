/** The operand stack: at most 1,024 words, committed as a hash chain from the bottom (docs/5-machine.md, 5.1). */
import { keccak256 } from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'

export const limit = 1024

const tag = Word.fromText('OperandStack')

export interface Stack {
  /** The top is the last one. */
  readonly items: bigint[]
  /** Hashes of the chain and the items that they were made of, from the bottom; checked against `items` at use. */
  readonly hashed: { readonly value: bigint; readonly hash: Uint8Array }[]
}

export function empty(): Stack {
  return { items: [], hashed: [] }
}

export function clone(stack: Stack): Stack {
  return { items: stack.items.slice(), hashed: stack.hashed.slice() }
}

/** The hash of the whole stack. */
export function hash(stack: Stack): Uint8Array {
  return hashBelow(stack, 0)
}

/** The hash of the stack without its top `count` items. */
export function hashBelow(stack: Stack, count: number): Uint8Array {
  const { items, hashed } = stack
  const size = items.length - count
  let known = 0
  while (known < size && known < hashed.length && hashed[known]!.value === items[known]!) known++
  if (known < size) hashed.length = known
  for (; known < size; known++) {
    const below = known === 0 ? Word.zero : hashed[known - 1]!.hash
    hashed.push({ value: items[known]!, hash: hashItem(below, items[known]!) })
  }
  return size === 0 ? Word.zero : hashed[size - 1]!.hash
}

function hashItem(below: Uint8Array, value: bigint): Uint8Array {
  const preimage = new Uint8Array(96)
  preimage.set(tag)
  preimage.set(below, 32)
  preimage.set(Word.fromBigint(value), 64)
  return keccak256(preimage)
}
