import * as Nibbles from '../commitment/Nibbles.ts'
import { assertKey, KeyOrderError, Trie } from './Trie.ts'
import type { LoadedNode, NodeSink, NodeSource, TrieNode, ValueCodec } from './TrieNode.ts'
import * as Node from './TrieNode.ts'

/** Nodes for the sink are put side by side into this many bytes: memory of its own for each would cost more than its hash. */
const slabSize = 65_536

/** A branch that later keys may still get into. `depth` is the position of the nibble that it branches on. */
interface OpenBranch<V> {
  readonly depth: number
  readonly children: (TrieNode<V> | undefined)[]
}

/**
 * Builds a trie from entries in ascending order of their keys, in O(n): only the branches on the way to the newest key are
 * open. With a sink every finished node is hashed, handed over and forgotten, so a state of any size fits in memory.
 */
export class TrieBuilder<V> {
  readonly #codec: ValueCodec<V>
  readonly #source: NodeSource
  readonly #put: NodeSink | undefined
  readonly #open: OpenBranch<V>[] = []
  /** The nibbles of the newest key, and the memory for those of the next one. */
  #nibbles = new Uint8Array(64)
  #spare = new Uint8Array(64)
  #value: V | undefined
  #slab = new Uint8Array(0)
  #slabUsed = 0

  constructor(codec: ValueCodec<V>, source: NodeSource, put?: NodeSink) {
    this.#codec = codec
    this.#source = source
    this.#put = put
  }

  add(key: Uint8Array, value: V): void {
    assertKey(key)
    const nibbles = this.#spare
    Nibbles.writeKey(nibbles, key)
    if (this.#value !== undefined) {
      const common = Nibbles.countCommon(this.#nibbles, nibbles, 0)
      if (common === 64 || this.#nibbles[common]! > nibbles[common]!) throw new KeyOrderError(key)
      this.#close(common)
    }
    this.#spare = this.#nibbles
    this.#nibbles = nibbles
    this.#value = value
  }

  /** The trie of all entries added. The builder is empty again. */
  finish(): Trie<V> {
    if (this.#value === undefined) return new Trie(undefined, this.#codec, this.#source)
    const { node, end } = this.#closeBelow(-1)
    const trie = new Trie(this.#atDepth(node, 0, end), this.#codec, this.#source)
    if (this.#put !== undefined) trie.persist(this.#put)
    this.#value = undefined
    return trie
  }

  /** Ends all branches below `depth`, where the next key leaves the way of the newest one, and attaches them there. */
  #close(depth: number): void {
    const { node, end } = this.#closeBelow(depth)
    if (this.#open.at(-1)?.depth !== depth) this.#open.push({ depth, children: new Array(16).fill(undefined) })
    this.#attach(node, end)
  }

  /** What hangs below `depth` on the way to the newest key, and the depth at which that node itself begins to branch. */
  #closeBelow(depth: number): { node: LoadedNode<V> | undefined; end: number } {
    let node: LoadedNode<V> | undefined // undefined: the newest leaf itself
    let end = 64
    while (this.#open.length > 0 && this.#open.at(-1)!.depth > depth) {
      this.#attach(node, end)
      const top = this.#open.pop()!
      node = Node.branch(top.children)
      end = top.depth
    }
    return { node, end }
  }

  #attach(node: LoadedNode<V> | undefined, end: number): void {
    const { depth, children } = this.#open.at(-1)!
    const isStreamedLeaf = node === undefined && this.#put !== undefined
    children[this.#nibbles[depth]!] = isStreamedLeaf
      ? this.#streamLeaf(depth + 1, this.#put)
      : this.#finished(this.#atDepth(node, depth + 1, end))
  }

  /** The node whose path begins at `start`: the newest leaf, or the branch at `end` with an extension over the gap. */
  #atDepth(node: LoadedNode<V> | undefined, start: number, end: number): TrieNode<V> {
    if (node === undefined) return Node.leaf(this.#nibbles.slice(start), this.#value!)
    if (end === start) return node
    return Node.extension(this.#nibbles.slice(start, end), this.#finished(node))
  }

  /** Stores the newest leaf without making an object of it, unless it is embedded. */
  #streamLeaf(start: number, put: NodeSink): TrieNode<V> {
    const value = this.#value!
    this.#codec.persist?.(value, put)
    const encoded = Node.writeLeaf(this.#nibbles, start, this.#codec.encode(value))
    const reference = Node.referenceTo(encoded)
    if (!Node.isHash(reference)) return { ...Node.leaf(this.#nibbles.slice(start), value), reference, stored: true }
    put(reference, this.#keep(encoded))
    return Node.unloaded(reference)
  }

  /** With a sink: stores a node that is complete, and keeps its hash only. */
  #finished(node: TrieNode<V>): TrieNode<V> {
    if (this.#put === undefined || node.kind === 'unloaded') return node
    const encoded = Node.write(node, this.#codec)
    node.reference = Node.referenceTo(encoded)
    node.stored = true
    if (!Node.isHash(node.reference)) return node
    this.#put(node.reference, this.#keep(encoded))
    return Node.unloaded(node.reference)
  }

  /** A copy for the sink, in memory that many nodes share. */
  #keep(encoded: Uint8Array): Uint8Array {
    if (this.#slab.length - this.#slabUsed < encoded.length) {
      this.#slab = new Uint8Array(Math.max(slabSize, encoded.length))
      this.#slabUsed = 0
    }
    const start = this.#slabUsed
    this.#slabUsed += encoded.length
    this.#slab.set(encoded, start)
    return this.#slab.subarray(start, this.#slabUsed)
  }
}
