import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as FoldMachine from '../../prover/machine/fold/FoldMachine.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { emptyRoot } from '../../prover/state/Trie.ts'
import type { Random } from './Random.ts'
import { MemoryNodes, type ModelState, randomDiff, randomFrom } from './State.ts'

/** The state without accounts. */
export function emptyState(): StateTrie {
  return StateTrie.at(emptyRoot, new MemoryNodes(), () => {
    throw new Error('no code is asked for')
  })
}

/** A random state, and a random diff of it with entries of every kind. */
export function makeFold(seed: number): { state: StateTrie; diff: StateDiff.StateDiff } {
  const random = randomFrom(seed)
  const model: ModelState = new Map()
  let state = emptyState()
  for (let round = 0; round < 4; round++) state = state.applyDiff(randomDiff(model, random))
  return { state, diff: randomDiff(model, random) }
}

/** Folds whose next step is the fault, by the reason for it. */
export function makeFaults(random: Random): Record<string, FoldMachine.Fold> {
  const { state } = makeFold(1)
  const { storageOnly, set, deleted } = StateDiff.kinds
  const [[present]] = [...state.accounts.entries()] as [[Uint8Array, unknown]]
  const absent = random.word()
  const nothing = { nonce: 0n, balance: 0n, codeHash: StateDiff.emptyCodeHash }
  const storage = Dictionary.put(Dictionary.empty, random.word(), random.word())
  const fold = (accountKey: Uint8Array, part: StateDiff.AccountDiff) =>
    FoldMachine.start(Dictionary.put(Dictionary.empty, accountKey, part), state)
  return {
    'storage of an absent account': fold(absent, new StateDiff.AccountDiff(storageOnly, undefined, storage)),
    'no storage at all': fold(present, new StateDiff.AccountDiff(storageOnly, undefined, Dictionary.empty)),
    'deletion of an absent account': fold(absent, new StateDiff.AccountDiff(deleted, undefined, Dictionary.empty)),
    'set to the empty account': fold(present, new StateDiff.AccountDiff(set, nothing, storage)),
  }
}
