import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'

/** Changes that a union holds at most, unless one diff alone has more: some hundred bytes each. */
const defaultLimit = 1 << 20

interface Change {
  readonly accountKey: Uint8Array
  kind: StateDiff.Kind
  account: StateDiff.Account | undefined
  /** By the name of their keys. */
  readonly slots: Map<string, StateDiff.SlotChange>
}

/**
 * The diffs of consecutive batches as few diffs that lead to the same state: of each key the newest change alone. What many
 * batches changed is walked to once, and hashed once (N-5). Such a diff may set a value that was there before, or delete
 * what never was: it is not the canonical diff of anything, and nobody hashes it.
 */
export function* unionsOf(diffs: Iterable<StateDiff.StateDiff>, limit = defaultLimit): Generator<StateDiff.StateDiff> {
  let union = new Union()
  for (const diff of diffs) {
    if (union.size > 0 && (union.size + sizeOf(diff) > limit || union.isAgainst(diff))) {
      yield union.toDiff()
      union = new Union()
    }
    union.add(diff)
  }
  if (union.size > 0) yield union.toDiff()
}

class Union {
  readonly #changes = new Map<string, Change>()
  /** Accounts and slots. */
  size = 0

  /** Whether `diff` changes an account that is deleted here: no single change says that its storage goes first. */
  isAgainst(diff: StateDiff.StateDiff): boolean {
    return diff.some(({ accountKey }) => this.#changes.get(Word.nameOf(accountKey))?.kind === StateDiff.kinds.deleted)
  }

  add(diff: StateDiff.StateDiff): void {
    this.size += sizeOf(diff)
    for (const { accountKey, kind, account, slots } of diff) {
      const name = Word.nameOf(accountKey)
      const change = this.#changes.get(name) ?? { accountKey, kind, account, slots: new Map() }
      this.#changes.set(name, change)
      if (kind !== StateDiff.kinds.storageOnly) {
        change.kind = kind
        change.account = account
      }
      if (kind === StateDiff.kinds.deleted) change.slots.clear()
      for (const slot of slots) change.slots.set(Word.nameOf(slot.slotKey), slot)
    }
  }

  toDiff(): StateDiff.StateDiff {
    return sorted(this.#changes).map((change) => ({ ...change, slots: sorted(change.slots) }))
  }
}

function sizeOf(diff: StateDiff.StateDiff): number {
  let size = diff.length
  for (const { slots } of diff) size += slots.length
  return size
}

/** In the order of the keys, which is that of their names. */
function sorted<T>(byName: ReadonlyMap<string, T>): T[] {
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)
}
