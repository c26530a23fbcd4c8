/**
 * The state diff of a batch: exactly the keys whose value changed, with their new values (S-30 to S-36). Three forms:
 * `StateDiff`, a plain sorted value; its bytes (`encode`); and `Tree`, the dictionary of dictionaries that `root` is the
 * root of, in which the prover changes one key at a time. The functions over proofs are the twin of
 * src/commitment/StateDiff.sol.
 */
import * as Witness from '../machine/Witness.ts'
import * as Dictionary from './Dictionary.ts'
import { keccak256, Pairs } from './Keccak.ts'
import { SortedRoot } from './SortedRoot.ts'
import * as Word from './Word.ts'

/** What changed of an account besides its storage: nothing, to a new triple, or from something to absent. */
export const kinds = { storageOnly: 0, set: 1, deleted: 2 } as const
export type Kind = (typeof kinds)[keyof typeof kinds]

/** An account: nonce below 2^64, balance below 2^256. */
export interface Account {
  readonly nonce: bigint
  readonly balance: bigint
  readonly codeHash: Uint8Array
}

/** A slot that changed; value 0 says that it was cleared. */
export interface SlotChange {
  readonly slotKey: Uint8Array
  readonly value: Uint8Array
}

/** An account that changed, or whose storage did. */
export interface AccountChange {
  readonly accountKey: Uint8Array
  readonly kind: Kind
  /** The new triple if `kind` is set, else undefined. */
  readonly account: Account | undefined
  readonly slots: readonly SlotChange[]
}

/** Accounts in increasing order of their keys, and slots in each, with nothing twice and nothing unchanged. */
export type StateDiff = readonly AccountChange[]

/** The code hash of an account without code: keccak256 of nothing. */
export const emptyCodeHash: Uint8Array = keccak256(new Uint8Array(0))

/** Whether the account is the one that stands for absence. */
export function isEmptyAccount(account: Account): boolean {
  return account.nonce === 0n && account.balance === 0n && Word.equals(account.codeHash, emptyCodeHash)
}

/** An account's part of a diff tree. */
export class AccountDiff implements Dictionary.Record {
  readonly kind: Kind
  /** The new triple if `kind` is set, else undefined. */
  readonly account: Account | undefined
  readonly storage: Dictionary.Dictionary<Uint8Array>
  #digest: Uint8Array | undefined

  constructor(kind: Kind, account: Account | undefined, storage: Dictionary.Dictionary<Uint8Array>) {
    if ((kind === kinds.set) !== (account !== undefined)) throw new StateDiffError('a triple goes with kind 1 only')
    this.kind = kind
    this.account = account
    this.storage = storage
  }

  digest(): Uint8Array {
    this.#digest ??= hash(recordOf(this))
    return this.#digest
  }

  encode(): Uint8Array {
    return encodeRecord(recordOf(this))
  }
}

/** A state diff as the dictionary of its accounts. */
export type Tree = Dictionary.Dictionary<AccountDiff>

/** The diff root: `h(Δ)`, in O(|Δ|) and without the tree. Checks the rules of the canonical form. */
export function root(diff: StateDiff): Uint8Array {
  accountsRoot.begin()
  records.drop() // a change that is not canonical may have left one
  for (let first = 0; first < diff.length; first += 2) {
    const two = diff.slice(first, first + 2)
    for (let index = 0; index < two.length; index++) addRecord(two[index]!, digests[index]!)
    records.flush()
    for (let index = 0; index < two.length; index++) accountsRoot.add(two[index]!.accountKey, digests[index]!)
  }
  const diffRoot = new Uint8Array(32)
  accountsRoot.finish(diffRoot, 0)
  return diffRoot
}

/** Has the digest of an account's part written to `digest`, together with that of another one's. */
function addRecord(change: AccountChange, digest: Uint8Array): void {
  assertCanonical(change)
  storageRoot.begin()
  for (const { slotKey, value } of change.slots) storageRoot.add(slotKey, value)
  fillRecord(change.kind, change.account)
  storageRoot.finish(preimage, 160)
  records.add(digest, 0, preimage)
}

