import type { AccountFields, StateManagerInterface } from '@ethereumjs/common'
import {
  Account,
  type Address,
  bytesToBigInt,
  equalsBytes,
  KECCAK256_NULL,
  KECCAK256_RLP,
  setLengthLeft,
} from '@ethereumjs/util'
import * as Keccak from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import type { BaseState } from '../machine/BaseState.ts'

/** Any root but the empty one: @ethereumjs/evm only asks whether an account has storage. */
const someStorageRoot = new Uint8Array(32).fill(1)

interface OverlayAccount {
  readonly address: Address
  /** Undefined: absent. */
  account: Account | undefined
  /** Slots of the base state count no more. */
  isWiped: boolean
  /** By the slot in hexadecimal. */
  readonly slots: Map<string, { readonly slot: Uint8Array; value: Uint8Array }>
}

/** The state that @ethereumjs/evm runs on: a base state, and above it in memory what the batch changes. */
export class OverlayState implements StateManagerInterface {
  readonly #base: BaseState
  readonly #accounts = new Map<string, OverlayAccount>()
  readonly #codes = new Map<string, Uint8Array>()
  /** One list per checkpoint of what takes back the changes since then. */
  readonly #checkpoints: (() => void)[][] = []
  readonly #originals = new Map<string, Uint8Array>()

  readonly originalStorageCache = {
    get: async (address: Address, key: Uint8Array) =>
      this.#originals.get(slotName(address, key)) ?? (await this.getStorage(address, key)),
    clear: () => this.#originals.clear(),
  }

  constructor(base: BaseState) {
    this.#base = base
  }

