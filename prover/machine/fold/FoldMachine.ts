/**
 * The machine that applies a state diff to a state, one entry a step (S-60 to S-66). `next` is the rule that
 * src/machine/fold/FoldVerifier.sol verifies; `witness` is what that contract reads.
 */
import * as Dictionary from '../../commitment/Dictionary.ts'
import * as MerklePatricia from '../../commitment/MerklePatricia.ts'
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Witness from '../Witness.ts'
import * as FoldState from './FoldState.ts'

/** A state that a diff can be applied to; applying gives another one and leaves this one as it is. */
export interface FoldableState {
  readonly stateRoot: Uint8Array
  readonly accounts: MerklePatricia.TrieReader
  storageOf(accountKey: Uint8Array): MerklePatricia.TrieReader
  account(accountKey: Uint8Array): StateDiff.Account | undefined
  applyDiff(diff: StateDiff.StateDiff): FoldableState
}

/** A state of the machine: what is left of the diff, and the state with the rest of it applied. */
export type Fold =
  | { readonly status: 'running'; readonly diff: StateDiff.Tree; readonly state: FoldableState }
  | { readonly status: 'halted'; readonly state: FoldableState }
  | { readonly status: 'fault' }

/** First byte of a witness: which preimage of the state follows. */
const statuses = { running: 0, halted: 1, fault: 2 } as const

const fault: Fold = { status: 'fault' }

/** The state before the first step. */
export function start(diff: StateDiff.Tree, state: FoldableState): Fold {
  return { status: 'running', diff, state }
}

export function hash(fold: Fold): Uint8Array {
  if (fold.status === 'fault') return FoldState.hashFault()
  const { stateRoot } = fold.state
  return fold.status === 'halted'
    ? FoldState.hashHalted(stateRoot)
    : FoldState.hashRunning(Dictionary.root(fold.diff), stateRoot)
}

/** The state after one step; a halted state and the fault are fixed points. */
export function next(fold: Fold): Fold {
  if (fold.status !== 'running') return fold
  const { diff, state } = fold
  const entry = Dictionary.leftmost(diff)
  if (entry === undefined) return { status: 'halted', state }
  const [accountKey, part] = entry
  const { kind, account, storage } = part
  if (isMalformed(part) || (kind !== StateDiff.kinds.set && state.account(accountKey) === undefined)) return fault
  if (kind !== StateDiff.kinds.storageOnly) {
    const rest = new StateDiff.AccountDiff(StateDiff.kinds.storageOnly, undefined, storage)
    const after = state.applyDiff([{ accountKey, kind, account, slots: [] }])
    return { status: 'running', diff: StateDiff.put(diff, accountKey, rest), state: after }
  }
  const [slotKey, value] = Dictionary.leftmost(storage)!
  const rest = new StateDiff.AccountDiff(kind, undefined, Dictionary.remove(storage, slotKey))
  const after = state.applyDiff([{ accountKey, kind, account, slots: [{ slotKey, value }] }])
  return { status: 'running', diff: StateDiff.put(diff, accountKey, rest), state: after }
}

/** The witness of the step from `fold`: the preimage of its hash, then what the step reads in the order of reading. */
export function witness(fold: Fold): Uint8Array {
  const writer = new Witness.Writer().u8(statuses[fold.status])
  if (fold.status === 'fault') return writer.bytes()
  if (fold.status === 'halted') return writer.word(fold.state.stateRoot).bytes()
  const { diff, state } = fold
  writer.word(Dictionary.root(diff)).word(state.stateRoot)
  const entry = Dictionary.leftmost(diff)
  if (entry === undefined) return writer.bytes()

  const [accountKey, part] = entry
  writer.word(accountKey).append(StateDiff.prove(diff, accountKey))
  if (isMalformed(part)) return writer.bytes()
  writer.append(MerklePatricia.prove(state.accounts, accountKey))
  if (part.kind === StateDiff.kinds.set || state.account(accountKey) === undefined) return writer.bytes()
  if (part.kind === StateDiff.kinds.deleted) {
    return writer.append(MerklePatricia.proveRemoval(state.accounts, accountKey)).bytes()
  }

  const [slotKey, value] = Dictionary.leftmost(part.storage)!
  const storage = state.storageOf(accountKey)
  writer.word(slotKey).append(Dictionary.prove(part.storage, slotKey)).append(MerklePatricia.prove(storage, slotKey))
  if (value.every((byte) => byte === 0)) writer.append(MerklePatricia.proveRemoval(storage, slotKey))
  return writer.bytes()
}

/** S-63: a part that no canonical diff has, whatever the state is. */
function isMalformed({ kind, account, storage }: StateDiff.AccountDiff): boolean {
  if (kind === StateDiff.kinds.storageOnly) return storage === Dictionary.empty
  return account !== undefined && StateDiff.isEmptyAccount(account)
}
