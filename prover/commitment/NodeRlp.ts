/**
 * The RLP of the nodes of a trie over keys of 32 bytes, read strictly and written (S-53 to S-55): the twin of
 * src/commitment/NodeRlp.sol. Paths are nibbles; "content" is that of a node's list.
 */
import { keccak256 } from './Keccak.ts'
import * as Nibbles from './Nibbles.ts'
import * as Rlp from './Rlp.ts'

/** Nibbles of a key. */
export const keyLength = 64

/** First bytes of what stands where a node refers to another: nothing, a hash, or a list of at most 31 bytes. */
export const noNode = 0x80
export const hashPrefix = 0xa0
const minEmbedded = 0xc1
const maxEmbedded = 0xde

/** RLP of no node. */
export const noReference: Uint8Array = Uint8Array.of(noNode)

/** A leaf or an extension. */
export interface Short {
  readonly isLeaf: boolean
  readonly path: Uint8Array
  /** RLP of the value, or what refers to the child. */
  readonly item: Uint8Array
}

/** The content of the list that `node` is, or undefined. */
export function contentOf(node: Uint8Array): Uint8Array | undefined {
  const list = Rlp.item(node, 0, node.length)
  return list?.isList === true && list.end === node.length ? node.subarray(list.start) : undefined
}

/** A leaf or an extension at `depth`; undefined if there are not two items. */
export function parseShort(content: Uint8Array, depth: number): Short | undefined {
  const first = Rlp.item(content, 0, content.length)
  if (first === undefined) return undefined
  const second = Rlp.item(content, first.end, content.length)
  if (second === undefined || second.end !== content.length) return undefined
  const item = content.subarray(first.end)
  if (first.isList) throw new NodeError('its path is a list')
  const { isLeaf, path } = decodePath(content.subarray(first.start, first.end))
  if (isLeaf) {
    if (second.isList || path.length + depth !== keyLength) throw new NodeError('a leaf does not end a key')
  } else {
    if (path.length === 0 || path.length + depth >= keyLength) throw new NodeError('the length of an extension')
    if (item[0] !== hashPrefix) throw new NodeError('the child of an extension is no hash')
  }
  return { isLeaf, path, item }
}

/** Decodes a hex prefix: a flag nibble (2 = leaf, 1 = odd length), a zero nibble if even, then the path. */
function decodePath(bytes: Uint8Array): { isLeaf: boolean; path: Uint8Array } {
  const flags = bytes[0] ?? 0xff
  if (flags >= 0x40 || ((flags & 0x10) === 0 && (flags & 0x0f) !== 0)) throw new NodeError('the flags of a path')
  const decoded = Nibbles.decodeHexPrefix(bytes)
  if (decoded.path.length > keyLength) throw new NodeError('a path is longer than a key')
  return decoded
}

/** The 16 references of a branch. */
export function scanBranch(content: Uint8Array): Uint8Array[] {
  const references: Uint8Array[] = []
  let position = 0
  for (let nibble = 0; nibble < 16; nibble++) {
    const prefix = content[position] ?? 0
    const isEmbedded = prefix >= minEmbedded && prefix <= maxEmbedded
    if (prefix !== noNode && prefix !== hashPrefix && !isEmbedded) throw new NodeError('a child of a branch')
    const size = prefix === hashPrefix ? 33 : isEmbedded ? prefix - 0xbf : 1
    references.push(content.subarray(position, position + size))
    position += size
  }
  // No key ends in a branch: its value is empty.
  if (content[position] !== 0x80 || position + 1 !== content.length) throw new NodeError('the value of a branch')
  return references
}

/** What stands in a parent for `node`: itself if it has less than 32 bytes, else its hash. */
export function referenceTo(node: Uint8Array): Uint8Array {
  return node.length < 32 ? node : Rlp.encodeString(keccak256(node))
}

/** The encoding of a leaf or an extension; an extension is never embedded. */
export function encodeShort({ isLeaf, path, item }: Short): Uint8Array {
  const node = Rlp.encodeList([Rlp.encodeString(Nibbles.encodeHexPrefix(path, isLeaf)), item])
  if (!isLeaf) assertNotEmbedded(node)
  return node
}

/** The encoding of a branch over 16 references. */
export function encodeBranch(references: readonly Uint8Array[]): Uint8Array {
  const node = Rlp.encodeList([...references, noReference])
  assertNotEmbedded(node)
  return node
}

/** S-54: only leaves are embedded, for keys that make another node so short agree in 220 bits. */
function assertNotEmbedded(node: Uint8Array): void {
  if (node.length < 32) throw new NodeError('a node that is no leaf has less than 32 bytes')
}

/** Bytes that are no node of a trie over keys of 32 bytes. */
export class NodeError extends Error {
  override readonly name = 'NodeError'

  constructor(reason: string) {
    super(`malformed trie node: ${reason}`)
  }
}
