import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import type { Random } from './Random.ts'

/** Keys of all depths: random ones, and neighbors that part from them in one bit anywhere. */
export function makeKeys(random: Random, length: number): Uint8Array[] {
  const keys = new Map<string, Uint8Array>()
  const add = (key: Uint8Array) => keys.set(Buffer.from(key).toString('hex'), key)
  while (keys.size < length) {
    const key = random.word()
    add(key)
    const neighbor = key.slice()
    const bit = random.below(256)
    neighbor[bit >> 3]! ^= 0x80 >> (bit & 7)
    if (random.below(2) === 0) add(neighbor)
  }
  return [...keys.values()].slice(0, length)
}

/** A dictionary of random words at the given keys. */
export function makeDictionary(random: Random, keys: readonly Uint8Array[]): Dictionary.Dictionary<Uint8Array> {
  const entries = keys.map((key) => [key, random.word()] as const)
  return Dictionary.fromSorted(entries.toSorted((left, right) => Buffer.compare(left[0], right[0])))
}

/** An account that is not the empty one. */
export function makeAccount(random: Random): StateDiff.Account {
  return { nonce: BigInt(1 + random.below(2 ** 40)), balance: BigInt(random.below(2 ** 48)), codeHash: random.word() }
}

/** An account's part of a state diff, of a random kind. */
export function makeAccountDiff(random: Random): StateDiff.AccountDiff {
  const kind = random.pick([StateDiff.kinds.storageOnly, StateDiff.kinds.set, StateDiff.kinds.deleted])
  const slots = kind === StateDiff.kinds.deleted ? 0 : random.below(4) + (kind === StateDiff.kinds.storageOnly ? 1 : 0)
  const account = kind === StateDiff.kinds.set ? makeAccount(random) : undefined
  return new StateDiff.AccountDiff(kind, account, makeDictionary(random, makeKeys(random, slots)))
}

/** A state diff over the given account keys. */
export function makeDiff(random: Random, keys: readonly Uint8Array[]): StateDiff.Tree {
  return keys.reduce<StateDiff.Tree>((tree, key) => StateDiff.put(tree, key, makeAccountDiff(random)), Dictionary.empty)
}
