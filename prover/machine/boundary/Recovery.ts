/** Who signed a hash: the native secp256k1 where it loads, else @noble/curves. */
import { createRequire } from 'node:module'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
/** Half the order of secp256k1: s of a transaction or an authorisation is not above it. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

type Native = {
  ecdsaRecover(signature: Uint8Array, recovery: number, hash: Uint8Array, compressed: boolean): Uint8Array
}

/** The package's main entry falls back to slow JavaScript without a word; its bindings don't. */
const native = loadNative()

function loadNative(): Native | undefined {
  try {
    return createRequire(import.meta.url)('secp256k1/bindings') as Native
  } catch {
    return undefined
  }
}

/** Signers that are known already, the oldest first: a node recovers each when it accepts, executes and proves a transaction. */
const known = new Map<string, bigint>()
const MAX_KNOWN = 1 << 16

/** Forgets the signers that are known, so that whoever measures pays for every recovery. */
export function forget(): void {
  known.clear()
}

/** Whether r and s are in their ranges, s in the lower half of its (EIP-2). */
export function isLowSignature(r: bigint, s: bigint): boolean {
  return r !== 0n && r < ORDER && s !== 0n && s <= HALF_ORDER
}

/** The address whose key made the signature, or undefined if there is none. `parity` is 0 or 1; r and s are below the order. */
export function recover(hash: Uint8Array, r: bigint, s: bigint, parity: number): bigint | undefined {
  const signature = new Uint8Array(64)
  signature.set(Word.fromBigint(r))
  signature.set(Word.fromBigint(s), 32)
  const name = Word.nameOf(hash) + Word.nameOf(signature) + parity
  const signer = known.get(name)
  if (signer !== undefined) return signer
  const address = recoverAddress(hash, signature, parity)
  if (address === undefined) return undefined
  remember(name, address)
  return address
}

function remember(name: string, address: bigint): void {
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
  known.set(name, address)
}

/** A signer among others in bytes: the name of what was signed and how, in latin1, then the address. */
const NAME_BYTES = 97
const ENTRY_BYTES = NAME_BYTES + 20

/** All signers that are known, for another thread to learn. */
export function packKnown(): Uint8Array<ArrayBuffer> {
  const packed = Buffer.from(new ArrayBuffer(known.size * ENTRY_BYTES))
  let at = 0
  for (const [name, address] of known) {
    packed.write(name, at, 'latin1')
    packed.set(Address.toBytes(address), at + NAME_BYTES)
    at += ENTRY_BYTES
  }
  return packed
}

/** Takes signers over that another thread has recovered. */
export function learn(packed: Uint8Array): void {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length)
  for (let at = 0; at < bytes.length; at += ENTRY_BYTES) {
    const name = bytes.toString('latin1', at, at + NAME_BYTES)
    remember(name, Word.integerOf(bytes, at + NAME_BYTES, at + ENTRY_BYTES))
  }
}

function recoverAddress(hash: Uint8Array, signature: Uint8Array, parity: number): bigint | undefined {
  try {
    const key =
      native === undefined
        ? recoverPortably(hash, signature, parity)
        : native.ecdsaRecover(signature, parity, hash, false)
    return Address.fromHash(keccak256(key.subarray(1)))
  } catch {
    // Both throw where r is no point of the curve, or the key is the point at infinity.
    return undefined
  }
}

/** The uncompressed public key, by @noble/curves. */
export function recoverPortably(hash: Uint8Array, signature: Uint8Array, parity: number): Uint8Array {
  return secp256k1.Signature.fromBytes(signature, 'compact')
    .addRecoveryBit(parity)
    .recoverPublicKey(hash)
    .toBytes(false)
}
