import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import * as Rlp from '../commitment/Rlp.ts'
import { hashPrefix, nothing, RlpBuffer } from './RlpBuffer.ts'

/** How the values of a trie are written, and what else has to be stored with one. */
export interface ValueCodec<V> {
  /** The bytes of a value; whoever calls it has used them before the next call. */
  encode(value: V): Uint8Array
  decode(bytes: Uint8Array): V
  /** Stores what `value` refers to (an account's storage trie), before the node that holds it. */
  persist?(value: V, put: NodeSink): void
}

/** Nodes by their hash, read synchronously. What it returns never changes. */
export interface NodeSource {
  node(hash: Uint8Array): Uint8Array | undefined
}

/** Receives every new node under its hash, children first. */
export type NodeSink = (hash: Uint8Array, encoded: Uint8Array) => void

/** What stands for a node in its parent: its hash, or its encoding if that is shorter than 32 bytes. Computed once. */
interface Hashed {
  reference: Uint8Array | undefined
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
export interface Branch<V> extends Hashed {
  readonly kind: 'branch'
  /** Elements are replaced only by the same node, when an unloaded one is loaded. */
  readonly children: (TrieNode<V> | undefined)[]
}
/** A node that has not been loaded: its hash stands at `offset` of `bytes`, which is most often its parent's encoding. */
export interface Unloaded {
  readonly kind: 'unloaded'
  readonly bytes: Uint8Array
  readonly offset: number
}
export type LoadedNode<V> = Leaf<V> | Extension<V> | Branch<V>
export type TrieNode<V> = LoadedNode<V> | Unloaded

const hashLength = 32

export function leaf<V>(path: Uint8Array, value: V): Leaf<V> {
  return { kind: 'leaf', path, value, reference: undefined, stored: false }
}

export function branch<V>(children: (TrieNode<V> | undefined)[]): Branch<V> {
  return { kind: 'branch', children, reference: undefined, stored: false }
}

/** An extension, or `child` itself if `path` is empty. */
export function extension<V>(path: Uint8Array, child: TrieNode<V>): TrieNode<V> {
  return path.length === 0 ? child : { kind: 'extension', path, child, reference: undefined, stored: false }
}

export function unloaded(hash: Uint8Array): Unloaded {
  return { kind: 'unloaded', bytes: hash, offset: 0 }
}

/** Whether a reference is a hash (and the node not embedded in its parent). */
export function isHash(reference: Uint8Array): boolean {
  return reference.length === hashLength
}

/** What stands for `node` in its parent; hashes the nodes below it that have not been hashed yet. */
export function referenceOf<V>(node: TrieNode<V>, codec: ValueCodec<V>): Uint8Array {
  if (node.kind === 'unloaded') return hashOf(node)
  node.reference ??= referenceTo(write(node, codec))
  return node.reference
}

/** What stands in a parent for the node with the given encoding. */
export function referenceTo(encoded: Uint8Array): Uint8Array {
  return encoded.length < hashLength ? encoded.slice() : Keccak.keccak256(encoded)
}

/** The RLP of a node. */
export function encode<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  return write(node, codec).slice()
}

/** All nodes of the process are written here: whatever hashes another node comes before the first item of a node. */
const buffer = new RlpBuffer()

/** The RLP of a node, valid until the next one is written. */
export function write<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  if (node.kind === 'leaf') return writeLeaf(node.path, 0, codec.encode(node.value))
  if (node.kind === 'branch') return writeBranch(node.children, codec)
  const child = settled(node.child, codec)
  buffer.begin()
  buffer.path(node.path, 0, false)
  writeReference(child)
  return buffer.end()
}

/** The RLP of a leaf whose path are the nibbles from `start` on, valid until the next node is written. */
export function writeLeaf(nibbles: Uint8Array, start: number, value: Uint8Array): Uint8Array {
  buffer.begin()
  buffer.path(nibbles, start, true)
  buffer.string(value)
  return buffer.end()
}

function writeBranch<V>(children: readonly (TrieNode<V> | undefined)[], codec: ValueCodec<V>): Uint8Array {
  for (const child of children) if (child !== undefined) settled(child, codec)
  buffer.begin()
  for (let index = 0; index < 16; index++) {
    const child = children[index]
    if (child === undefined) {
      buffer.nothing()
      continue
    }
    // Neighbours that nothing changed still stand side by side in the encoding before: they are copied at once.
    let last = child
    while (index < 15 && isNext(children[index + 1], last)) last = children[++index]!
    if (last === child) writeReference(child)
    else buffer.items((child as Unloaded).bytes.subarray((child as Unloaded).offset - 1, endOf(last as Unloaded)))
  }
  buffer.nothing() // with keys of one length no key ends in a branch: it has no value
  return buffer.end()
}

/** Whether `node` stands right behind `before` in the encoding of the branch that both come from. */
function isNext(node: TrieNode<unknown> | undefined, before: TrieNode<unknown>): boolean {
  if (node?.kind !== 'unloaded' || before.kind !== 'unloaded' || node.bytes !== before.bytes) return false
  return node.offset === endOf(before) + 1
}

function endOf({ offset }: Unloaded): number {
  return offset + hashLength
}

/** `node` with its reference known. */
function settled<V>(node: TrieNode<V>, codec: ValueCodec<V>): TrieNode<V> {
  if (node.kind !== 'unloaded') referenceOf(node, codec)
  return node
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

/** Decodes a node of the source; `encoded` is trusted, being the preimage of a hash in a trie of ours. */
export function decode<V>(encoded: Uint8Array, codec: ValueCodec<V>): LoadedNode<V> {
  const list = Rlp.item(encoded, 0, encoded.length)!
  return decodeList(encoded, list.start, list.end, codec)
}

/** The node whose list has its content in [start, end): children by hash stay where they are. */
function decodeList<V>(bytes: Uint8Array, start: number, end: number, codec: ValueCodec<V>): LoadedNode<V> {
  const first = Rlp.item(bytes, start, end)!
  const second = Rlp.item(bytes, first.end, end)!
  if (second.end !== end) return decodeBranch(bytes, start, codec)
  const { path, isLeaf } = Nibbles.decodeHexPrefix(bytes.subarray(first.start, first.end))
  if (!isLeaf) {
    const child = decodeChild(bytes, first.end, codec)!
    return { kind: 'extension', path, child, reference: undefined, stored: true }
  }
  const value = codec.decode(bytes.subarray(second.start, second.end))
  return { kind: 'leaf', path, value, reference: undefined, stored: true }
}

function decodeBranch<V>(bytes: Uint8Array, start: number, codec: ValueCodec<V>): Branch<V> {
  const children: (TrieNode<V> | undefined)[] = []
  let at = start
  for (let index = 0; index < 16; index++) {
    const child = decodeChild(bytes, at, codec)
    children.push(child)
    if (child === undefined) at += 1
    else at = child.kind === 'unloaded' ? endOf(child) : at + child.reference!.length
  }
  return { kind: 'branch', children, reference: undefined, stored: true }
}

/** What is referred to at an offset: nothing, a hash, or an embedded node. */
function decodeChild<V>(bytes: Uint8Array, at: number, codec: ValueCodec<V>): TrieNode<V> | undefined {
  if (bytes[at] === nothing) return undefined
  if (bytes[at] === hashPrefix) return { kind: 'unloaded', bytes, offset: at + 1 }
  const list = Rlp.item(bytes, at, bytes.length)!
  const embedded = decodeList(bytes, list.start, list.end, codec)
  embedded.reference = bytes.subarray(at, list.end)
  return embedded
}
