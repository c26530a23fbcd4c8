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

  /** The writes that make the changes of a diff, and those that take them back: of the same keys, in the same order. */
  apply(diff: StateDiff.StateDiff): { writes: Write[]; undo: Write[] } {
    const writes: Write[] = []
    const undo: Write[] = []
    for (const change of diff) {
      this.#applyOne(change, (key, value, before) => {
        writes.push({ key, value })
        undo.push({ key, value: before })
      })
    }
    return { writes, undo }
  }

  #account(accountKey: Uint8Array): FlatAccount | undefined {
    const record = this.#reader.get(Keys.account(accountKey))
    return record === undefined ? undefined : decodeAccount(record)
  }

  #applyOne({ accountKey, kind, account, slots }: StateDiff.AccountChange, put: Put): void {
    const key = Keys.account(accountKey)
    const before = this.#reader.get(key)
    const countBefore = before === undefined ? 0 : slotCountOf(before)
    const slotCount = countBefore + this.#applySlots(accountKey, slots, put)
    const isSame = kind === StateDiff.kinds.storageOnly
    if (slotCount > 0 && (isSame ? before === undefined : account === undefined)) {
      throw new FlatStateError(`Account ${Buffer.from(accountKey).toString('hex')} would be absent and have storage.`)
    }
    if (isSame && slotCount === countBefore) return
    const after = isSame ? before && decodeAccount(before) : account
    put(key, after && encodeAccount(after, slotCount), before)
  }

  /** By how many the slots become more. */
  #applySlots(accountKey: Uint8Array, slots: readonly StateDiff.SlotChange[], put: Put): number {
    let more = 0
    for (const { slotKey, value } of slots) {
      const key = Keys.slot(accountKey, slotKey)
      const before = this.#reader.get(key)
      const record = recordOf(value)
      more += Number(record !== undefined) - Number(before !== undefined)
      put(key, record, before)
    }
    return more
  }
}

/** Takes a write, with the record that it replaces. */
type Put = (key: Uint8Array, record: Uint8Array | undefined, before: Uint8Array | undefined) => void

/** A word without its leading zeros, as a Buffer, which the database takes as it is; of 0 there is no record. */
function recordOf(word: Uint8Array): Uint8Array | undefined {
  let start = 0
  while (start < 32 && word[start] === 0) start++
  if (start === 32) return undefined
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
export function encodeAccount({ nonce, balance, codeHash }: StateDiff.Account, slotCount: number): Uint8Array {
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
