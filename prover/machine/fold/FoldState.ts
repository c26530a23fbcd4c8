/** The hashes of the fold machine's states (S-60): the twin of src/machine/fold/FoldState.sol. */
import { keccak256, keccak256Concat } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'

const runningTag = Word.fromText('FoldRunning')
const haltedTag = Word.fromText('FoldHalted')
const faultTag = Word.fromText('FoldFault')

/** What is left of the diff to be applied to the state. */
export function hashRunning(diffRoot: Uint8Array, stateRoot: Uint8Array): Uint8Array {
  return keccak256Concat(runningTag, diffRoot, stateRoot)
}

/** All of the diff is applied. */
export function hashHalted(stateRoot: Uint8Array): Uint8Array {
  return keccak256Concat(haltedTag, stateRoot)
}

/** The diff can't be applied to the state. */
export function hashFault(): Uint8Array {
  return keccak256(faultTag)
}