const accountsRoot = new SortedRoot()
const storageRoot = new SortedRoot()
const records = new Pairs()
const digests = [new Uint8Array(32), new Uint8Array(32)]

/** The tree of a diff in O(|Δ|); hashes nothing. Checks the rules of the canonical form. */
export function toTree(diff: StateDiff): Tree {
  return Dictionary.fromSorted(
    diff.map((change) => {
      assertCanonical(change)
      const slots = change.slots.map(({ slotKey, value }) => [slotKey, value] as const)
      return [change.accountKey, new AccountDiff(change.kind, change.account, Dictionary.fromSorted(slots))] as const
    }),
  )
}

/** The diff that a tree stands for. */
export function fromTree(tree: Tree): StateDiff {
  return Array.from(Dictionary.entries(tree), ([accountKey, { kind, account, storage }]) => ({
    accountKey,
    kind,
    account,
    slots: Array.from(Dictionary.entries(storage), ([slotKey, value]) => ({ slotKey, value })),
  }))
}

/** The tree with the part of `accountKey` replaced: without it if nothing is left in it. */
export function put(tree: Tree, accountKey: Uint8Array, account: AccountDiff): Tree {
  return account.kind === kinds.storageOnly && account.storage === Dictionary.empty
    ? Dictionary.remove(tree, accountKey)
    : Dictionary.put(tree, accountKey, account)
}

/** The one byte form of a diff: counts as u32, kinds as u8, fields as in a witness. */
export function encode(diff: StateDiff): Uint8Array {
  assertCanonicalDiff(diff)
  const writer = new Witness.Writer().u32(diff.length)
  for (const { accountKey, kind, account, slots } of diff) {
    writer.word(accountKey).u8(kind)
    if (account !== undefined) writer.u64(account.nonce).u256(account.balance).word(account.codeHash)
    if (kind === kinds.deleted) continue
    writer.u32(slots.length)
    for (const { slotKey, value } of slots) writer.word(slotKey).word(value)
  }
  return writer.bytes()
}

/** The diff in `bytes`; anything but the canonical form of a canonical diff throws. */
export function decode(bytes: Uint8Array): StateDiff {
  const reader = new Witness.Reader(bytes)
  const diff = Array.from({ length: reader.u32() }, () => {
    const accountKey = reader.word()
    const kind = readKind(reader)
    const account = kind === kinds.set ? readAccount(reader) : undefined
    const length = kind === kinds.deleted ? 0 : reader.u32()
    const slots = Array.from({ length }, () => ({ slotKey: reader.word(), value: reader.word() }))
    return { accountKey, kind, account, slots }
  })
  reader.done()
  assertCanonicalDiff(diff)
  return diff
}

/** An account's part as a witness has it: its slots are a root only. */
export interface AccountRecord {
  readonly kind: Kind
  readonly account: Account | undefined
  readonly storageRoot: Uint8Array
}

/** The proof of what the diff has for an account, in the form that `open` reads. */
export function prove(tree: Tree, accountKey: Uint8Array): Uint8Array {
  return Dictionary.prove(tree, accountKey)
}

/** Checks the proof at the reader that says what `diffRoot` has for an account; without a part it has no slot. */
export function open(
  reader: Witness.Reader,
  diffRoot: Uint8Array,
  accountKey: Uint8Array,
): { readonly opening: Dictionary.Opening; readonly record: AccountRecord } {
  const form = reader.u8()
  if (form !== Dictionary.forms.present) {
    const opening = Dictionary.openPath(reader, diffRoot, accountKey, form, Word.zero)
    return { opening, record: { kind: kinds.storageOnly, account: undefined, storageRoot: Dictionary.emptyRoot } }
  }
  const record = decodeRecord(reader)
  return { opening: Dictionary.openPath(reader, diffRoot, accountKey, form, hash(record)), record }
}

