/**
 * The world of run mode: every account and slot that was touched has one mutable entry, and an undo log takes back what a
 * revert takes back. Nothing is hashed but the keys.
 */
import { keccak256 } from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Address from './Address.ts'
import type { BaseAccount, BaseState } from './BaseState.ts'
import { Code, emptyCode } from './CodeTree.ts'
import type { Account, Snapshot, Startpoint, World } from './World.ts'

/** A change that can be taken back. */
interface Change {
  undo(): void
}

class SlotEntry {
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

class AccountEntry implements Account {
  readonly key: Uint8Array
  readonly base: BaseAccount | undefined
  nonce: bigint
  balance: bigint
  codeHash: Uint8Array
  /** The base account was deleted, and the account is absent since. */
  isDeleted = false
  readonly slots = new Map<bigint, SlotEntry>()
  warmIn = 0
  createdIn = 0

  constructor(key: Uint8Array, base: BaseAccount | undefined) {
    this.key = key
    this.base = base
    this.nonce = base?.nonce ?? 0n
    this.balance = base?.balance ?? 0n
    this.codeHash = base?.codeHash ?? StateDiff.emptyCodeHash
  }

  get baseExists(): boolean {
    return this.base !== undefined
  }
}

class AccountChange implements Change {
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
class ValueChange implements Change {
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
class WarmChange implements Change {
  readonly #entry: { warmIn: number }

  constructor(entry: { warmIn: number }) {
    this.#entry = entry
  }

  undo(): void {
    this.#entry.warmIn = 0
  }
}

class CreatedChange implements Change {
  readonly #entry: AccountEntry

  constructor(entry: AccountEntry) {
    this.#entry = entry
  }

  undo(): void {
    this.#entry.createdIn = 0
  }
}

class RunSnapshot implements Snapshot {
  readonly changes: number
  readonly destroyed: number
  readonly refund: number

  constructor(changes: number, destroyed: number, refund: number) {
    this.changes = changes
    this.destroyed = destroyed
    this.refund = refund
  }

  hash(): Uint8Array {
    throw new Error('run mode commits to no journal')
  }
}

const uncommitted: Startpoint = {
  diffRoot() {
    throw new Error('run mode commits to no diff')
  },
}

export class RunWorld implements World {
  recorder: undefined
  refund = 0
  readonly #base: BaseState
  // By `Word.mapKey`, like the slots of an account and of what is transient.
  readonly #accounts = new Map<bigint, AccountEntry>()
  readonly #codes = new Map<string, Code>()
  /** Codes that the base state does not have. */
  readonly newCodes = new Map<string, Code>()
  #transient = new Map<bigint, Map<bigint, { value: bigint }>>()
  #destroyed: bigint[] = []
  #changes: Change[] = []
  /** Number of the transaction, from 1: marks of earlier ones count no more. */
  #transaction = 1
  /** How many transactions have started to execute. */
  #started = 0
  // The entry of the last slot: SLOAD and SSTORE ask for the same one several times.
  #slotAddress = -1n
  #slotNumber = 0n
  #slotEntry: SlotEntry | undefined

  constructor(base: BaseState) {
    this.#base = base
  }

  openAccount(address: bigint): Account {
    return this.#account(address)
  }

  writeAccount(address: bigint, _account: Account, nonce: bigint, balance: bigint, codeHash: Uint8Array): void {
    const entry = this.#account(address)
    this.#changes.push(new AccountChange(entry))
    entry.nonce = nonce
    entry.balance = balance
    entry.codeHash = codeHash
    if (nonce === 0n && balance === 0n && StateDiff.isEmptyAccount(entry)) {
      entry.isDeleted = entry.base !== undefined
      // The storage goes with the account; whether a slot is warm does not.
      for (const slot of entry.slots.values()) if (slot.value !== 0n) this.#write(slot, 0n)
    } else {
      entry.isDeleted = false
    }
  }

  hasStorage(address: bigint): boolean {
    const entry = this.#account(address)
    if (entry.base?.hasStorage === true) return true
    for (const slot of entry.slots.values()) if (slot.value !== slot.base) return true
    return false
  }

  openCode(codeHash: Uint8Array): Code {
    if (codeHash === StateDiff.emptyCodeHash || Word.equals(codeHash, StateDiff.emptyCodeHash)) return emptyCode
    const key = keyOf(codeHash)
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = new Code(this.#base.code(codeHash), undefined, codeHash)
      this.#codes.set(key, code)
    }
    return code
  }

  addCode(code: Code): void {
    const key = keyOf(code.hash)
    this.#codes.set(key, code)
    this.newCodes.set(key, code)
  }

  openSlot(address: bigint, slot: bigint): bigint {
    return this.#slot(address, slot).value
  }

  openOriginal(address: bigint, slot: bigint): bigint {
    const entry = this.#slot(address, slot)
    return entry.writtenIn === this.#started ? entry.original : entry.value
  }

  writeSlot(address: bigint, slot: bigint, value: bigint): void {
    this.#write(this.#slot(address, slot), value)
  }

  openWarmAddress(address: bigint): boolean {
    return this.#account(address).warmIn === this.#transaction
  }

  addWarmAddress(address: bigint): void {
    this.#warm(this.#account(address))
  }

  openWarmSlot(address: bigint, slot: bigint): boolean {
    return this.#slot(address, slot).warmIn === this.#transaction
  }

