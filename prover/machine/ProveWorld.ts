/**
 * The world of prove mode: the journal as immutable dictionaries, hashed only when somebody asks, over a base state that
 * proves what it says. A snapshot is the journal's seven values; every access appends its proof while a witness is recorded.
 */
import * as Dictionary from '../commitment/Dictionary.ts'
import { keccak256, keccak256Concat } from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import * as Address from './Address.ts'
import type { ProvableState } from './BaseState.ts'
import { type Code, codeOf, emptyCode } from './CodeTree.ts'
import * as Journal from './state/Journal.ts'
import * as MachineRecord from './state/MachineRecord.ts'
import type { Writer } from './Witness.ts'
import type { Account, Snapshot, Startpoint, World } from './World.ts'

type Words = Dictionary.Dictionary<Uint8Array>

/** The value of every key of a set. */
const MEMBER = Word.fromBigint(1n)

/** One link of the chain of destroyed contracts. */
interface Destroyed {
  readonly previous: Destroyed | undefined
  readonly address: bigint
  readonly hash: Uint8Array
}

/** The journal at one moment. */
class JournalState implements Snapshot {
  readonly diff: StateDiff.Tree
  readonly warmAddresses: Words
  readonly warmSlots: Words
  readonly transient: Words
  readonly created: Words
  readonly destroyed: Destroyed | undefined
  readonly refund: number
  #hash: Uint8Array | undefined

  constructor(world: Omit<JournalState, 'hash' | 'record'>) {
    this.diff = world.diff
    this.warmAddresses = world.warmAddresses
    this.warmSlots = world.warmSlots
    this.transient = world.transient
    this.created = world.created
    this.destroyed = world.destroyed
    this.refund = world.refund
  }

  hash(): Uint8Array {
    this.#hash ??= Journal.hash(this.record())
    return this.#hash
  }

  record(): Journal.Record {
    return {
      diffRoot: Dictionary.root(this.diff),
      warmAddresses: Dictionary.root(this.warmAddresses),
      warmSlots: Dictionary.root(this.warmSlots),
      transient: Dictionary.root(this.transient),
      created: Dictionary.root(this.created),
      destroyed: this.destroyed?.hash ?? Word.zero,
      refund: this.refund,
    }
  }
}

/** What never changes, and so is common to all forks of a world. */
interface Caches {
  /** By `Word.mapKey`. */
  readonly accountKeys: Map<bigint, Uint8Array>
  readonly slotKeys: Map<bigint, Uint8Array>
  readonly codes: Map<string, Code>
}

export class ProveWorld implements World {
  recorder: Writer | undefined
  diff: StateDiff.Tree = Dictionary.empty
  warmAddresses: Words = Dictionary.empty
  warmSlots: Words = Dictionary.empty
  transient: Words = Dictionary.empty
  created: Words = Dictionary.empty
  destroyed: Destroyed | undefined
  refund = 0
  #startDiff: StateDiff.Tree = Dictionary.empty
  readonly base: ProvableState
  readonly #caches: Caches

  constructor(base: ProvableState, caches: Caches = { accountKeys: new Map(), slotKeys: new Map(), codes: new Map() }) {
    this.base = base
    this.#caches = caches
  }

