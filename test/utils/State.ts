import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import type { NodeSource } from '../../prover/state/TrieNode.ts'

/** Trie nodes in memory. */
export class MemoryNodes implements NodeSource {
  readonly #nodes = new Map<string, Uint8Array>()

  put(hash: Uint8Array, record: Uint8Array): void {
    this.#nodes.set(Buffer.from(hash).toString('latin1'), Buffer.from(record))
  }

  record(hash: Uint8Array): Uint8Array | undefined {
    return this.#nodes.get(Buffer.from(hash).toString('latin1'))
  }

  sorted(): [string, Uint8Array][] {
    return [...this.#nodes].sort(([left], [right]) => (left < right ? -1 : 1))
  }
}

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function randomBytes(length: number, random: () => number): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256))
}

export function isHex(text: string): boolean {
  return /^0x([0-9a-f]{2})*$/i.test(text)
}

/** A plain state under hexadecimal keys: what states and diffs are compared with. */
export type ModelState = Map<string, { account: StateDiff.Account; slots: Map<string, bigint> }>

/** A canonical random diff of `state`, which is changed accordingly: new, changed and deleted accounts, slots set and cleared. */
export function randomDiff(state: ModelState, random: () => number): StateDiff.StateDiff {
  const changes: StateDiff.AccountChange[] = []
  const accountKeys = new Set([...state.keys()].filter(() => random() < 0.3))
  for (let i = 0; i < 3; i++) accountKeys.add(Buffer.from(randomBytes(32, random)).toString('hex'))
  for (const accountKey of [...accountKeys].sort()) {
    const before = state.get(accountKey)
    const key = Buffer.from(accountKey, 'hex')
    if (before !== undefined && before.slots.size === 0 && random() < 0.3) {
      state.delete(accountKey)
      changes.push({ accountKey: key, kind: StateDiff.kinds.deleted, account: undefined, slots: [] })
      continue
    }
    const isSet = before === undefined || random() < 0.5
    const balance = (before?.account.balance ?? 0n) + BigInt(Math.floor(1 + random() * 2 ** 40))
    const codeHash = before?.account.codeHash ?? (random() < 0.5 ? StateDiff.emptyCodeHash : randomBytes(32, random))
    const account = isSet ? { nonce: (before?.account.nonce ?? 0n) + 1n, balance, codeHash } : before.account
    const slots = before?.slots ?? new Map<string, bigint>()
    const slotChanges = randomSlots(slots, random)
    state.set(accountKey, { account, slots })
    if (!isSet && slotChanges.length === 0) continue
    const kind = isSet ? StateDiff.kinds.set : StateDiff.kinds.storageOnly
    changes.push({ accountKey: key, kind, account: isSet ? account : undefined, slots: slotChanges })
  }
  return changes
}

/** Clears about half of the slots, changes some and adds a few; the changes in key order. */
function randomSlots(slots: Map<string, bigint>, random: () => number): StateDiff.SlotChange[] {
  const keys = new Set([...slots.keys()].filter(() => random() < 0.6))
  for (let i = Math.floor(random() * 4); i > 0; i--) keys.add(Buffer.from(randomBytes(32, random)).toString('hex'))
  return [...keys].sort().map((slotKey) => {
    const before = slots.get(slotKey)
    const value =
      before !== undefined && random() < 0.7 ? 0n : (before ?? 0n) + 1n + BigInt(Math.floor(random() * 1000))
    if (value === 0n) slots.delete(slotKey)
    else slots.set(slotKey, value)
    return { slotKey: Buffer.from(slotKey, 'hex'), value: Word.fromBigint(value) }
  })
}