  /** What the batch has changed so far, in canonical form. */
  diff(): StateDiff.StateDiff {
    const changes = [...this.#accounts.values()].flatMap((entry) => this.#changeOf(entry) ?? [])
    return changes.sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
  }

  async getAccount(address: Address): Promise<Account | undefined> {
    const entry = this.#entry(address)
    const { account } = entry
    if (account === undefined) return undefined
    const hasStorage = this.#hasStorage(entry)
    return new Account(account.nonce, account.balance, hasStorage ? someStorageRoot : KECCAK256_RLP, account.codeHash)
  }

  async putAccount(address: Address, account?: Account): Promise<void> {
    const entry = this.#entry(address)
    const before = entry.account
    this.#undoable(() => {
      entry.account = before
    })
    entry.account = account && new Account(account.nonce, account.balance, KECCAK256_RLP, account.codeHash)
  }

  async deleteAccount(address: Address): Promise<void> {
    await this.putAccount(address)
    await this.clearStorage(address)
  }

  async modifyAccountFields(address: Address, fields: AccountFields): Promise<void> {
    const account = (await this.getAccount(address)) ?? new Account()
    account.nonce = fields.nonce ?? account.nonce
    account.balance = fields.balance ?? account.balance
    account.codeHash = fields.codeHash ?? account.codeHash
    await this.putAccount(address, account)
  }

  async putCode(address: Address, code: Uint8Array): Promise<void> {
    const codeHash = Keccak.keccak256(code)
    this.#codes.set(hex(codeHash), code)
    await this.modifyAccountFields(address, { codeHash })
  }

  async getCode(address: Address): Promise<Uint8Array> {
    const { account } = this.#entry(address)
    if (account === undefined || equalsBytes(account.codeHash, KECCAK256_NULL)) return new Uint8Array(0)
    return this.#codes.get(hex(account.codeHash)) ?? this.#base.code(account.codeHash)
  }

  async getCodeSize(address: Address): Promise<number> {
    return (await this.getCode(address)).length
  }

  async getStorage(address: Address, slot: Uint8Array): Promise<Uint8Array> {
    const entry = this.#entry(address)
    const changed = entry.slots.get(hex(slot))
    if (changed !== undefined) return changed.value
    return entry.isWiped ? new Uint8Array(0) : stripZeros(this.#baseSlot(address, slot))
  }

  async putStorage(address: Address, slot: Uint8Array, value: Uint8Array): Promise<void> {
    const { slots } = this.#entry(address)
    const before = await this.getStorage(address, slot)
    const name = slotName(address, slot)
    if (!this.#originals.has(name)) this.#originals.set(name, before)
    const had = slots.get(hex(slot))
    this.#undoable(() => {
      if (had === undefined) slots.delete(hex(slot))
      else slots.set(hex(slot), had)
    })
    slots.set(hex(slot), { slot: slot.slice(), value: stripZeros(value) })
  }

  async clearStorage(address: Address): Promise<void> {
    const entry = this.#entry(address)
    const slots = [...entry.slots]
    const { isWiped } = entry
    this.#undoable(() => {
      entry.isWiped = isWiped
      for (const [name, slot] of slots) entry.slots.set(name, slot)
    })
    entry.slots.clear()
    entry.isWiped = true
  }

  async checkpoint(): Promise<void> {
    this.#checkpoints.push([])
  }

  async commit(): Promise<void> {
    const undos = this.#checkpoints.pop()!
    this.#checkpoints.at(-1)?.push(...undos)
  }

  async revert(): Promise<void> {
    for (const undo of this.#checkpoints.pop()!.reverse()) undo()
  }

  async getStateRoot(): Promise<Uint8Array> {
    throw new Error('a batch is run without state roots')
  }

  async setStateRoot(): Promise<void> {
    throw new Error('a batch is run without state roots')
  }

  async hasStateRoot(): Promise<boolean> {
    return false
  }

  clearCaches(): void {
    this.#originals.clear()
  }

  shallowCopy(): StateManagerInterface {
    return new OverlayState(this.#base)
  }

  #entry(address: Address): OverlayAccount {
    const name = hex(address.bytes)
    const known = this.#accounts.get(name)
    if (known !== undefined) return known
    const base = this.#base.account(Keccak.keccak256(address.bytes))
    const account = base && new Account(base.nonce, base.balance, KECCAK256_RLP, base.codeHash)
    const entry = { address, account, isWiped: false, slots: new Map() }
    this.#accounts.set(name, entry)
    return entry
  }

  #hasStorage({ address, isWiped, slots }: OverlayAccount): boolean {
    const baseHas = !isWiped && this.#base.account(Keccak.keccak256(address.bytes))?.hasStorage === true
    return baseHas || [...slots.values()].some(({ value }) => value.length > 0)
  }

  #baseSlot(address: Address, slot: Uint8Array): Uint8Array {
    const value = this.#base.slot(Keccak.keccak256(address.bytes), Keccak.keccak256(slot))
    return Buffer.from(value.toString(16).padStart(64, '0'), 'hex')
  }

  #undoable(undo: () => void): void {
    this.#checkpoints.at(-1)?.push(undo)
  }

  /** The account's part of the diff: what differs from the base state, whatever was written in between. */
  #changeOf({ address, account, isWiped, slots }: OverlayAccount): StateDiff.AccountChange | undefined {
    const accountKey = Keccak.keccak256(address.bytes)
    const base = this.#base.account(accountKey)
    if (isWiped && base?.hasStorage === true) {
      throw new Error(`account ${address} lost storage of the base state, which a diff has no word for`)
    }
    if (account === undefined || account.isEmpty()) {
      if (base === undefined) return undefined
      return { accountKey, kind: StateDiff.kinds.deleted, account: undefined, slots: [] }
    }
    const changed = [...slots.values()]
      .filter(({ slot, value }) => !equalsBytes(stripZeros(this.#baseSlot(address, slot)), value))
      .map(({ slot, value }) => ({ slotKey: Keccak.keccak256(slot), value: setLengthLeft(value, 32) }))
      .sort((left, right) => Buffer.compare(left.slotKey, right.slotKey))
    const { nonce, balance, codeHash } = account
    const isSame = base?.nonce === nonce && base.balance === balance && equalsBytes(base.codeHash, codeHash)
    if (!isSame) return { accountKey, kind: StateDiff.kinds.set, account: { nonce, balance, codeHash }, slots: changed }
    if (changed.length === 0) return undefined
    return { accountKey, kind: StateDiff.kinds.storageOnly, account: undefined, slots: changed }
  }
}

function stripZeros(value: Uint8Array): Uint8Array {
  return bytesToBigInt(value) === 0n ? new Uint8Array(0) : value.slice(value.findIndex((byte) => byte !== 0))
}

function slotName(address: Address, slot: Uint8Array): string {
  return `${hex(address.bytes)}:${hex(slot)}`
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