  /** A world that goes its own way from here. */
  fork(): ProveWorld {
    const copy = new ProveWorld(this.base, this.#caches)
    copy.#restore(new JournalState(this))
    copy.#startDiff = this.#startDiff
    return copy
  }

  openAccount(address: bigint): Account {
    const key = this.#accountKey(address)
    if (this.recorder !== undefined) {
      this.recorder.append(StateDiff.prove(this.diff, key))
      recordNodes(this.recorder, this.base.accountNodes(key))
    }
    const base = this.base.account(key)
    const part = Dictionary.get(this.diff, key)
    if (part?.account !== undefined) return { ...part.account, baseExists: base !== undefined }
    if (base === undefined || part?.kind === StateDiff.kinds.deleted) {
      return { nonce: 0n, balance: 0n, codeHash: StateDiff.emptyCodeHash, baseExists: base !== undefined }
    }
    return { nonce: base.nonce, balance: base.balance, codeHash: base.codeHash, baseExists: true }
  }

  writeAccount(address: bigint, _account: Account, nonce: bigint, balance: bigint, codeHash: Uint8Array): void {
    const key = this.#accountKey(address)
    const base = this.base.account(key)
    const account = { nonce, balance, codeHash }
    const isEmpty = StateDiff.isEmptyAccount(account)
    // An account that ceases to exist takes what was written to its storage with it.
    const storage = isEmpty ? Dictionary.empty : this.#storageOf(key)
    let kind: StateDiff.Kind = isSame(account, base) ? StateDiff.kinds.storageOnly : StateDiff.kinds.set
    if (isEmpty && base !== undefined) kind = StateDiff.kinds.deleted
    const triple = kind === StateDiff.kinds.set ? account : undefined
    this.diff = StateDiff.put(this.diff, key, new StateDiff.AccountDiff(kind, triple, storage))
  }

  hasStorage(address: bigint): boolean {
    const key = this.#accountKey(address)
    return this.base.account(key)?.hasStorage === true || this.#storageOf(key) !== Dictionary.empty
  }

  openCode(codeHash: Uint8Array): Code {
    if (Word.equals(codeHash, StateDiff.emptyCodeHash)) return emptyCode
    const key = Word.nameOf(codeHash)
    let code = this.#caches.codes.get(key)
    if (code === undefined) {
      code = codeOf(codeHash, key, this.base)
      this.#caches.codes.set(key, code)
    }
    this.recorder?.u16(code.size).append(code.bytes)
    return code
  }

  addCode(code: Code): void {
    this.#caches.codes.set(Word.nameOf(code.hash), code)
  }

  openSlot(address: bigint, slot: bigint): bigint {
    const key = this.#accountKey(address)
    const slotKey = this.#slotKey(slot)
    this.openAccount(address)
    if (this.recorder !== undefined) {
      this.recorder.append(Dictionary.prove(this.#storageOf(key), slotKey))
      recordNodes(this.recorder, this.base.storageNodes(key, slotKey))
    }
    return this.#valueIn(this.diff, key, slotKey)
  }

  openOriginal(address: bigint, slot: bigint): bigint {
    const key = this.#accountKey(address)
    const slotKey = this.#slotKey(slot)
    if (this.recorder !== undefined) {
      const part = Dictionary.get(this.#startDiff, key)
      this.recorder.append(StateDiff.prove(this.#startDiff, key))
      if (part !== undefined && part.kind !== StateDiff.kinds.deleted) {
        this.recorder.append(Dictionary.prove(part.storage, slotKey))
      }
    }
    return this.#valueIn(this.#startDiff, key, slotKey)
  }

  writeSlot(address: bigint, slot: bigint, value: bigint): void {
    const key = this.#accountKey(address)
    const slotKey = this.#slotKey(slot)
    const part = Dictionary.get(this.diff, key)
    const before = part?.storage
    const storage =
      value === this.base.slot(key, slotKey)
        ? Dictionary.remove(before, slotKey)
        : Dictionary.put(before, slotKey, Word.fromBigint(value))
    const changed = new StateDiff.AccountDiff(part?.kind ?? StateDiff.kinds.storageOnly, part?.account, storage)
    this.diff = StateDiff.put(this.diff, key, changed)
  }

  openWarmAddress(address: bigint): boolean {
    return this.#openMember(this.warmAddresses, this.#accountKey(address))
  }

  addWarmAddress(address: bigint): void {
    this.warmAddresses = Dictionary.put(this.warmAddresses, this.#accountKey(address), MEMBER)
  }

  openWarmSlot(address: bigint, slot: bigint): boolean {
    return this.#openMember(this.warmSlots, slotKeyOf(address, slot))
  }

  addWarmSlot(address: bigint, slot: bigint): void {
    this.warmSlots = Dictionary.put(this.warmSlots, slotKeyOf(address, slot), MEMBER)
  }

  openTransient(address: bigint, slot: bigint): bigint {
    const key = slotKeyOf(address, slot)
    this.recorder?.append(Dictionary.prove(this.transient, key))
    const value = Dictionary.get(this.transient, key)
    return value === undefined ? 0n : Word.toBigint(value)
  }

  writeTransient(address: bigint, slot: bigint, value: bigint): void {
    const key = slotKeyOf(address, slot)
    this.transient =
      value === 0n
        ? Dictionary.remove(this.transient, key)
        : Dictionary.put(this.transient, key, Word.fromBigint(value))
  }

  openCreated(address: bigint): boolean {
    return this.#openMember(this.created, this.#accountKey(address))
  }

  addCreated(address: bigint): void {
    this.created = Dictionary.put(this.created, this.#accountKey(address), MEMBER)
  }

  get hasDestroyed(): boolean {
    return this.destroyed !== undefined
  }

  pushDestroyed(address: bigint): void {
    const previous = this.destroyed
    const hash = Journal.hashDestroyed(previous?.hash ?? Word.zero, address)
    this.destroyed = { previous, address, hash }
  }

  popDestroyed(): bigint {
    const { previous, address } = this.destroyed!
    this.recorder?.word(previous?.hash ?? Word.zero).addr(Address.toBytes(address))
    this.destroyed = previous
    return address
  }

  snapshot(): Snapshot {
    return new JournalState(this)
  }

  revert(snapshot: Snapshot): void {
    this.#restore(snapshot as JournalState)
  }

  startTransaction(): Startpoint {
    const diff = this.diff
    this.#startDiff = diff
    return { diffRoot: () => Dictionary.root(diff) }
  }

  diffRoot(): Uint8Array {
    return Dictionary.root(this.diff)
  }

  endTransaction(): void {
    this.warmAddresses = Dictionary.empty
    this.warmSlots = Dictionary.empty
    this.transient = Dictionary.empty
    this.created = Dictionary.empty
    this.destroyed = undefined
    this.refund = 0
  }

  journalHash(): Uint8Array {
    return new JournalState(this).hash()
  }

  journalFields(): Uint8Array {
    return MachineRecord.encode(Journal.fields(new JournalState(this).record()))
  }

  stateDiff(): StateDiff.StateDiff {
    return StateDiff.fromTree(this.diff)
  }

  #restore(journal: JournalState): void {
    this.diff = journal.diff
    this.warmAddresses = journal.warmAddresses
    this.warmSlots = journal.warmSlots
    this.transient = journal.transient
    this.created = journal.created
    this.destroyed = journal.destroyed
    this.refund = journal.refund
  }

  #openMember(set: Words, key: Uint8Array): boolean {
    this.recorder?.append(Dictionary.prove(set, key))
    return Dictionary.get(set, key) !== undefined
  }

  /** What the diff has of an account's storage. */
  #storageOf(accountKey: Uint8Array): Words {
    return Dictionary.get(this.diff, accountKey)?.storage
  }

  #valueIn(diff: StateDiff.Tree, accountKey: Uint8Array, slotKey: Uint8Array): bigint {
    const part = Dictionary.get(diff, accountKey)
    const value = Dictionary.get(part?.storage, slotKey)
    if (value !== undefined) return Word.toBigint(value)
    return part?.kind === StateDiff.kinds.deleted ? 0n : this.base.slot(accountKey, slotKey)
  }

  #accountKey(address: bigint): Uint8Array {
    const name = Word.mapKey(address)
    let key = this.#caches.accountKeys.get(name)
    if (key === undefined) {
      key = Address.keyOf(address)
      this.#caches.accountKeys.set(name, key)
    }
    return key
  }

  #slotKey(slot: bigint): Uint8Array {
    const name = Word.mapKey(slot)
    let key = this.#caches.slotKeys.get(name)
    if (key === undefined) {
      key = keccak256(Word.fromBigint(slot))
      this.#caches.slotKeys.set(name, key)
    }
    return key
  }
}

/** The key of a slot in the sets of slots. */
function slotKeyOf(address: bigint, slot: bigint): Uint8Array {
  return keccak256Concat(Word.fromBigint(address), Word.fromBigint(slot))
}

function isSame(account: StateDiff.Account, base: StateDiff.Account | undefined): boolean {
  if (base === undefined) return StateDiff.isEmptyAccount(account)
  const { nonce, balance, codeHash } = account
  return nonce === base.nonce && balance === base.balance && Word.equals(codeHash, base.codeHash)
}

/** A proof of the state trie, as a witness has it. */
function recordNodes(recorder: Writer, nodes: readonly Uint8Array[]): void {
  recorder.u8(nodes.length)
  for (const node of nodes) recorder.u16(node.length).append(node)
}
