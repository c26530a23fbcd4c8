import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import type { ModelState } from './State.ts'

/** The state root as @ethereumjs/mpt has it, from nothing but the plain state. */
export async function referenceRoot(state: ModelState): Promise<Uint8Array> {
  const trie = new MerklePatriciaTrie()
  for (const [accountKey, { account, slots }] of state) {
    const storage = new MerklePatriciaTrie()
    for (const [slotKey, value] of slots) await storage.put(Buffer.from(slotKey, 'hex'), RLP.encode(toMinimal(value)))
    const fields = [toMinimal(account.nonce), toMinimal(account.balance), storage.root(), account.codeHash]
    await trie.put(Buffer.from(accountKey, 'hex'), RLP.encode(fields))
  }
  return trie.root()
}

/** Big endian without leading zeros. */
export function toMinimal(value: bigint): Uint8Array {
  const digits = value.toString(16)
  return value === 0n ? new Uint8Array(0) : Buffer.from(digits.length & 1 ? `0${digits}` : digits, 'hex')
}
