import type { Address, Hex } from 'viem'
import { encodeFunctionData, hashTypedData, hexToBytes, numberToHex } from 'viem'
import * as Artifacts from './Artifacts.ts'
import { deadlines, type Session } from './Session.ts'
import type { Signer } from './Signer.ts'

const types = {
  Permit: [
    { name: 'owner', type: 'address' },
    { name: 'spender', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'nonce', type: 'uint256' },
    { name: 'deadline', type: 'uint256' },
  ],
} as const

/** Calldata by which anyone may bring the owner's signed approval (EIP-2612); the coin recovers the signer. */
export function signPermit(session: Session, token: Address, owner: Signer, spender: Address): Hex {
  const key = `${owner.address}/${token}`
  const nonce = session.permits.get(key) ?? 0n
  session.permits.set(key, nonce + 1n)
  const value = session.random.amount(1_000n)
  const deadline = deadlines.far
  const domain = {
    name: session.coinNames.get(token)!,
    version: '1',
    chainId: session.chainId,
    verifyingContract: token,
  }
  const message = { owner: owner.address, spender, value, nonce, deadline }
  const { r, s, yParity } = owner.sign(hexToBytes(hashTypedData({ domain, types, primaryType: 'Permit', message })))
  const word = (number: bigint) => numberToHex(number, { size: 32 })
  const args = [owner.address, spender, value, deadline, 27 + yParity, word(r), word(s)] as const
  return encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'permit', args })
}
