/**
 * What run mode has of accounts and slots: one mutable entry each, with the value of the base state beside the one of now,
 * and the changes that a revert takes back.
 */
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { BaseAccount } from './BaseState.ts'
import type { Account } from './World.ts'

/** A change that can be taken back. */
export interface Change {
  undo(): void
}

export class SlotEntry {
  readonly key: Uint8Array
  readonly base: bigint
  value: bigint
  /** Value when transaction `writtenIn` started: the last one that wrote the slot. */
  original = 0n
  writtenIn = 0
  /** The transaction in which the slot is warm. */
  warmIn = 0

  constructor(key: Uint8Array, base: bigint, value: bigint) {
    this.key = key
    this.base = base
    this.value = value
  }
}

const noSlots: ReadonlyMap<bigint, SlotEntry> = new Map()

export class AccountEntry implements Account {
  readonly address: bigint
  readonly key: Uint8Array
  readonly base: BaseAccount | undefined
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /** The base account was deleted, and the account is absent since. */
  isDeleted = false
  /** By `Word.mapKey`. */
  slots = noSlots
  warmIn = 0
  createdIn = 0

  constructor(address: bigint, key: Uint8Array, base: BaseAccount | undefined) {
    this.address = address
    this.key = key
    this.base = base
    this.nonce = base?.nonce ?? 0n
    this.balance = base?.balance ?? 0n
    this.codeHash = base?.codeHash ?? StateDiff.emptyCodeHash
  }

  get baseExists(): boolean {
    return this.base !== undefined
  }

  /** Most accounts have no storage, and need no map. */
  keepSlot(name: bigint, slot: SlotEntry): void {
    if (this.slots === noSlots) this.slots = new Map()
    ;(this.slots as Map<bigint, SlotEntry>).set(name, slot)
  }
}

export class AccountChange implements Change {
  readonly #entry: AccountEntry
  readonly #nonce: bigint
  readonly #balance: bigint
  readonly #codeHash: Uint8Array
  readonly #isDeleted: boolean

  constructor(entry: AccountEntry) {
    this.#entry = entry
    this.#nonce = entry.nonce
    this.#balance = entry.balance
    this.#codeHash = entry.codeHash
    this.#isDeleted = entry.isDeleted
  }

  undo(): void {
    this.#entry.nonce = this.#nonce
    this.#entry.balance = this.#balance
    this.#entry.codeHash = this.#codeHash
    this.#entry.isDeleted = this.#isDeleted
  }
}

/** Of a slot, or of a transient one. */
export class ValueChange implements Change {
  readonly #entry: { value: bigint }
  readonly #value: bigint

  constructor(entry: { value: bigint }) {
    this.#entry = entry
    this.#value = entry.value
  }

  undo(): void {
    this.#entry.value = this.#value
  }
}

/** An entry that became warm. */
export class WarmChange implements Change {
  readonly #entry: { warmIn: number }

  constructor(entry: { warmIn: number }) {
    this.#entry = entry
  }

  undo(): void {
    this.#entry.warmIn = 0
  }
}

export class CreatedChange implements Change {
  readonly #entry: AccountEntry

  constructor(entry: AccountEntry) {
    this.#entry = entry
  }

  undo(): void {
    this.#entry.createdIn = 0
  }
}

/** What changed of an account since the base state; undefined if nothing did. */
export function changeOf(entry: AccountEntry): StateDiff.AccountChange | undefined {
  const { key: accountKey, base, nonce, balance, codeHash } = entry
  if (entry.isDeleted) return { accountKey, kind: StateDiff.kinds.deleted, account: undefined, slots: [] }
  const slots = slotChangesOf(entry)
  const before = base ?? { nonce: 0n, balance: 0n, codeHash: StateDiff.emptyCodeHash }
  const isSame = nonce === before.nonce && balance === before.balance && Word.equals(codeHash, before.codeHash)
  if (!isSame) {
    return { accountKey, kind: StateDiff.kinds.set, account: { nonce, balance, codeHash }, slots }
  }
  if (slots.length === 0) return undefined
  return { accountKey, kind: StateDiff.kinds.storageOnly, account: undefined, slots }
}

function slotChangesOf({ slots }: AccountEntry): StateDiff.SlotChange[] {
  const changes: StateDiff.SlotChange[] = []
  for (const { key: slotKey, base, value } of slots.values()) {
    if (value !== base) changes.push({ slotKey, value: Word.fromBigint(value) })
  }
  return changes.sort((a, b) => Word.compare(a.slotKey, b.slotKey))
}
