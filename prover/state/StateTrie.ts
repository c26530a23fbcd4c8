import { RLP } from '@ethereumjs/rlp'
import * as Rlp from '../commitment/Rlp.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { BaseAccount, ProvableState } from '../machine/BaseState.ts'
import { Trie } from './Trie.ts'
import { TrieBuilder } from './TrieBuilder.ts'
import type { NodeSink, NodeSource, ValueCodec } from './TrieNode.ts'

/** An account as the state trie holds it. */
export interface AccountLeaf {
  readonly nonce: bigint
  readonly balance: bigint
  readonly codeHash: Uint8Array
  readonly storage: Trie<bigint>
}

/** A whole state in the order of its keys: what a state trie is built from. */
export type SortedState = Iterable<{
  readonly accountKey: Uint8Array
  readonly account: StateDiff.Account
  readonly slots: Iterable<readonly [slotKey: Uint8Array, value: bigint]>
}>

/** Contract codes by their hash; throws if it doesn't know one. */
export type CodeSource = (codeHash: Uint8Array) => Uint8Array

const slotCodec: ValueCodec<bigint> = {
  encode: Rlp.encodeInteger,
  decode: (bytes) => toBigint(RLP.decode(bytes) as Uint8Array),
}

/**
 * The state after some batch as Ethereum's state trie: the account trie with a storage trie below each account. Immutable
 * and lazily hashed like `Trie`: the states after many batches stand side by side and share what they have in common.
 */
export class StateTrie implements ProvableState {
  readonly accounts: Trie<AccountLeaf>
  readonly #nodes: NodeSource
  readonly #codeOf: CodeSource

  private constructor(accounts: Trie<AccountLeaf>, nodes: NodeSource, codeOf: CodeSource) {
    this.accounts = accounts
    this.#nodes = nodes
    this.#codeOf = codeOf
  }

  /** The state with the given root, whose nodes are in `nodes`. */
  static at(stateRoot: Uint8Array, nodes: NodeSource, codeOf: CodeSource): StateTrie {
    return new StateTrie(Trie.at(stateRoot, accountCodec(nodes), nodes), nodes, codeOf)
  }

  /** The trie of a whole state in one pass over it. With `put`, the nodes go there and don't stay in memory. */
  static build(state: SortedState, nodes: NodeSource, codeOf: CodeSource, put?: NodeSink): StateTrie {
    const accounts = new TrieBuilder(accountCodec(nodes), nodes, put)
    for (const { accountKey, account, slots } of state) {
      const storage = new TrieBuilder(slotCodec, nodes, put)
      for (const [slotKey, value] of slots) storage.add(slotKey, value)
      accounts.add(accountKey, { ...account, storage: storage.finish() })
    }
    return new StateTrie(accounts.finish(), nodes, codeOf)
  }

  get stateRoot(): Uint8Array {
    return this.accounts.root()
  }

  account(accountKey: Uint8Array): BaseAccount | undefined {
    const leaf = this.accounts.get(accountKey)
    if (leaf === undefined) return undefined
    const { nonce, balance, codeHash, storage } = leaf
    return { nonce, balance, codeHash, hasStorage: !storage.isEmpty }
  }

  slot(accountKey: Uint8Array, slotKey: Uint8Array): bigint {
    return this.storageOf(accountKey).get(slotKey) ?? 0n
  }

  code(codeHash: Uint8Array): Uint8Array {
    return this.#codeOf(codeHash)
  }

  /** The storage trie of an account; empty if there is no such account. */
  storageOf(accountKey: Uint8Array): Trie<bigint> {
    return this.accounts.get(accountKey)?.storage ?? emptyStorage(this.#nodes)
  }

  /** The trie nodes on the way to an account: the proof of its leaf or of its absence. */
  accountNodes(accountKey: Uint8Array): Uint8Array[] {
    return this.accounts.nodesTo(accountKey)
  }

  /** The nodes of the account's storage trie on the way to a slot. */
  storageNodes(accountKey: Uint8Array, slotKey: Uint8Array): Uint8Array[] {
    return this.storageOf(accountKey).nodesTo(slotKey)
  }

  /** The state after the changes of `diff`; this one stays as it is. */
  applyDiff(diff: StateDiff.StateDiff): StateTrie {
    let accounts = this.accounts
    for (const change of diff) accounts = this.#applyChange(accounts, change)
    return new StateTrie(accounts, this.#nodes, this.#codeOf)
  }

  /** Hands every node that is not stored yet to `put`, children first. */
  persist(put: NodeSink): void {
    this.accounts.persist(put)
  }

  #applyChange(accounts: Trie<AccountLeaf>, change: StateDiff.AccountChange): Trie<AccountLeaf> {
    const { accountKey, kind } = change
    if (kind === StateDiff.kinds.deleted) return accounts.remove(accountKey)
    const before = accounts.get(accountKey)
    const account = change.account ?? before
    if (account === undefined) {
      throw new RangeError(
        `The diff changes storage of account ${Buffer.from(accountKey).toString('hex')}, which is absent.`,
      )
    }
    let storage = before?.storage ?? emptyStorage(this.#nodes)
    for (const { slotKey, value } of change.slots) {
      const word = Word.toBigint(value)
      storage = word === 0n ? storage.remove(slotKey) : storage.put(slotKey, word)
    }
    const { nonce, balance, codeHash } = account
    return accounts.put(accountKey, { nonce, balance, codeHash, storage })
  }
}

function emptyStorage(nodes: NodeSource): Trie<bigint> {
  return new Trie<bigint>(undefined, slotCodec, nodes)
}

/** An account leaf is RLP [nonce, balance, storageRoot, codeHash]; its storage trie is persisted before it. */
function accountCodec(nodes: NodeSource): ValueCodec<AccountLeaf> {
  return {
    encode: ({ nonce, balance, codeHash, storage }) =>
      Rlp.encodeList([
        Rlp.encodeInteger(nonce),
        Rlp.encodeInteger(balance),
        Rlp.encodeString(storage.root()),
        Rlp.encodeString(codeHash),
      ]),
    decode: (bytes) => {
      const [nonce, balance, storageRoot, codeHash] = RLP.decode(bytes) as Uint8Array[]
      const storage = Trie.at(storageRoot!, slotCodec, nodes)
      return { nonce: toBigint(nonce!), balance: toBigint(balance!), codeHash: codeHash!, storage }
    },
    persist: ({ storage }, put) => storage.persist(put),
  }
}

function toBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