  addWarmSlot(address: bigint, slot: bigint): void {
    this.#warm(this.#slot(address, slot))
  }

  openTransient(address: bigint, slot: bigint): bigint {
    return this.#transient.get(Word.mapKey(address))?.get(Word.mapKey(slot))?.value ?? 0n
  }

  writeTransient(address: bigint, slot: bigint, value: bigint): void {
    const account = Word.mapKey(address)
    const name = Word.mapKey(slot)
    let slots = this.#transient.get(account)
    if (slots === undefined) {
      slots = new Map()
      this.#transient.set(account, slots)
    }
    let entry = slots.get(name)
    if (entry === undefined) {
      entry = { value: 0n }
      slots.set(name, entry)
    }
    this.#changes.push(new ValueChange(entry))
    entry.value = value
  }

  openCreated(address: bigint): boolean {
    return this.#account(address).createdIn === this.#transaction
  }

  addCreated(address: bigint): void {
    const entry = this.#account(address)
    if (entry.createdIn === this.#transaction) return
    entry.createdIn = this.#transaction
    this.#changes.push(new CreatedChange(entry))
  }

  get hasDestroyed(): boolean {
    return this.#destroyed.length > 0
  }

  pushDestroyed(address: bigint): void {
    this.#destroyed.push(address)
  }

  popDestroyed(): bigint {
    return this.#destroyed.pop()!
  }

  snapshot(): Snapshot {
    return new RunSnapshot(this.#changes.length, this.#destroyed.length, this.refund)
  }

  revert(snapshot: Snapshot): void {
    const { changes, destroyed, refund } = snapshot as RunSnapshot
    while (this.#changes.length > changes) this.#changes.pop()!.undo()
    this.#destroyed.length = destroyed
    this.refund = refund
  }

  startTransaction(): Startpoint {
    this.#started++
    return uncommitted
  }

  diffRoot(): Uint8Array {
    return Word.zero
  }

  endTransaction(): void {
    this.#transaction++
    this.#changes = []
    this.#destroyed = []
    this.refund = 0
    if (this.#transient.size > 0) this.#transient = new Map()
  }

  journalHash(): Uint8Array {
    throw new Error('run mode commits to no journal')
  }

  journalFields(): Uint8Array {
    throw new Error('run mode commits to no journal')
  }

  stateDiff(): StateDiff.StateDiff {
    const changes: StateDiff.AccountChange[] = []
    for (const entry of this.#accounts.values()) {
      const change = changeOf(entry)
      if (change !== undefined) changes.push(change)
    }
    return changes.sort((a, b) => Buffer.compare(a.accountKey, b.accountKey))
  }

  #account(address: bigint): AccountEntry {
    const name = Word.mapKey(address)
    let entry = this.#accounts.get(name)
    if (entry === undefined) {
      const key = Address.keyOf(address)
      entry = new AccountEntry(key, this.#base.account(key))
      this.#accounts.set(name, entry)
    }
    return entry
  }

  #slot(address: bigint, slot: bigint): SlotEntry {
    if (this.#slotNumber === slot && this.#slotAddress === address) return this.#slotEntry!
    const account = this.#account(address)
    const name = Word.mapKey(slot)
    let entry = account.slots.get(name)
    if (entry === undefined) {
      const key = keccak256(Word.fromBigint(slot))
      const base = account.base?.hasStorage === true ? this.#base.slot(account.key, key) : 0n
      entry = new SlotEntry(key, base, account.isDeleted ? 0n : base)
      account.slots.set(name, entry)
    }
    this.#slotAddress = address
    this.#slotNumber = slot
    this.#slotEntry = entry
    return entry
  }

  #write(entry: SlotEntry, value: bigint): void {
    if (entry.writtenIn !== this.#started) {
      // Not taken back by a revert, which does not reach behind the transaction's start.
      entry.original = entry.value
      entry.writtenIn = this.#started
    }
    this.#changes.push(new ValueChange(entry))
    entry.value = value
  }

  #warm(entry: { warmIn: number }): void {
    if (entry.warmIn === this.#transaction) return
    entry.warmIn = this.#transaction
    this.#changes.push(new WarmChange(entry))
  }
}

function changeOf(entry: AccountEntry): StateDiff.AccountChange | undefined {
  const { key: accountKey, base, nonce, balance, codeHash } = entry
  if (entry.isDeleted) return { accountKey, kind: StateDiff.kinds.deleted, account: undefined, slots: [] }
  const slots: StateDiff.SlotChange[] = []
  for (const { key: slotKey, base: old, value } of entry.slots.values()) {
    if (value !== old) slots.push({ slotKey, value: Word.fromBigint(value) })
  }
  slots.sort((a, b) => Buffer.compare(a.slotKey, b.slotKey))
  const before = base ?? { nonce: 0n, balance: 0n, codeHash: StateDiff.emptyCodeHash }
  const isSame = nonce === before.nonce && balance === before.balance && Word.equals(codeHash, before.codeHash)
  if (!isSame) {
    return { accountKey, kind: StateDiff.kinds.set, account: { nonce, balance, codeHash }, slots }
  }
  if (slots.length === 0) return undefined
  return { accountKey, kind: StateDiff.kinds.storageOnly, account: undefined, slots }
}

function keyOf(codeHash: Uint8Array): string {
  return Buffer.from(codeHash).toString('latin1')
}
