import * as Nibbles from '../commitment/Nibbles.ts'
import { Trie } from './Trie.ts'
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
  readonly #source: NodeSource
  readonly #put: NodeSink | undefined
  readonly #open: OpenBranch<V>[] = []
  #newest: { nibbles: Uint8Array; value: V } | undefined

  constructor(codec: ValueCodec<V>, source: NodeSource, put?: NodeSink) {
    this.#codec = codec
    this.#source = source
    this.#put = put
  }

  add(key: Uint8Array, value: V): void {
    const nibbles = Nibbles.fromKey(key)
    if (this.#newest !== undefined) {
      if (Buffer.compare(this.#newest.nibbles, nibbles) >= 0) {
        throw new RangeError(`Trie keys must ascend: ${Buffer.from(key).toString('hex')} came too late.`)
      }
      this.#close(Nibbles.countCommon(this.#newest.nibbles, nibbles, 0))
    }
    this.#newest = { nibbles, value }
  }

  /** The trie of all entries added. The builder is spent. */
  finish(): Trie<V> {
    if (this.#newest === undefined) return new Trie(undefined, this.#codec, this.#source)
    const { node, end } = this.#closeBelow(-1)
    const trie = new Trie(this.#atDepth(node, 0, end), this.#codec, this.#source)
    if (this.#put !== undefined) trie.persist(this.#put)
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
    let end = this.#newest!.nibbles.length
    while (this.#open.length > 0 && this.#open.at(-1)!.depth > depth) {
      this.#attach(node, end)
      const top = this.#open.pop()!
      node = Node.branch(top.children)
      end = top.depth
    }
    return { node, end }
  }

  #attach(node: LoadedNode<V> | undefined, end: number): void {
    const parent = this.#open.at(-1)!
    const child = this.#atDepth(node, parent.depth + 1, end)
    parent.children[this.#newest!.nibbles[parent.depth]!] = this.#finished(child)
  }

  /** The node whose path begins at `start`: the newest leaf, or the branch at `end` with an extension over the gap. */
  #atDepth(node: LoadedNode<V> | undefined, start: number, end: number): TrieNode<V> {
    const { nibbles, value } = this.#newest!
    if (node === undefined) return Node.leaf(nibbles.slice(start), value)
    if (end === start) return node
    return Node.extension(nibbles.slice(start, end), this.#finished(node))
  }

  /** With a sink: stores a node that is complete, and keeps its hash only. */
  #finished(node: TrieNode<V>): TrieNode<V> {
    if (this.#put === undefined || node.kind === 'unloaded') return node
    if (node.kind === 'leaf') this.#codec.persist?.(node.value, this.#put)
    const reference = Node.referenceOf(node, this.#codec)
    node.stored = true
    if (!Node.isHashReference(reference)) return node
    const hash = reference.slice(1)
    this.#put(hash, Node.encode(node, this.#codec))
    return Node.unloaded(hash)
  }
}
