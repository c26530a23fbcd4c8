/** What a benchmark compares: a way to take signed transactions to a state that is committed to and on disk. */
import type { ClassicLevel } from 'classic-level'

/** The parts of a batch's time, in milliseconds. */
export interface Split {
  readonly recover: number
  readonly execute: number
  /** Within `execute`, waiting for the database; 0 where a design can't tell. */
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
  /** Gas of every transaction, to be equal in all designs. */
  readonly gasUsed: readonly bigint[]
}

/** Raw signed transactions, sealed into one block. */
export interface SealedBatch {
  readonly transactions: readonly Uint8Array[]
  readonly number: bigint
  readonly baseFee: bigint
}

export interface Design {
  readonly name: string
  run(batch: SealedBatch): Promise<Outcome>
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

/** A slot of the system account, which the executor writes and a stock client does not know. */
export interface SystemSlot {
  readonly slot: bigint
  readonly value: bigint
}
