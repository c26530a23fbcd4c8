import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import * as Rlp from '../commitment/Rlp.ts'
import { hashPrefix, nothing, RlpBuffer } from './RlpBuffer.ts'
import type { RecordSink } from './TrieRecord.ts'
import * as Record from './TrieRecord.ts'

/** How the values of a trie are written, and what else has to be stored with one. */
export interface ValueCodec<V> {
  /** The bytes of a value; whoever calls it has used them before the next call. */
  encode(value: V): Uint8Array
  decode(bytes: Uint8Array): V
  /** Stores what `value` refers to (an account's storage trie), before the node that holds it. */
  persist?(value: V, put: RecordSink): void
}

/** The records of nodes by the hash of the node, read synchronously. What it returns never changes. */
export interface NodeSource {
  /** Its nodes are not hashed to see whether they are those that were asked for. No store of a node is trusted so far (N-5). */
  readonly isTrusted?: boolean
  record(hash: Uint8Array): Uint8Array | undefined
}

/** Both are made once, when the node is hashed or loaded. */
interface Hashed {
  /** What stands for the node in its parent: its hash, or its RLP if that is shorter than 32 bytes. */
  reference: Uint8Array | undefined
  /** Its RLP, or of a branch without a reference that of the branch it was made from. */
  rlp: Uint8Array | undefined
  /** Already in the node source, with everything below it. */
  stored: boolean
}
export interface Leaf<V> extends Hashed {
  readonly kind: 'leaf'
  readonly path: Uint8Array
  readonly value: V
}
export interface Extension<V> extends Hashed {
  readonly kind: 'extension'
  readonly path: Uint8Array
  /** Replaced only by the same node, when an unloaded one is loaded. */
  child: TrieNode<V>
}
/** Most children of a loaded branch are never asked for: null says that a child, if there is one, is what `rlp` has. */
export type Child<V> = TrieNode<V> | undefined | null
export interface Branch<V> extends Hashed {
  readonly kind: 'branch'
  /** Elements are replaced only by the same node, when it is loaded. */
  readonly children: Child<V>[]
  /** The leaves that stood behind the branch, or behind the one it was made from; what has no element in `children` still does. */
  readonly leaves: Uint8Array
}
/** A node that has not been loaded: its hash stands at `offset` of `bytes`, which is most often its parent's encoding. */
export interface Unloaded {
  readonly kind: 'unloaded'
  readonly bytes: Uint8Array
  readonly offset: number
  /** Its RLP, if that stood behind its parent's. It is not known yet whether it has that hash. */
  readonly rlp: Uint8Array | undefined
}
export type LoadedNode<V> = Leaf<V> | Extension<V> | Branch<V>
export type TrieNode<V> = LoadedNode<V> | Unloaded

const hashLength = 32

export function leaf<V>(path: Uint8Array, value: V): Leaf<V> {
  return { kind: 'leaf', path, value, reference: undefined, rlp: undefined, stored: false }
}

/** A branch that was made from another one, or from none. */
export function branch<V>(children: Child<V>[], from?: Branch<V>): Branch<V> {
  const leaves = from?.leaves ?? noLeaves
  return { kind: 'branch', children, leaves, reference: undefined, rlp: from?.rlp, stored: false }
}

const noLeaves = new Uint8Array(0)

/** An extension, or `child` itself if `path` is empty. */
export function extension<V>(path: Uint8Array, child: TrieNode<V>): TrieNode<V> {
  if (path.length === 0) return child
  return { kind: 'extension', path, child, reference: undefined, rlp: undefined, stored: false }
}

export function unloaded(hash: Uint8Array): Unloaded {
  return { kind: 'unloaded', bytes: hash, offset: 0, rlp: undefined }
}

/** Whether a node is known to be a leaf without loading it. */
export function isLeaf<V>(node: TrieNode<V>): boolean {
  return node.kind === 'leaf' || (node.kind === 'unloaded' && node.rlp !== undefined)
}

/** Whether a reference is a hash (and the node not embedded in its parent). */
export function isHash(reference: Uint8Array): boolean {
  return reference.length === hashLength
}

/** What stands for `node` in its parent; hashes it and the nodes below it that have not been hashed yet. */
export function referenceOf<V>(node: TrieNode<V>, codec: ValueCodec<V>): Uint8Array {
  if (node.kind === 'unloaded') return hashOf(node)
  if (node.reference === undefined) {
    node.rlp = keep(write(node, codec))
    node.reference = referenceTo(node.rlp)
  }
  return node.reference
}

/** The RLP of a node, which is not to be changed. */
export function encode<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  referenceOf(node, codec)
  return node.rlp!
}

/** What a node is stored as. */
export function recordOf<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  const rlp = encode(node, codec)
  if (node.kind !== 'branch') return rlp
  const parts = [rlp]
  for (const [nibble, child] of node.children.entries()) {
    const leaf = child === null ? Record.leafAt(node.leaves, nibble) : leafRlpOf(child, codec)
    if (leaf !== undefined) parts.push(nibbleBytes[nibble]!, leaf)
  }
  return parts.length === 1 ? rlp : Buffer.concat(parts)
}

const nibbleBytes = Array.from({ length: 16 }, (_, nibble) => Uint8Array.of(nibble))

