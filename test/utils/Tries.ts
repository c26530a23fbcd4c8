import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import * as MerklePatricia from '../../prover/commitment/MerklePatricia.ts'
import { emptyRoot, Trie } from '../../prover/state/Trie.ts'
import type { Random } from './Random.ts'
import { MemoryNodes } from './State.ts'

/** Values as they are. */
export const codec = { encode: (value: Uint8Array) => value, decode: (bytes: Uint8Array) => bytes }

/** A key that shares up to 20 bytes with others of its kind: extensions split and merge, leaves get short. */
export function makeCrowdedKey(random: Random): Uint8Array {
  const key = random.word()
  const shared = random.below(21)
  for (let index = 0; index < shared; index++) key[index] = 0
  if (random.below(2) === 0) key[shared] = random.pick([0x00, 0x01, 0x10, 0x11])
  return key
}

/** A value of a length around one of the thresholds of the encoding: 1, 32 with its leaf, 56, 256. */
export function makeValue(random: Random): Uint8Array {
  const length = random.pick([1, 1, 2, 10 + random.below(24), 32, 33, 55, 56, 70, 256, 300])
  const value = random.bytes(length)
  value[0] = random.pick([0x01, 0x7f, 0x80, 0xff])
  return value
}

/** An operation on a random trie: the proof that we make of it, and its results by @ethereumjs/mpt. */
export interface TrieCase {
  readonly root: Uint8Array
  readonly key: Uint8Array
  readonly value: Uint8Array | undefined
  readonly proof: Uint8Array
  /** What the removal reads after the proof. */
  readonly removal: Uint8Array
  readonly newValue: Uint8Array
  readonly rootWith: Uint8Array
  readonly rootWithout: Uint8Array
}

/** Cases over tries of each of the given sizes: every key of a trie (at most `limit`), and as many absent ones. */
export async function makeTrieCases(random: Random, sizes: readonly number[], limit: number): Promise<TrieCase[]> {
  const cases: TrieCase[] = []
  for (const size of sizes) {
    const makeKey = random.below(4) === 0 ? () => random.word() : () => makeCrowdedKey(random)
    const reference = new MerklePatriciaTrie()
    let trie = Trie.at(emptyRoot, codec, new MemoryNodes())
    const keys = Array.from({ length: size }, makeKey)
    for (const key of keys) {
      const value = makeValue(random)
      trie = trie.put(key, value)
      await reference.put(key, value)
    }
    const present = random.shuffle(keys).slice(0, limit)
    for (const key of [...present, ...Array.from({ length: present.length + 1 }, makeKey)]) {
      const newValue = makeValue(random)
      const [withValue, without] = [reference.shallowCopy(false), reference.shallowCopy(false)]
      await withValue.put(key, newValue)
      await without.del(key)
      cases.push({
        root: reference.root(),
        key,
        value: (await reference.get(key)) ?? undefined,
        proof: MerklePatricia.prove(trie, key),
        removal: MerklePatricia.proveRemoval(trie, key),
        newValue,
        rootWith: withValue.root(),
        rootWithout: without.root(),
      })
    }
  }
  return cases
}
