/** SHA256: one block of 64 bytes a step (docs/5-machine.md, 5.8). */
import { createHash } from 'node:crypto'
import type { Machine } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import type * as Operation from '../state/Operation.ts'
import * as MessageDigest from './MessageDigest.ts'
import { BLOCK, blocks, paddedBlock } from './MessagePadding.ts'

/** Fractional parts of square roots of the first primes, and of cube roots. */
const INITIAL = Uint32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)))
const ROUND = Uint32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)))

export function beginSha256(m: Machine): void {
  MessageDigest.begin(m, StepKinds.SHA256, MessageDigest.write(INITIAL, 0, false))
}

/** Steps that a SHA256 has left. */
export function sha256Steps({ source, position }: Operation.Record): number {
  return blocks(source.length) - position / BLOCK
}

export function stepSha256(m: Machine): void {
  const { operation } = m
  const block = paddedBlock(m, operation.source, operation.position, false)
  const state = MessageDigest.read(operation.scratch!, 0, 8, false)
  compress(state, block)
  MessageDigest.advance(m, MessageDigest.write(state, 0, false), sha256Steps(operation) === 1)
}

export function finishSha256(m: Machine): void {
  MessageDigest.finish(m, (message) => createHash('sha256').update(message).digest(), stepSha256)
}

function compress(state: Uint32Array, block: Uint8Array): void {
  const view = new DataView(block.buffer)
  const w = new Uint32Array(64)
  for (let i = 0; i < 16; i++) w[i] = view.getUint32(4 * i)
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!
    const y = w[i - 2]!
    const s0 = rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)
    const s1 = rotr(y, 17) ^ rotr(y, 19) ^ (y >>> 10)
    w[i] = w[i - 16]! + s0 + w[i - 7]! + s1
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i]! + w[i]!) | 0
    const s0 = rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + t1) | 0
    d = c
    c = b
    b = a
    a = (t1 + t2) | 0
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index]! += value
}

function rotr(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n))
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32)
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate)
  }
  return found
}
