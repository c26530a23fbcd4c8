/** What a benchmark compares: a way to take signed transactions to a state that is committed to and written to disk. */
import { createHash } from 'node:crypto'
import type { ClassicLevel } from 'classic-level'

/** The parts of a batch's time, in milliseconds. */
export interface Split {
  /** Until all signers are known; with a thread, what the batch waits for it. */
  readonly recover: number
  readonly execute: number
  /** Within `execute`, reading the state. */
  readonly read: number
  readonly commit: number
}

/** What a batch did, per design the same for the same batch however fast the machine is. */
export interface Counters {
  readonly reads: number
  readonly writes: number
  readonly bytesWritten: number
  readonly keccaks: number
}

export interface Outcome {
  readonly split: Split
  readonly counters: Counters
  /** What every transaction did, to be equal in all designs. */
  readonly effects: string
}

/** Raw signed transactions, sealed into one block. */
export interface SealedBatch {
  readonly transactions: readonly Uint8Array[]
  readonly number: bigint
  readonly baseFee: bigint
}

export interface Design {
  /** Takes `batch`, while `next` is waiting. */
  run(batch: SealedBatch, next: SealedBatch): Promise<Outcome>
  close(): Promise<void>
}

export type Database = ClassicLevel<Uint8Array, Uint8Array>

/** How all designs open LevelDB. */
export const levelOptions = { keyEncoding: 'view', valueEncoding: 'view', compression: false } as const

/** Milliseconds of a piece of work, with its result. */
export async function timed<T>(work: () => T | Promise<T>): Promise<[number, T]> {
  const start = performance.now()
  const result = await work()
  return [performance.now() - start, result]
}

export interface Effect {
  readonly succeeded: boolean
  readonly gasUsed: bigint
  readonly logs: readonly { address: Uint8Array; topics: readonly Uint8Array[]; data: Uint8Array }[]
}

/** The statuses, the gas and the logs of a batch in one hash. A benchmark of failures would say nothing: those throw. */
export function hashEffects(effects: readonly Effect[]): string {
  const hash = createHash('sha256')
  for (const [index, { succeeded, gasUsed, logs }] of effects.entries()) {
    if (!succeeded) throw new Error(`expected every transaction to succeed, but number ${index} failed`)
    hash.update(`${gasUsed} ${logs.length} `)
    for (const { address, topics, data } of logs) {
      hash.update(`${topics.length} ${data.length} `)
      for (const bytes of [address, ...topics, data]) hash.update(bytes)
    }
  }
  return hash.digest('hex')
}

/** A slot of the system account, which the executor writes and a stock client does not know. */
export interface SystemSlot {
  readonly slot: bigint
  readonly value: bigint
}
