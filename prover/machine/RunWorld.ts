/**
 * The world of run mode: every account and slot that was touched has one mutable entry, and an undo log takes back what a
 * revert takes back. Nothing is hashed but the keys.
 */
import { keccak256 } from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Address from './Address.ts'
import type { BaseState } from './BaseState.ts'
import { type Code, codeOf, emptyCode } from './CodeTree.ts'
import {
  AccountChange,
  AccountEntry,
  type Change,
  CreatedChange,
  changeOf,
  SlotEntry,
  ValueChange,
  WarmChange,
} from './RunEntries.ts'
import type { Account, Snapshot, Startpoint, World } from './World.ts'

const RECENT_BITS = 6
const RECENT = 1 << RECENT_BITS

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
  /** By `Word.mapKey`, like what is transient. */
  readonly #accounts = new Map<bigint, AccountEntry>()
  /** The accounts that were asked for last, by the low bits of their addresses: a place that many share is only slower. */
  readonly #recent: (AccountEntry | undefined)[] = new Array(RECENT).fill(undefined)
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

  writeAccount(_address: bigint, account: Account, nonce: bigint, balance: bigint, codeHash: Uint8Array): void {
    const entry = account as AccountEntry
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
    const key = Word.nameOf(codeHash)
    let code = this.#codes.get(key)
    if (code === undefined) {
      code = codeOf(codeHash, key, this.#base)
      this.#codes.set(key, code)
    }
    return code
  }

  addCode(code: Code): void {
    const key = Word.nameOf(code.hash)
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
    return changes.sort((a, b) => Word.compare(a.accountKey, b.accountKey))
  }

  #account(address: bigint): AccountEntry {
    const place = Number(BigInt.asUintN(RECENT_BITS, address))
    const recent = this.#recent[place]
    if (recent !== undefined && recent.address === address) return recent
    const entry = this.#find(address)
    this.#recent[place] = entry
    return entry
  }

  #find(address: bigint): AccountEntry {
    const name = Word.mapKey(address)
    let entry = this.#accounts.get(name)
    if (entry === undefined) {
      const key = Address.keyOf(address)
      entry = new AccountEntry(address, key, this.#base.account(key))
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
      account.keepSlot(name, entry)
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
