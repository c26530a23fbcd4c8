import type { Account } from '../commitment/StateDiff.ts'

/** An account of the state before a batch. */
export interface BaseAccount extends Account {
  readonly hasStorage: boolean
}

/** The state before a batch, under hashed keys. All reads are synchronous: the machine's loop holds no promise. */
export interface BaseState {
  /** The account, or undefined if it is absent. */
  account(accountKey: Uint8Array): BaseAccount | undefined
  /** The value of a slot, 0 if it is absent. */
  slot(accountKey: Uint8Array, slotKey: Uint8Array): bigint
  /** The code with this hash. Throws if no account of the state has it. */
  code(codeHash: Uint8Array): Uint8Array
}

/** A base state that is committed by its state root, and can prove what it says. */
export interface ProvableState extends BaseState {
  readonly stateRoot: Uint8Array
  /** The trie nodes from the root down on the way to the account, without embedded ones. */
  accountNodes(accountKey: Uint8Array): Uint8Array[]
  /** The nodes of the account's storage trie on the way to the slot. */
  storageNodes(accountKey: Uint8Array, slotKey: Uint8Array): Uint8Array[]
}
