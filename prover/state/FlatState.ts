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
  readonly slots: readonly { readonly slotKey: Uint8Array; readonly value: bigint }[]
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
    return this.#number(Keys.slot(accountKey, slotKey))
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

  #number(key: Uint8Array): bigint {
    return Word.integerOf(this.#reader.get(key) ?? noBytes)
  }

  #applyOne({ accountKey, account, slots }: FlatChange, writes: Write[]): FlatChange {
    const before = this.#account(accountKey)
    let slotCount = before?.slotCount ?? 0
    const previousSlots = slots.map(({ slotKey, value }) => {
      const key = Keys.slot(accountKey, slotKey)
      const old = this.#number(key)
      slotCount += Number(value !== 0n) - Number(old !== 0n)
      writes.push({ key, value: value === 0n ? undefined : Buffer.from(Word.toInteger(value)) })
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
    slots: slots.map(({ slotKey, value }) => ({ slotKey, value: Word.toBigint(value) })),
  }))
}

/** The write that keeps a contract's code. */
export function codeWrite(code: Uint8Array): Write {
  return { key: Keys.code(Keccak.keccak256(code)), value: code }
}

const noBytes = new Uint8Array(0)

/** Three lengths, then nonce, balance and slot count without leading zeros, then the code hash unless there is no code. */
export function encodeAccount({ nonce, balance, codeHash, slotCount }: FlatAccount): Uint8Array {
  const [first, second, third] = [Word.toInteger(nonce), Word.toInteger(balance), Word.toInteger(BigInt(slotCount))]
  const hash = Word.equals(codeHash, StateDiff.emptyCodeHash) ? noBytes : codeHash
  const nonceEnd = 3 + first.length
  const balanceEnd = nonceEnd + second.length
  const end = balanceEnd + third.length
  const record = Buffer.allocUnsafe(end + hash.length)
  record[0] = first.length
  record[1] = second.length
  record[2] = third.length
  record.set(first, 3)
  record.set(second, nonceEnd)
  record.set(third, balanceEnd)
  record.set(hash, end)
  return record
}

export function decodeAccount(record: Uint8Array): FlatAccount {
  const nonceEnd = 3 + record[0]!
  const balanceEnd = nonceEnd + record[1]!
  const end = balanceEnd + record[2]!
  return {
    nonce: Word.integerOf(record, 3, nonceEnd),
    balance: Word.integerOf(record, nonceEnd, balanceEnd),
    slotCount: Number(Word.integerOf(record, balanceEnd, end)),
    codeHash: record.length === end ? StateDiff.emptyCodeHash : record.slice(end),
  }
}

/** The flat state contradicts itself, or a change contradicts it. */
export class FlatStateError extends Error {
  override readonly name = 'FlatStateError'
}
