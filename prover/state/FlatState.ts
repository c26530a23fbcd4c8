import * as Keccak from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { BaseAccount, BaseState } from '../machine/BaseState.ts'
import * as Keys from './StoreKeys.ts'

/** Synchronous reads of a key-value store. */
export interface KeyValueReader {
  get(key: Uint8Array): Uint8Array | undefined
}

/** One write of an atomic batch; without a value the key is deleted. */
export interface Write {
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
}

/** New values of one account and of slots of it; `account` is undefined if only slots change. */
export interface FlatChange {
  readonly accountKey: Uint8Array
  readonly account: { readonly to: StateDiff.Account | undefined } | undefined
  /** Values as records: without leading zeros, so 0 is no byte at all. */
  readonly slots: readonly { readonly slotKey: Uint8Array; readonly value: Uint8Array }[]
}

export interface FlatAccount extends StateDiff.Account {
  /** How many slots are not 0 (N-8). */
  readonly slotCount: number
}

/** The latest state as plain key-value pairs: an account or a slot is one read, and no node is ever rewritten. */
export class FlatState implements BaseState {
  readonly #reader: KeyValueReader

  constructor(reader: KeyValueReader) {
    this.#reader = reader
  }

  account(accountKey: Uint8Array): BaseAccount | undefined {
    const found = this.#account(accountKey)
    if (found === undefined) return undefined
    const { nonce, balance, codeHash, slotCount } = found
    return { nonce, balance, codeHash, hasStorage: slotCount > 0 }
  }

  slot(accountKey: Uint8Array, slotKey: Uint8Array): bigint {
    return Word.integerOf(this.#reader.get(Keys.slot(accountKey, slotKey)) ?? noBytes)
  }

  code(codeHash: Uint8Array): Uint8Array {
    if (Word.equals(codeHash, StateDiff.emptyCodeHash)) return noBytes
    const code = this.#reader.get(Keys.code(codeHash))
    if (code === undefined)
      throw new FlatStateError(`Code ${Buffer.from(codeHash).toString('hex')} is not in the store.`)
    return code
  }

  /** The writes that make `changes`, and the changes that take them back. */
  apply(changes: readonly FlatChange[]): { writes: Write[]; previous: FlatChange[] } {
    const writes: Write[] = []
    const previous = changes.map((change) => this.#applyOne(change, writes))
    return { writes, previous }
  }

  #account(accountKey: Uint8Array): FlatAccount | undefined {
    const record = this.#reader.get(Keys.account(accountKey))
    return record === undefined ? undefined : decodeAccount(record)
  }

  #applyOne({ accountKey, account, slots }: FlatChange, writes: Write[]): FlatChange {
    const before = this.#account(accountKey)
    let slotCount = before?.slotCount ?? 0
    const previousSlots = slots.map(({ slotKey, value }) => {
      const key = Keys.slot(accountKey, slotKey)
      const old = this.#reader.get(key) ?? noBytes
      slotCount += Number(value.length > 0) - Number(old.length > 0)
      writes.push({ key, value: value.length === 0 ? undefined : value })
      return { slotKey, value: old }
    })
    const after = account === undefined ? before : account.to
    if (after === undefined && slotCount > 0) {
      throw new FlatStateError(`Account ${Buffer.from(accountKey).toString('hex')} would be absent and have storage.`)
    }
    if (account !== undefined || slotCount !== before?.slotCount) {
      const value = after === undefined ? undefined : encodeAccount({ ...after, slotCount })
      writes.push({ key: Keys.account(accountKey), value })
    }
    return { accountKey, account: account === undefined ? undefined : { to: before }, slots: previousSlots }
  }
}

/** The changes that a state diff stands for. */
export function changesOf(diff: StateDiff.StateDiff): FlatChange[] {
  return diff.map(({ accountKey, kind, account, slots }) => ({
    accountKey,
    account: kind === StateDiff.kinds.storageOnly ? undefined : { to: account },
    slots: slots.map(({ slotKey, value }) => ({ slotKey, value: recordOf(value) })),
  }))
}

/** A word without its leading zeros, as a Buffer, which the database takes as it is. */
function recordOf(word: Uint8Array): Uint8Array {
  let start = 0
  while (start < 32 && word[start] === 0) start++
  const record = Buffer.allocUnsafe(32 - start)
  for (let index = start; index < 32; index++) record[index - start] = word[index]!
  return record
}

/** The write that keeps a contract's code. */
export function codeWrite(code: Uint8Array): Write {
  return { key: Keys.code(Keccak.keccak256(code)), value: code }
}

const noBytes = new Uint8Array(0)

/** Three lengths, then nonce, balance and slot count without leading zeros, then the code hash unless there is no code. */
export function encodeAccount({ nonce, balance, codeHash, slotCount }: FlatAccount): Uint8Array {
  const nonceEnd = Word.putInteger(scratch, 3, nonce)
  const balanceEnd = Word.putInteger(scratch, nonceEnd, balance)
  const countEnd = Word.putInteger(scratch, balanceEnd, BigInt(slotCount))
  scratch[0] = nonceEnd - 3
  scratch[1] = balanceEnd - nonceEnd
  scratch[2] = countEnd - balanceEnd
  const isPlain = Word.equals(codeHash, StateDiff.emptyCodeHash)
  if (!isPlain) scratch.set(codeHash, countEnd)
  const record = Buffer.allocUnsafe(isPlain ? countEnd : countEnd + 32)
  scratch.copy(record)
  return record
}

const scratch = Buffer.alloc(3 + 4 * 32)

export function decodeAccount(record: Uint8Array): FlatAccount {
  const nonceEnd = 3 + record[0]!
  const balanceEnd = nonceEnd + record[1]!
  const end = balanceEnd + record[2]!
  return {
    nonce: Word.integerOf(record, 3, nonceEnd),
    balance: Word.integerOf(record, nonceEnd, balanceEnd),
    slotCount: slotCountOf(record),
    codeHash: record.length === end ? StateDiff.emptyCodeHash : record.slice(end),
  }
}

export function slotCountOf(record: Uint8Array): number {
  const start = 3 + record[0]! + record[1]!
  let count = 0
  for (let index = start; index < start + record[2]!; index++) count = 256 * count + record[index]!
  return count
}

/** The flat state contradicts itself, or a change contradicts it. */
export class FlatStateError extends Error {
  override readonly name = 'FlatStateError'
}
