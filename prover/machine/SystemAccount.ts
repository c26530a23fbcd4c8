// The account that holds what f reads besides the payload (docs/2-batch.md, The system account).
import { keccak256, keccak256Concat } from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'

/** The address of EIP-2935. */
export const address: Uint8Array = Buffer.from('0000f90827f1c53a10cb7a02335b175320002935', 'hex')
/** keccak256 of the address: its key in the state. */
export const accountKey: Uint8Array = keccak256(address)

/** The code of EIP-2935's history contract, so that contracts written for it work. */
export const code: Uint8Array = Buffer.from(
  '3373fffffffffffffffffffffffffffffffffffffffe14604657602036036042575f35600143038111604257611fff8143031160425761' +
    '1fff9006545f5260205ff35b5f5ffd5b5f35611fff60014303065500',
  'hex',
)

/** Slots 0 to 8190 are a ring of block hashes; the next one is the head. */
export const historyLength = 8191n
export const headSlot = historyLength

/** What the head slot says of the newest block. */
export interface Head {
  readonly number: bigint
  readonly time: bigint
  /** Base fee of the block that follows. */
  readonly nextBaseFee: bigint
}

/** The slot that holds the hash of block `number`. */
export function blockHashSlot(number: bigint): bigint {
  return number % historyLength
}

/** The key of a slot in the state: keccak256 of the slot as a word. */
export function slotKey(slot: bigint): Uint8Array {
  return keccak256(Word.fromBigint(slot))
}

/** `number << 192 | time << 128 | nextBaseFee`. */
export function encodeHead({ number, time, nextBaseFee }: Head): bigint {
  return (number << 192n) | (time << 128n) | nextBaseFee
}

export function decodeHead(word: bigint): Head {
  const number = word >> 192n
  return { number, time: BigInt.asUintN(64, word >> 128n), nextBaseFee: BigInt.asUintN(128, word) }
}

const genesisBlockTag = Word.fromText('GenesisBlock')

/** The hash of block 0. */
export function genesisBlockHash(chainId: bigint): Uint8Array {
  return keccak256Concat(genesisBlockTag, Word.fromBigint(chainId))
}
