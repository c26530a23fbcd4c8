import secp256k1 from 'secp256k1'
import type { Address, SignedAuthorization, TransactionSerializable } from 'viem'
import { bytesToBigInt, bytesToHex, getAddress, type Hex, hexToBytes, serializeTransaction } from 'viem'
import { hashAuthorization } from 'viem/utils'
import { keccak256 } from '../commitment/Keccak.ts'

const groupOrder = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** An ECDSA signature in its parts. */
export interface Signature {
  readonly r: bigint
  readonly s: bigint
  readonly yParity: number
}

/** A private key with its address, and the nonce of its next transaction. */
export class Signer {
  readonly address: Address
  nonce = 0
  readonly #key: Uint8Array

  constructor(key: Uint8Array) {
    this.#key = key
    this.address = getAddress(bytesToHex(keccak256(secp256k1.publicKeyCreate(key, false).subarray(1)).subarray(12)))
  }

  /** Signs a 32-byte hash; s is in the lower half of the group order. */
  sign(hash: Uint8Array): Signature {
    const { signature, recid } = secp256k1.ecdsaSign(hash, this.#key)
    return { r: bytesToBigInt(signature.subarray(0, 32)), s: bytesToBigInt(signature.subarray(32)), yParity: recid }
  }

  /** A signed authorisation of `address` to be this account's code (EIP-7702); `alter` may spoil the signature. */
  signAuthorization(
    authorization: { readonly chainId: number; readonly address: Address; readonly nonce: number },
    alter: (signature: Signature) => Signature = (signature) => signature,
  ): SignedAuthorization {
    const { r, s, yParity } = alter(this.sign(hashAuthorization({ ...authorization, to: 'bytes' })))
    return { ...authorization, r: toWord(r), s: toWord(s), yParity }
  }

  /** The raw signed transaction; `alter` may spoil the signature. */
  signTransaction(
    transaction: TransactionSerializable,
    alter: (signature: Signature) => Signature = (signature) => signature,
  ): Uint8Array {
    const { r, s, yParity } = alter(this.sign(keccak256(hexToBytes(serializeTransaction(transaction)))))
    const parts = { r: toWord(r), s: toWord(s), yParity, v: BigInt(27 + yParity) }
    return hexToBytes(serializeTransaction(transaction, parts))
  }
}

/** The same signature with s in the upper half: valid to ECDSA, refused by Ethereum since Homestead. */
export function toUpperHalf({ r, s, yParity }: Signature): Signature {
  return { r, s: groupOrder - s, yParity: 1 - yParity }
}

function toWord(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
