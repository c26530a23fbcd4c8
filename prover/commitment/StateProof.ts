/**
 * Proofs against a state root: accounts by keccak256(address), and slots of an account by keccak256(slot) (S-2, S-59).
 * The twin of src/commitment/StateProof.sol.
 */
import type * as Witness from '../machine/Witness.ts'
import * as MerklePatricia from './MerklePatricia.ts'
import * as Rlp from './Rlp.ts'
import * as StateDiff from './StateDiff.ts'
import * as Word from './Word.ts'

/** An account as the state trie has it. */
export interface Account extends StateDiff.Account {
  readonly storageRoot: Uint8Array
}

/** What an account that the state doesn't have is. */
export const emptyAccount: Account = {
  nonce: 0n,
  balance: 0n,
  storageRoot: MerklePatricia.emptyRoot,
  codeHash: StateDiff.emptyCodeHash,
}

/** Checks the proof at the reader of an account, or of its absence, against `stateRoot`. */
export function openAccount(
  reader: Witness.Reader,
  stateRoot: Uint8Array,
  accountKey: Uint8Array,
): { readonly opening: MerklePatricia.Opening; readonly account: Account } {
  const opening = MerklePatricia.open(reader, stateRoot, accountKey)
  return { opening, account: opening.value === undefined ? emptyAccount : decodeAccount(opening.value) }
}

/** Checks the proof at the reader of a slot against the storage root of its account; absent means 0. */
export function openSlot(
  reader: Witness.Reader,
  storageRoot: Uint8Array,
  slotKey: Uint8Array,
): { readonly opening: MerklePatricia.Opening; readonly value: Uint8Array } {
  const opening = MerklePatricia.open(reader, storageRoot, slotKey)
  return { opening, value: opening.value === undefined ? Word.zero : decodeSlot(opening.value) }
}

/** The state root after the opened account became `account`, which is not the empty account. */
export function rootWithAccount(opening: MerklePatricia.Opening, account: Account): Uint8Array {
  return MerklePatricia.rootWith(opening, encodeAccount(account))
}

/**
 * The storage root after the opened slot was set; setting it to 0 removes it, for which the reader may have to give
 * another node.
 */
export function rootWithSlot(opening: MerklePatricia.Opening, reader: Witness.Reader, value: Uint8Array): Uint8Array {
  return Word.equals(value, Word.zero)
    ? MerklePatricia.rootWithout(opening, reader)
    : MerklePatricia.rootWith(opening, encodeSlot(value))
}

/** The account in a leaf of the state trie. */
export function decodeAccount(value: Uint8Array): Account {
  const reader = new Rlp.Reader(value)
  const fields = reader.list()
  const [nonce, balance, storageRoot, codeHash] = [fields.integer(8), fields.integer(32), fields.word(), fields.word()]
  if (!reader.isDone() || !fields.isDone()) throw new StateProofError('account', value)
  return { nonce, balance, storageRoot, codeHash }
}

/** What a leaf of the state trie holds for an account. */
export function encodeAccount({ nonce, balance, storageRoot, codeHash }: Account): Uint8Array {
  return Rlp.encodeList([
    Rlp.encodeInteger(nonce),
    Rlp.encodeInteger(balance),
    Rlp.encodeString(storageRoot),
    Rlp.encodeString(codeHash),
  ])
}

/** The value in a leaf of a storage trie. */
export function decodeSlot(encoded: Uint8Array): Uint8Array {
  const reader = new Rlp.Reader(encoded)
  const value = reader.integer(32)
  if (!reader.isDone() || value === 0n) throw new StateProofError('slot', encoded)
  return Word.fromBigint(value)
}

/** What a leaf of a storage trie holds for a value that is not 0. */
export function encodeSlot(value: Uint8Array): Uint8Array {
  return Rlp.encodeInteger(Word.toBigint(value))
}

/** A leaf that holds no account, or no value of a slot. */
export class StateProofError extends Error {
  override readonly name = 'StateProofError'

  constructor(what: string, value: Uint8Array) {
    super(`a leaf's value is no ${what}: ${Buffer.from(value).toString('hex') || 'nothing'}`)
  }
}
