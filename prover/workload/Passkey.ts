import { p256 } from '@noble/curves/nist.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToBigInt, bytesToHex, encodeFunctionData, type Hex, hexToBytes } from 'viem'
import { keccak256 } from '../commitment/Keccak.ts'
import * as Artifacts from './Artifacts.ts'
import type { Signer } from './Signer.ts'

/** Calldata with the user's passkey's signature, or one of another message; the contract checks it by precompiles. */
export function signWithPasskey(message: Uint8Array, user: Signer, signed = message): Hex {
  const key = keccak256(hexToBytes(user.address))
  const signature = p256.sign(sha256(signed), key, { prehash: false, lowS: true })
  const publicKey = p256.getPublicKey(key)
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)].map((word) => bytesToHex(word))
  const args = [bytesToHex(message), r!, s!, bytesToBigInt(publicKey.subarray(1)), publicKey[0] === 3] as const
  return encodeFunctionData({ abi: Artifacts.passkeysAbi, functionName: 'sign', args })
}
