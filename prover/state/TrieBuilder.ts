import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import { assertKey, KeyOrderError, Trie } from './Trie.ts'
import { TrieLoader } from './TrieLoader.ts'
import type { LoadedNode, NodeSink, NodeSource, TrieNode, ValueCodec } from './TrieNode.ts'
import * as Node from './TrieNode.ts'

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
  readonly #loader: TrieLoader<V>
  readonly #put: NodeSink | undefined
  readonly #open: OpenBranch<V>[] = []
  /** The nibbles of the newest key, and the memory for those of the next one. */
  #nibbles = new Uint8Array(64)
  #spare = new Uint8Array(64)
  #value: V | undefined

  constructor(codec: ValueCodec<V>, source: NodeSource, put?: NodeSink) {
    this.#codec = codec
    this.#loader = new TrieLoader(codec, source)
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
    if (this.#value === undefined) return new Trie(undefined, this.#loader)
    const { node, end } = this.#closeBelow(-1)
    const trie = new Trie(this.#atDepth(node, 0, end), this.#loader)
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
    const rlp = Node.writeLeaf(this.#nibbles, start, this.#codec.encode(value))
    if (rlp.length < 32) return this.#finished(Node.leaf(this.#nibbles.slice(start), value))
    const hash = Keccak.keccak256(rlp)
    put(hash, Node.keep(rlp))
    return Node.unloaded(hash)
  }

  /** With a sink: stores a node that is complete, and keeps its hash only. */
  #finished(node: TrieNode<V>): TrieNode<V> {
    if (this.#put === undefined || node.kind === 'unloaded') return node
    const rlp = Node.encode(node, this.#codec)
    node.stored = true
    if (!Node.isHash(node.reference!)) return node
    this.#put(node.reference!, rlp)
    return Node.unloaded(node.reference!)
  }
}
