/** Addresses are numbers inside the machine: stack words without a conversion, and keys of maps. */
import { keccak256 } from '../commitment/Keccak.ts'
import * as Rlp from '../commitment/Rlp.ts'
import * as Word from '../commitment/Word.ts'

const mask = (1n << 160n) - 1n

/** The address in the low 20 bytes of a word. */
export function fromWord(word: bigint): bigint {
  return word & mask
}

export function toBytes(address: bigint): Uint8Array {
  return new Uint8Array(write(address))
}

export function fromBytes(bytes: Uint8Array): bigint {
  return Word.integerOf(bytes)
}

/** The key of an account in state and diff. */
export function keyOf(address: bigint): Uint8Array {
  return keccak256(write(address))
}

const scratch = new Uint8Array(32)
const view = new DataView(scratch.buffer)
const lowBytes = scratch.subarray(12)

/** The bytes of an address, valid until the next call. */
function write(address: bigint): Uint8Array {
  Word.write(view, 0, address)
  return lowBytes
}

/** The address of what `sender` creates with CREATE at `nonce`. */
export function ofCreate(sender: bigint, nonce: bigint): bigint {
  return fromHash(keccak256(Rlp.encodeList([Rlp.encodeString(toBytes(sender)), Rlp.encodeInteger(nonce)])))
}

/** The address of what `sender` creates with CREATE2. */
export function ofCreate2(sender: bigint, salt: bigint, initcodeHash: Uint8Array): bigint {
  const preimage = new Uint8Array(85)
  preimage[0] = 0xff
  preimage.set(toBytes(sender), 1)
  preimage.set(Word.fromBigint(salt), 21)
  preimage.set(initcodeHash, 53)
  return fromHash(keccak256(preimage))
}

/** The last 20 bytes of a hash. */
export function fromHash(hash: Uint8Array): bigint {
  return Word.toBigint(hash) & mask
}