/** The RLP of a child that is a leaf and not embedded. */
function leafRlpOf<V>(child: TrieNode<V> | undefined, codec: ValueCodec<V>): Uint8Array | undefined {
  if (child?.kind === 'unloaded') return child.rlp
  return child?.kind === 'leaf' && isHash(referenceOf(child, codec)) ? child.rlp : undefined
}

/** What stands in a parent for the node with the given encoding. */
function referenceTo(encoded: Uint8Array): Uint8Array {
  return encoded.length < hashLength ? encoded : Keccak.keccak256(encoded)
}

/** A copy, in memory that many nodes share: memory of its own for each would cost more than its hash. */
function keep(encoded: Uint8Array): Uint8Array {
  const copy = Buffer.allocUnsafe(encoded.length)
  copy.set(encoded)
  return copy
}

/** All nodes of the process are written here: whatever hashes another node comes before the first item of a node. */
const buffer = new RlpBuffer()

/** The RLP of a node, valid until the next one is written. */
function write<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  if (node.kind === 'leaf') return writeLeaf(node.path, 0, codec.encode(node.value))
  if (node.kind === 'branch') return writeBranch(node, codec)
  referenceOf(node.child, codec)
  buffer.begin()
  buffer.path(node.path, 0, false)
  writeReference(node.child)
  return buffer.end()
}

/** The RLP of a leaf whose path are the nibbles from `start` on, valid until the next node is written. */
function writeLeaf(nibbles: Uint8Array, start: number, value: Uint8Array): Uint8Array {
  buffer.begin()
  buffer.path(nibbles, start, true)
  buffer.string(value)
  return buffer.end()
}

function writeBranch<V>({ children, rlp }: Branch<V>, codec: ValueCodec<V>): Uint8Array {
  for (const child of children) if (child) referenceOf(child, codec)
  buffer.begin()
  let at = rlp === undefined ? 0 : contentOf(rlp)
  let from = at // neighbours that nothing changed are copied at once
  for (const child of children) {
    const end = rlp === undefined ? 0 : endOfReference(rlp, at)
    if (child !== null) {
      if (from < at) buffer.items(rlp!.subarray(from, at))
      if (child === undefined) buffer.nothing()
      else writeReference(child)
      from = end
    }
    at = end
  }
  if (from < at) buffer.items(rlp!.subarray(from, at))
  buffer.nothing() // with keys of one length no key ends in a branch: it has no value
  return buffer.end()
}

/** Where the content of a branch begins. */
function contentOf(rlp: Uint8Array): number {
  return rlp[0]! < 0xf8 ? 1 : rlp[0]! - 0xf6
}

/** Where the reference at an offset ends. */
function endOfReference(rlp: Uint8Array, at: number): number {
  const first = rlp[at]!
  if (first === nothing) return at + 1
  return first === hashPrefix ? at + 1 + hashLength : at + first - 0xbf // an embedded node has less than 32 bytes
}

/** The child of a branch under a nibble. */
export function childAt<V>(
  { children, rlp, leaves }: Branch<V>,
  nibble: number,
  codec: ValueCodec<V>,
): TrieNode<V> | undefined {
  const child = children[nibble]
  if (child !== null) return child
  let at = contentOf(rlp!)
  for (let index = 0; index < nibble; index++) at = endOfReference(rlp!, at)
  return decodeChild(rlp!, at, codec, Record.leafAt(leaves, nibble))
}

/** INVARIANT: the reference of `node` is known. */
function writeReference(node: TrieNode<unknown>): void {
  if (node.kind === 'unloaded') buffer.hash(hashOf(node))
  else if (isHash(node.reference!)) buffer.hash(node.reference!)
  else buffer.items(node.reference!)
}

function hashOf({ bytes, offset }: Unloaded): Uint8Array {
  return bytes.length === hashLength ? bytes : bytes.subarray(offset, offset + hashLength)
}

/** Decodes a node of the source; `rlp` is trusted, being the preimage of a hash in a trie of ours, and `leaves` are not. */
export function decode<V>(
  rlp: Uint8Array,
  reference: Uint8Array | undefined,
  codec: ValueCodec<V>,
  leaves: Uint8Array = noLeaves,
): LoadedNode<V> {
  const list = Rlp.item(rlp, 0, rlp.length)!
  const first = Rlp.item(rlp, list.start, list.end)!
  const second = Rlp.item(rlp, first.end, list.end)!
  if (second.end !== list.end) {
    return { kind: 'branch', children: new Array<Child<V>>(16).fill(null), leaves, reference, rlp, stored: true }
  }
  const { path, isLeaf } = Nibbles.decodeHexPrefix(rlp.subarray(first.start, first.end))
  if (!isLeaf)
    return { kind: 'extension', path, child: decodeChild(rlp, first.end, codec)!, reference, rlp, stored: true }
  const value = codec.decode(rlp.subarray(second.start, second.end))
  return { kind: 'leaf', path, value, reference, rlp, stored: true }
}

/** What is referred to at an offset: nothing, a hash, whose preimage `rlp` may be, or an embedded node. */
function decodeChild<V>(
  bytes: Uint8Array,
  at: number,
  codec: ValueCodec<V>,
  rlp?: Uint8Array,
): TrieNode<V> | undefined {
  if (bytes[at] === nothing) return undefined
  if (bytes[at] === hashPrefix) return { kind: 'unloaded', bytes, offset: at + 1, rlp }
  const embedded = bytes.subarray(at, endOfReference(bytes, at))
  return decode(embedded, embedded, codec)
}
