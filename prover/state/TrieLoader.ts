import * as Keccak from '../commitment/Keccak.ts'
import * as Word from '../commitment/Word.ts'
import type { LoadedNode, NodeSource, TrieNode, ValueCodec } from './TrieNode.ts'
import * as Node from './TrieNode.ts'
import * as Record from './TrieRecord.ts'

/** Loads nodes when a key leads through them, from a source that is not trusted with their content unless it says so. */
export class TrieLoader<V> {
  readonly codec: ValueCodec<V>
  readonly #source: NodeSource

  constructor(codec: ValueCodec<V>, source: NodeSource) {
    this.codec = codec
    this.#source = source
  }

  /** `node` itself if it is loaded. */
  load(node: TrieNode<V>): LoadedNode<V> {
    if (node.kind !== 'unloaded') return node
    const hash = Node.referenceOf(node, this.codec)
    const { rlp, leaves } = Record.split(node.rlp ?? this.#recordOf(hash))
    if (this.#source.isTrusted !== true) {
      Keccak.hashInto(actual, 0, rlp)
      if (!Word.equals(actual, hash)) throw new TrieNodeError('has other content', hash)
    }
    // A shorter one is the root: it would be embedded elsewhere, and its reference is itself.
    return Node.decode(rlp, rlp.length >= 32 ? hash : rlp, this.codec, leaves)
  }

  /** The child of a branch under a nibble. The branch keeps it. */
  child(parent: Node.Branch<V>, nibble: number): LoadedNode<V> | undefined {
    const child = Node.childAt(parent, nibble, this.codec)
    if (child === undefined) return undefined
    const loaded = this.load(child)
    parent.children[nibble] = loaded
    return loaded
  }

  /** The child of an extension, which keeps it. */
  onlyChild(parent: Node.Extension<V>): LoadedNode<V> {
    const loaded = this.load(parent.child)
    parent.child = loaded
    return loaded
  }

  #recordOf(hash: Uint8Array): Uint8Array {
    const record = this.#source.record(hash)
    if (record === undefined) throw new TrieNodeError('is not in the store', hash)
    return record
  }
}

const actual = new Uint8Array(32)

/** A node that a trie refers to can't be read: the store is damaged, or the trie is older than its pruning. */
export class TrieNodeError extends Error {
  override readonly name = 'TrieNodeError'
  constructor(what: string, hash: Uint8Array) {
    super(`Trie node ${Buffer.from(hash).toString('hex')} ${what}.`)
  }
}
