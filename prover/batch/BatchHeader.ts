// Twin of src/types/BatchHeader.sol: the hash chain of the inbox (B-12, R-1).
import { keccak256Concat } from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'

const inboxTag = Word.fromText('Inbox')
const inboxGenesisTag = Word.fromText('InboxGenesis')

/** The preimage of the inbox's chain hash A_n. */
export interface BatchHeader {
  /** A_{n-1}. */
  readonly previous: Uint8Array
  readonly payloadRoot: Uint8Array
  /** In bytes. */
  readonly payloadLength: number
  /** L1 timestamp of the posting. */
  readonly l1Time: bigint
}

/** A_n. */
export function chainHashOf({ previous, payloadRoot, payloadLength, l1Time }: BatchHeader): Uint8Array {
  const length = Word.fromBigint(BigInt(payloadLength))
  return keccak256Concat(inboxTag, previous, payloadRoot, length, Word.fromBigint(l1Time))
}

/** A_0. */
export function genesisChainHash(stateRoot: Uint8Array): Uint8Array {
  return keccak256Concat(inboxGenesisTag, stateRoot)
}
