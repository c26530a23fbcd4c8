/** RIPEMD160: one block of 64 bytes a step (docs/5-machine.md, 5.8). */
import { ripemd160 } from '@noble/hashes/legacy.js'
import type { Machine } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import type * as Operation from '../state/Operation.ts'
import * as MessageDigest from './MessageDigest.ts'
import { BLOCK, blocks, paddedBlock } from './MessagePadding.ts'

const INITIAL = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
const LEFT_CONSTANTS = [0, 0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xa953fd4e]
const RIGHT_CONSTANTS = [0x50a28be6, 0x5c4dd124, 0x6d703ef3, 0x7a6d76e9, 0]

/** Message words of the first round, and the permutation that gives those of each following one. */
const IDENTITY = Array.from({ length: 16 }, (_, index) => index)
const RHO = [7, 4, 13, 1, 10, 6, 15, 3, 12, 0, 9, 5, 2, 14, 11, 8]
const LEFT_WORDS = orders(IDENTITY)
const RIGHT_WORDS = orders(IDENTITY.map((index) => (9 * index + 5) % 16))
/** Rotations by round and message word. */
const SHIFTS = [
  [11, 14, 15, 12, 5, 8, 7, 9, 11, 13, 14, 15, 6, 7, 9, 8],
  [12, 13, 11, 15, 6, 9, 9, 7, 12, 15, 11, 13, 7, 8, 7, 7],
  [13, 15, 14, 11, 7, 7, 6, 8, 13, 14, 13, 12, 5, 5, 6, 9],
  [14, 11, 12, 14, 8, 6, 5, 5, 15, 12, 15, 14, 9, 9, 8, 6],
  [15, 12, 13, 13, 9, 5, 8, 6, 14, 11, 12, 11, 8, 6, 5, 5],
]

export function beginRipemd160(m: Machine): void {
  MessageDigest.begin(m, StepKinds.RIPEMD160, MessageDigest.write(INITIAL, 12, true))
}

/** Steps that a RIPEMD160 has left. */
export function ripemd160Steps({ source, position }: Operation.Record): number {
  return blocks(source.length) - position / BLOCK
}

export function stepRipemd160(m: Machine): void {
  const { operation } = m
  const block = paddedBlock(m, operation.source, operation.position, true)
  const state = MessageDigest.read(operation.scratch!, 12, 5, true)
  compress(state, block)
  MessageDigest.advance(m, MessageDigest.write(state, 12, true), ripemd160Steps(operation) === 1)
}

export function finishRipemd160(m: Machine): void {
  MessageDigest.finish(m, ripemd160, stepRipemd160)
}

function compress(state: Uint32Array, block: Uint8Array): void {
  const view = new DataView(block.buffer)
  const words = Array.from({ length: 16 }, (_, index) => view.getUint32(4 * index, true))
  const left = line(state, words, LEFT_WORDS, LEFT_CONSTANTS, (round) => round)
  const right = line(state, words, RIGHT_WORDS, RIGHT_CONSTANTS, (round) => 4 - round)
  const sums = [0, 1, 2, 3, 4].map(
    (index) => state[(index + 1) % 5]! + left[(index + 2) % 5]! + right[(index + 3) % 5]!,
  )
  for (const [index, sum] of sums.entries()) state[index] = sum
}

/** One of the two lines of 80 steps. */
function line(
  state: Uint32Array,
  words: readonly number[],
  orderOf: readonly (readonly number[])[],
  constants: readonly number[],
  functionOf: (round: number) => number,
): number[] {
  let [a, b, c, d, e] = state as unknown as [number, number, number, number, number]
  for (let step = 0; step < 80; step++) {
    const round = step >> 4
    const word = orderOf[round]![step & 15]!
    const sum = (a + mix(functionOf(round), b, c, d) + words[word]! + constants[round]!) | 0
    const t = (rotl(sum, SHIFTS[round]![word]!) + e) | 0
    a = e
    e = d
    d = rotl(c, 10)
    c = b
    b = t
  }
  return [a, b, c, d, e]
}

function mix(kind: number, x: number, y: number, z: number): number {
  if (kind === 0) return x ^ y ^ z
  if (kind === 1) return (x & y) | (~x & z)
  if (kind === 2) return (x | ~y) ^ z
  if (kind === 3) return (x & z) | (y & ~z)
  return x ^ (y | ~z)
}

function rotl(x: number, n: number): number {
  return (x << n) | (x >>> (32 - n))
}

function orders(first: readonly number[]): number[][] {
  const rounds = [first.slice()]
  while (rounds.length < 5) rounds.push(rounds.at(-1)!.map((word) => RHO[word]!))
  return rounds
}
