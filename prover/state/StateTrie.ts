import * as Rlp from '../commitment/Rlp.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as StateProof from '../commitment/StateProof.ts'
import * as Word from '../commitment/Word.ts'
import type { BaseAccount, ProvableState } from '../machine/BaseState.ts'
import { unionsOf } from './DiffUnion.ts'
import { RlpBuffer } from './RlpBuffer.ts'
import { emptyRoot, Trie } from './Trie.ts'
import type { NodeSource, ValueCodec } from './TrieNode.ts'
import type { RecordSink } from './TrieRecord.ts'
import type { TrieChange } from './TrieUpdate.ts'

/** An account as the state trie holds it. */
export interface AccountLeaf {
  readonly nonce: bigint
  readonly balance: bigint
  readonly codeHash: Uint8Array
  readonly storage: Trie<bigint>
}

/** A whole state in the order of its keys: what a state trie is built from. No slot is 0. */
export type SortedState = Iterable<{
  readonly accountKey: Uint8Array
  readonly account: StateDiff.Account
  readonly slots: Iterable<readonly [slotKey: Uint8Array, value: bigint]>
}>

/** Contract codes by their hash; throws if it doesn't know one. */
export type CodeSource = (codeHash: Uint8Array) => Uint8Array

const slotCodec: ValueCodec<bigint> = {
  encode: Rlp.encodeInteger,
  decode: (bytes) => Word.toBigint(StateProof.decodeSlot(bytes)),
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

  /** The trie of a whole state, in memory. */
  static build(state: SortedState, codeOf: CodeSource): StateTrie {
    const nodes: NodeSource = { record: () => undefined }
    const accounts = Array.from(state, ({ accountKey, account: { nonce, balance, codeHash }, slots }) => {
      const storage = emptyStorage(nodes).apply(Array.from(slots, ([key, value]) => ({ key, value })))
      return { key: accountKey, value: { nonce, balance, codeHash, storage } }
    })
    return new StateTrie(Trie.at(emptyRoot, accountCodec(nodes), nodes).apply(accounts), nodes, codeOf)
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
    const keys = diff.map(({ accountKey }) => accountKey)
    const accounts = this.accounts.update(keys, (index, before) => this.#leafAfter(diff[index]!, before))
    return new StateTrie(accounts, this.#nodes, this.#codeOf)
  }

  /** The state after the diffs of consecutive batches. */
  applyDiffs(diffs: Iterable<StateDiff.StateDiff>): StateTrie {
    let trie: StateTrie = this
    for (const union of unionsOf(diffs)) trie = trie.applyDiff(union)
    return trie
  }

  /** Hands the records of all nodes that are not stored yet to `put`, children first. */
  persist(put: RecordSink): void {
    this.accounts.persist(put)
  }

  /** What the account of `change` is after it; undefined if it is deleted. */
  #leafAfter(change: StateDiff.AccountChange, before: AccountLeaf | undefined): AccountLeaf | undefined {
    const { accountKey, kind } = change
    if (kind === StateDiff.kinds.deleted) return undefined
    const account = change.account ?? before
    if (account === undefined) {
      throw new RangeError(
        `The diff changes storage of account ${Buffer.from(accountKey).toString('hex')}, which is absent.`,
      )
    }
    const storage = (before?.storage ?? emptyStorage(this.#nodes)).apply(change.slots.map(toSlotChange))
    const { nonce, balance, codeHash } = account
    return { nonce, balance, codeHash, storage }
  }
}

function toSlotChange({ slotKey, value }: StateDiff.SlotChange): TrieChange<bigint> {
  const word = Word.toBigint(value)
  return { key: slotKey, value: word === 0n ? undefined : word }
}

function emptyStorage(nodes: NodeSource): Trie<bigint> {
  return Trie.at(emptyRoot, slotCodec, nodes)
}

/** Where accounts are written; a storage root is computed before. */
const leafBuffer = new RlpBuffer()

/** An account leaf is RLP [nonce, balance, storageRoot, codeHash]; its storage trie is persisted before it. */
function accountCodec(nodes: NodeSource): ValueCodec<AccountLeaf> {
  return {
    encode: ({ nonce, balance, codeHash, storage }) => {
      const storageRoot = storage.root()
      leafBuffer.begin()
      leafBuffer.integer(nonce)
      leafBuffer.integer(balance)
      leafBuffer.hash(storageRoot)
      leafBuffer.hash(codeHash)
      return leafBuffer.end()
    },
    decode: (bytes) => {
      const { nonce, balance, storageRoot, codeHash } = StateProof.decodeAccount(bytes)
      return { nonce, balance, codeHash, storage: Trie.at(storageRoot, slotCodec, nodes) }
    },
    persist: ({ storage }, put) => storage.persist(put),
  }
}
