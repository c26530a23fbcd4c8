import { RLP } from '@ethereumjs/rlp'
import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import * as Rlp from '../commitment/Rlp.ts'

/** How the values of a trie are written, and what else has to be stored with one. */
export interface ValueCodec<V> {
  encode(value: V): Uint8Array
  decode(bytes: Uint8Array): V
  /** Stores what `value` refers to (an account's storage trie), before the node that holds it. */
  persist?(value: V, put: NodeSink): void
}

/** Nodes by their hash, read synchronously. */
export interface NodeSource {
  node(hash: Uint8Array): Uint8Array | undefined
}

/** Receives every new node under its hash, children first. */
export type NodeSink = (hash: Uint8Array, encoded: Uint8Array) => void

/** What a parent holds of a node: its encoding if that is shorter than 32 bytes, else RLP of its hash. Computed once. */
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
/** A node that has not been loaded: its hash reference (33 bytes). */
export interface Unloaded {
  readonly kind: 'unloaded'
  readonly reference: Uint8Array
}
export type LoadedNode<V> = Leaf<V> | Extension<V> | Branch<V>
export type TrieNode<V> = LoadedNode<V> | Unloaded

const emptyItem = Uint8Array.of(0x80)

/** Length of a reference that is a hash: 0xa0 and 32 bytes. An embedded node is at most 31 bytes. */
const hashReferenceLength = 33

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
  return { kind: 'unloaded', reference: Rlp.encodeString(hash) }
}

/** Whether a parent holds the node by hash (and not embedded in itself). */
export function isHashReference(reference: Uint8Array): boolean {
  return reference.length === hashReferenceLength
}

/** The RLP of a node; hashes the nodes below it that have not been hashed yet. */
export function encode<V>(node: LoadedNode<V>, codec: ValueCodec<V>): Uint8Array {
  switch (node.kind) {
    case 'leaf':
      return Rlp.encodeList([
        Rlp.encodeString(Nibbles.encodeHexPrefix(node.path, true)),
        Rlp.encodeString(codec.encode(node.value)),
      ])
    case 'extension':
      return Rlp.encodeList([
        Rlp.encodeString(Nibbles.encodeHexPrefix(node.path, false)),
        referenceOf(node.child, codec),
      ])
    case 'branch': {
      const items = node.children.map((child) => (child === undefined ? emptyItem : referenceOf(child, codec)))
      items.push(emptyItem) // with keys of one length no key ends in a branch
      return Rlp.encodeList(items)
    }
  }
}

/** What the parent of `node` holds of it. */
export function referenceOf<V>(node: TrieNode<V>, codec: ValueCodec<V>): Uint8Array {
  if (node.kind !== 'unloaded' && node.reference === undefined) {
    const encoded = encode(node, codec)
    node.reference = encoded.length < 32 ? encoded : Rlp.encodeString(Keccak.keccak256(encoded))
  }
  return node.reference!
}

/** Decodes a node of the source; `encoded` is trusted, being the preimage of a hash in a trie of ours. */
export function decode<V>(encoded: Uint8Array, codec: ValueCodec<V>): LoadedNode<V> {
  return fromItems(RLP.decode(encoded) as RlpItem[], codec)
}

type RlpItem = Uint8Array | RlpItem[]

function fromItems<V>(items: RlpItem[], codec: ValueCodec<V>): LoadedNode<V> {
  if (items.length === 17) {
    const children = items.slice(0, 16).map((item) => fromReference(item, codec))
    return { kind: 'branch', children, reference: undefined, stored: true }
  }
  const { path, isLeaf } = Nibbles.decodeHexPrefix(items[0] as Uint8Array)
  if (isLeaf) {
    return { kind: 'leaf', path, value: codec.decode(items[1] as Uint8Array), reference: undefined, stored: true }
  }
  return { kind: 'extension', path, child: fromReference(items[1]!, codec)!, reference: undefined, stored: true }
}

function fromReference<V>(item: RlpItem, codec: ValueCodec<V>): TrieNode<V> | undefined {
  if (Array.isArray(item)) return fromItems(item, codec)
  return item.length === 0 ? undefined : unloaded(item)
}
