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
import type { Moment, Trail } from './Trail.ts'
import type { Account, Snapshot, Startpoint, World } from './World.ts'

const RECENT_BITS = 6
const RECENT = 1 << RECENT_BITS

class RunSnapshot implements Snapshot {
  readonly changes: number
  readonly destroyed: number
  readonly refund: number
  /** If a trail is kept. */
  readonly moment: Moment | undefined

  constructor(changes: number, destroyed: number, refund: number, moment: Moment | undefined) {
    this.changes = changes
    this.destroyed = destroyed
    this.refund = refund
    this.moment = moment
  }

  hash(): Uint8Array {
    throw new Error('run mode commits to no journal')
  }
}

class RunStart implements Startpoint {
  readonly moment: Moment | undefined

  constructor(moment: Moment | undefined) {
    this.moment = moment
  }

  diffRoot(): Uint8Array {
    throw new Error('run mode commits to no diff')
  }
}

export class RunWorld implements World {
  recorder: undefined
  refund = 0
  readonly #base: BaseState
  /** Told every change, for a run that may have to go on in prove mode. */
  readonly #trail: Trail | undefined
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

  constructor(base: BaseState, trail?: Trail) {
    this.#base = base
    this.#trail = trail
  }

  openAccount(address: bigint): Account {
    return this.#account(address)
  }

  writeAccount(address: bigint, account: Account, nonce: bigint, balance: bigint, codeHash: Uint8Array): void {
    const entry = account as AccountEntry
    this.#changes.push(new AccountChange(entry))
    entry.nonce = nonce
    entry.balance = balance
    entry.codeHash = codeHash
    if (nonce === 0n && balance === 0n && StateDiff.isEmptyAccount(entry)) {
      entry.isDeleted = entry.base !== undefined
      // The storage goes with the account; whether a slot is warm does not.
      for (const slot of entry.slots.values()) if (slot.value !== 0n) this.#write(slot, 0n)
      this.#trail?.add('diff', (world) => world.writeAccount(address, account, nonce, balance, codeHash))
    } else {
      entry.isDeleted = false
      this.#trail?.add('diff', (world) => world.writeAccount(address, account, nonce, balance, codeHash), entry)
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
    const entry = this.#slot(address, slot)
    this.#write(entry, value)
    this.#trail?.add('diff', (world) => world.writeSlot(address, slot, value), entry)
  }

  openWarmAddress(address: bigint): boolean {
    return this.#account(address).warmIn === this.#transaction
  }

  addWarmAddress(address: bigint): void {
    this.#warm(this.#account(address))
    this.#trail?.add('transaction', (world) => world.addWarmAddress(address))
  }

  openWarmSlot(address: bigint, slot: bigint): boolean {
    return this.#slot(address, slot).warmIn === this.#transaction
  }

  addWarmSlot(address: bigint, slot: bigint): void {
    this.#warm(this.#slot(address, slot))
    this.#trail?.add('transaction', (world) => world.addWarmSlot(address, slot))
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
    this.#trail?.add('transaction', (world) => world.writeTransient(address, slot, value), entry)
  }

  openCreated(address: bigint): boolean {
    return this.#account(address).createdIn === this.#transaction
  }

  addCreated(address: bigint): void {
    const entry = this.#account(address)
    if (entry.createdIn === this.#transaction) return
    entry.createdIn = this.#transaction
    this.#changes.push(new CreatedChange(entry))
    this.#trail?.add('transaction', (world) => world.addCreated(address))
  }

  get hasDestroyed(): boolean {
    return this.#destroyed.length > 0
  }

  pushDestroyed(address: bigint): void {
    this.#destroyed.push(address)
    this.#trail?.add('transaction', (world) => world.pushDestroyed(address))
  }

  popDestroyed(): bigint {
    this.#trail?.add('transaction', (world) => world.popDestroyed())
    return this.#destroyed.pop()!
  }

  snapshot(): Snapshot {
    return new RunSnapshot(this.#changes.length, this.#destroyed.length, this.refund, this.#trail?.moment(this.refund))
  }

  revert(snapshot: Snapshot): void {
    const { changes, destroyed, refund, moment } = snapshot as RunSnapshot
    while (this.#changes.length > changes) this.#changes.pop()!.undo()
    this.#destroyed.length = destroyed
    this.refund = refund
    if (moment !== undefined) this.#trail?.goBack(moment)
  }

  startTransaction(): Startpoint {
    this.#started++
    const start = new RunStart(this.#trail?.moment(this.refund))
    this.#trail?.add('transaction', (world) => world.startTransaction())
    return start
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
    this.#trail?.add('end', (world) => world.endTransaction())
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
