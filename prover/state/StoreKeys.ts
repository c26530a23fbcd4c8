// The key space of the store: one letter says what a key is of, numbers are big endian so that they sort.

/** Version, identity of the chain, and the newest batch. */
export const meta: Uint8Array = Buffer.from('m')

export const account = (accountKey: Uint8Array): Uint8Array => key('a', accountKey)
export const slot = (accountKey: Uint8Array, slotKey: Uint8Array): Uint8Array => key('s', accountKey, slotKey)
export const code = (codeHash: Uint8Array): Uint8Array => key('c', codeHash)

/** What is known of a batch without running it. */
export const batch = (number: number): Uint8Array => numbered('b', number)
export const payload = (number: number): Uint8Array => numbered('p', number)
/** The batch's state diff. */
export const diff = (number: number): Uint8Array => numbered('d', number)
/** The values that the batch's diff replaced. */
export const undo = (number: number): Uint8Array => numbered('u', number)

/** A block with its receipts. */
export const block = (number: bigint): Uint8Array => numbered('k', number)
/** The number of a block by its hash. */
export const blockHash = (hash: Uint8Array): Uint8Array => key('h', hash)
/** Where a transaction is: block and index. */
export const transaction = (hash: Uint8Array): Uint8Array => key('t', hash)

/** A node of a stored state trie. */
export const node = (hash: Uint8Array): Uint8Array => key('n', hash)
/** The root of the state after a batch whose trie is stored. */
export const root = (number: number): Uint8Array => numbered('r', number)

/** The root of the state after a batch whose trie is not stored. */
export const rootAlone = (number: number): Uint8Array => numbered('q', number)

/** Whether a key has a letter. */
export function isOf(letter: string, anyKey: Uint8Array): boolean {
  return anyKey[0] === letter.charCodeAt(0)
}

/** The bounds of all keys of one letter. */
export function range(letter: string): { gte: Uint8Array; lt: Uint8Array } {
  return { gte: Buffer.from(letter), lt: Buffer.from([letter.charCodeAt(0) + 1]) }
}

/** The number in a numbered key. */
export function numberOf(numberedKey: Uint8Array): number {
  return Number(Buffer.from(numberedKey).readBigUInt64BE(1))
}

function key(letter: string, first: Uint8Array, second?: Uint8Array): Uint8Array {
  const end = 1 + first.length
  const bytes = Buffer.allocUnsafe(second === undefined ? end : end + second.length)
  bytes[0] = letter.charCodeAt(0)
  bytes.set(first, 1)
  if (second !== undefined) bytes.set(second, end)
  return bytes
}

function numbered(letter: string, number: number | bigint): Uint8Array {
  const bytes = Buffer.alloc(9)
  bytes[0] = letter.charCodeAt(0)
  bytes.writeBigUInt64BE(BigInt(number), 1)
  return bytes
}