/** The root after the opened account's part became `record`: without the account if nothing is left in it. */
export function rootWith(opening: Dictionary.Opening, record: AccountRecord): Uint8Array {
  return record.kind === kinds.storageOnly && Word.equals(record.storageRoot, Dictionary.emptyRoot)
    ? Dictionary.rootWithout(opening)
    : Dictionary.rootWith(opening, hash(record))
}

/** The digest that stands in the leaf of an account. */
export function hash({ kind, account, storageRoot }: AccountRecord): Uint8Array {
  fillRecord(kind, account)
  preimage.set(storageRoot, 160)
  return keccak256(preimage)
}

const preimage = new Uint8Array(192)
preimage.set(Word.fromText('AccountDiff'))
const preimageView = new DataView(preimage.buffer)

/** All of the preimage but the storage root. */
function fillRecord(kind: Kind, account: Account | undefined): void {
  preimage[63] = kind
  if (account === undefined) {
    preimage.fill(0, 64, 160)
  } else {
    Word.write(preimageView, 64, account.nonce)
    Word.write(preimageView, 96, account.balance)
    preimage.set(account.codeHash, 128)
  }
}

/** The record at the reader. A kind decides which fields follow it, so each part has one encoding. */
export function decodeRecord(reader: Witness.Reader): AccountRecord {
  const kind = readKind(reader)
  const account = kind === kinds.set ? readAccount(reader) : undefined
  return { kind, account, storageRoot: kind === kinds.deleted ? Dictionary.emptyRoot : reader.word() }
}

function encodeRecord({ kind, account, storageRoot }: AccountRecord): Uint8Array {
  const writer = new Witness.Writer().u8(kind)
  if (account !== undefined) writer.u64(account.nonce).u256(account.balance).word(account.codeHash)
  if (kind !== kinds.deleted) writer.word(storageRoot)
  return writer.bytes()
}

function recordOf({ kind, account, storage }: AccountDiff): AccountRecord {
  return { kind, account, storageRoot: Dictionary.root(storage) }
}

function readKind(reader: Witness.Reader): Kind {
  const kind = reader.u8()
  if (kind > kinds.deleted) throw new StateDiffError(`kind ${kind} is not 0, 1 or 2`)
  return kind as Kind
}

function readAccount(reader: Witness.Reader): Account {
  return { nonce: reader.u64(), balance: reader.u256(), codeHash: reader.word() }
}

function assertCanonicalDiff(diff: StateDiff): void {
  for (const [index, change] of diff.entries()) {
    assertCanonical(change)
    if (index > 0) Dictionary.assertOrder(diff[index - 1]!.accountKey, change.accountKey)
    for (let slot = 1; slot < change.slots.length; slot++) {
      Dictionary.assertOrder(change.slots[slot - 1]!.slotKey, change.slots[slot]!.slotKey)
    }
  }
}

function assertCanonical({ accountKey, kind, account, slots }: AccountChange): void {
  if ((kind === kinds.set) !== (account !== undefined))
    refuse(accountKey, 'has a triple that does not go with its kind')
  if (kind === kinds.storageOnly && slots.length === 0) refuse(accountKey, 'has kind 0 and no slot')
  if (kind === kinds.deleted && slots.length > 0) refuse(accountKey, 'has kind 2 and slots')
  if (account !== undefined && isEmptyAccount(account)) refuse(accountKey, 'is set to the empty account')
}

function refuse(accountKey: Uint8Array, reason: string): never {
  throw new StateDiffError(`account ${Buffer.from(accountKey).toString('hex')} ${reason}`)
}

/** A diff, or a part of one, that is not in canonical form. */
export class StateDiffError extends Error {
  override readonly name = 'StateDiffError'

  constructor(reason: string) {
    super(`invalid state diff: ${reason}`)
  }
}
