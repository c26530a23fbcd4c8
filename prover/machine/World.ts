/**
 * What the machine knows of accounts and storage: the base state, the running diff and the sets of a transaction. Two
 * implementations: `RunWorld` is fast, `ProveWorld` is committed. In the latter every `open…` is one access of a witness
 * (docs/5-machine.md, 5.2), and a write follows the opening that it belongs to.
 */
import type { StateDiff } from '../commitment/StateDiff.ts'
import type { Code } from './CodeTree.ts'
import type { Writer } from './Witness.ts'

/** An opened account: its triple, which is (0, 0, KECCAK_EMPTY) if it is absent. Valid until it is written. */
export interface Account {
  readonly nonce: bigint
  readonly balance: bigint
  readonly codeHash: Uint8Array
  /** The base state has it, maybe as an empty account. */
  readonly baseExists: boolean
}

/** What a revert restores. */
export interface Snapshot {
  /** The hash of the journal record. */
  hash(): Uint8Array
}

/** The diff when the transaction started. */
export interface Startpoint {
  diffRoot(): Uint8Array
}

export interface World {
  /** Gets the accesses while a witness is recorded. */
  recorder: Writer | undefined
  /** Of the transaction; never negative. */
  refund: number

  openAccount(address: bigint): Account
  writeAccount(address: bigint, account: Account, nonce: bigint, balance: bigint, codeHash: Uint8Array): void
  /** Whether an account that was just opened has storage (EIP-7610). */
  hasStorage(address: bigint): boolean
  openCode(codeHash: Uint8Array): Code
  /** Remembers the code of an account that is about to get it. */
  addCode(code: Code): void

  openSlot(address: bigint, slot: bigint): bigint
  /** The value of a slot that was just opened as it was when the transaction started. */
  openOriginal(address: bigint, slot: bigint): bigint
  writeSlot(address: bigint, slot: bigint, value: bigint): void

  openWarmAddress(address: bigint): boolean
  addWarmAddress(address: bigint): void
  openWarmSlot(address: bigint, slot: bigint): boolean
  addWarmSlot(address: bigint, slot: bigint): void
  openTransient(address: bigint, slot: bigint): bigint
  writeTransient(address: bigint, slot: bigint, value: bigint): void
  openCreated(address: bigint): boolean
  addCreated(address: bigint): void

  readonly hasDestroyed: boolean
  pushDestroyed(address: bigint): void
  /** Opens the newest one of the chain and takes it away. */
  popDestroyed(): bigint

  snapshot(): Snapshot
  revert(snapshot: Snapshot): void
  /** From here on `openOriginal` gives what slots hold now. */
  startTransaction(): Startpoint
  /** The diff root now, where it is committed. */
  diffRoot(): Uint8Array
  /** Empties the sets of the transaction that ends. */
  endTransaction(): void
  /** The hash of the journal record, and its fields as a witness has them. */
  journalHash(): Uint8Array
  journalFields(): Uint8Array
  /** The canonical diff so far. */
  stateDiff(): StateDiff
}
