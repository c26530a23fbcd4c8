import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import * as Word from '../commitment/Word.ts'
import { TrieLoader, TrieNodeError } from './TrieLoader.ts'
import type { LoadedNode, NodeSource, TrieNode, ValueCodec } from './TrieNode.ts'
import * as Node from './TrieNode.ts'
import type { RecordSink } from './TrieRecord.ts'
import { type TrieChange, TrieUpdate, type ValueAfter } from './TrieUpdate.ts'

/** Root of the trie without entries: keccak256(0x80). */
export const emptyRoot: Uint8Array = Keccak.keccak256(Uint8Array.of(0x80))

/**
 * Ethereum's Merkle Patricia trie over keys of 32 bytes that are hashes already ("secure" trie).
 *
 * Immutable: `apply`, `put` and `remove` give a new trie that shares all other nodes with the old one, so a fork costs nothing.
 * Nothing is hashed before `root` or a proof asks, and then each node once, however many keys below it changed.
 * Nodes that are not in memory are loaded from `source` by hash when a key leads through them.
 */
export class Trie<V> {
  readonly #loader: TrieLoader<V>
  #node: TrieNode<V> | undefined
  #root: Uint8Array | undefined

  constructor(node: TrieNode<V> | undefined, loader: TrieLoader<V>) {
    this.#node = node
    this.#loader = loader
  }

  /** The trie with the given root, whose nodes are in `source`. */
  static at<V>(root: Uint8Array, codec: ValueCodec<V>, source: NodeSource): Trie<V> {
    return new Trie(Word.equals(root, emptyRoot) ? undefined : Node.unloaded(root), new TrieLoader(codec, source))
  }

  /** Whether the trie has no entries. */
  get isEmpty(): boolean {
    return this.#node === undefined
  }

  /** The root hash. */
  root(): Uint8Array {
    this.#root ??= this.#computeRoot()
    return this.#root
  }

  /** The value under `key`. */
  get(key: Uint8Array): V | undefined {
    const end = this.#walk(key).at(-1)
    return end?.kind === 'leaf' && end.reaches ? end.node.value : undefined
  }

  /** The trie in which `key` has `value`. */
  put(key: Uint8Array, value: V): Trie<V> {
    return this.apply([{ key, value }])
  }

  /** The trie without `key`: this one if it isn't there. */
  remove(key: Uint8Array): Trie<V> {
    return this.apply([{ key, value: undefined }])
  }

  /** The trie after changes in ascending order of their keys. */
  apply(changes: readonly TrieChange<V>[]): Trie<V> {
    const keys = changes.map(({ key }) => key)
    return this.update(keys, (index) => changes[index]!.value)
  }

  /**
   * The trie in which keys, in ascending order, have what `valueAfter` makes of their values: every node on their ways is
   * read and made anew once. This trie if nothing changes.
   */
  update(keys: readonly Uint8Array[], valueAfter: ValueAfter<V>): Trie<V> {
    assertAscending(keys)
    if (this.#node !== undefined && keys.length > 0) this.#loadRoot()
    const node = new TrieUpdate(keys, valueAfter, this.#loader).applyTo(this.#node)
    return node === this.#node ? this : new Trie(node, this.#loader)
  }

  /** The encoded nodes on the way to `key`, root first, without those embedded in their parent: a proof of its value or absence. */
  nodesTo(key: Uint8Array): Uint8Array[] {
    return this.#walk(key)
      .filter((step, index) => index === 0 || Node.isHash(Node.referenceOf(step.node, this.#codec)))
      .map((step) => new Uint8Array(Node.encode(step.node, this.#codec)))
  }

  /**
   * The node, besides those on the way, that removing `key` reads: the last other child of the branch above it, which is
   * merged upwards. Undefined if `key` is absent, the branch keeps two children, or that child is embedded in the branch.
   */
  removalSibling(key: Uint8Array): Uint8Array | undefined {
    const path = this.#walk(key)
    const end = path.at(-1)
    const parent = path.at(-2)
    if (end?.kind !== 'leaf' || !end.reaches || parent?.node.kind !== 'branch') return undefined
    const others = this.#childrenOf(parent.node).filter((child) => child !== end.node)
    if (others.length !== 1) return undefined
    const sibling = this.#loader.load(others[0]!)
    const isEmbedded = !Node.isHash(Node.referenceOf(sibling, this.#codec))
    return isEmbedded ? undefined : new Uint8Array(Node.encode(sibling, this.#codec))
  }

  /** All entries in the order of their keys. */
  *entries(): Generator<[key: Uint8Array, value: V]> {
    if (this.#node !== undefined) yield* this.#entriesBelow(this.#node, [])
  }

  /** Hands the records of all nodes that are not in the source yet to `put`. They count as stored from then on. */
  persist(put: RecordSink): void {
    if (this.#node !== undefined) this.#persistBelow(this.#node, put)
  }

  /**
   * The values, each loaded if it is asked for, below all records whose hash `enter` says yes to, root first: a walk over
   * the tries that share records.
   */
  *valuesWhere(enter: (hash: Uint8Array) => boolean): Generator<() => V> {
    if (this.#node !== undefined && enter(this.root())) yield* this.#valuesBelow(this.#node, enter)
  }

  #computeRoot(): Uint8Array {
    if (this.#node === undefined) return emptyRoot
    const reference = Node.referenceOf(this.#node, this.#codec)
    if (Node.isHash(reference)) return reference
    return Keccak.keccak256(reference) // only the root is hashed however short it is
  }

  /** The nodes on the way to `key`; the last one says by `reaches` whether it is the leaf of `key`. */
  #walk(key: Uint8Array): PathStep<V>[] {
    assertKey(key)
    const path: PathStep<V>[] = []
    let depth = 0
    let node = this.#node === undefined ? undefined : this.#loadRoot()
    while (node !== undefined) {
      if (node.kind === 'branch') {
        path.push({ kind: 'branch', node, reaches: false })
        node = this.#loader.child(node, Nibbles.at(key, depth))
        depth++
        continue
      }
      const reaches = Nibbles.countCommonWithKey(node.path, key, depth) === node.path.length
      if (node.kind === 'leaf') {
        path.push({ kind: 'leaf', node, reaches })
        break
      }
      path.push({ kind: 'extension', node, reaches: false })
      depth += node.path.length
      node = reaches ? this.#loader.onlyChild(node) : undefined
    }
    return path
  }

  *#entriesBelow(node: TrieNode<V>, prefix: readonly number[]): Generator<[Uint8Array, V]> {
    const loaded = this.#loader.load(node)
    if (loaded.kind === 'branch') {
      for (let nibble = 0; nibble < 16; nibble++) {
        const child = Node.childAt(loaded, nibble, this.#codec)
        if (child !== undefined) yield* this.#entriesBelow(child, [...prefix, nibble])
      }
    } else if (loaded.kind === 'extension') {
      yield* this.#entriesBelow(loaded.child, [...prefix, ...loaded.path])
    } else {
      yield [Nibbles.toKey([...prefix, ...loaded.path]), loaded.value]
    }
  }

  /** Loads without remembering, so that a walk over a whole state doesn't keep it in memory. */
  *#valuesBelow(node: TrieNode<V>, enter: (hash: Uint8Array) => boolean): Generator<() => V> {
    if (Node.isLeaf(node)) return yield () => this.#valueOf(node)
    const loaded = this.#loader.load(node)
    if (loaded.kind === 'leaf') return yield () => loaded.value
    for (const child of loaded.kind === 'branch' ? this.#childrenOf(loaded) : [loaded.child]) {
      const reference = Node.referenceOf(child, this.#codec)
      if (!Node.isLeaf(child) && Node.isHash(reference) && !enter(reference)) continue
      yield* this.#valuesBelow(child, enter)
    }
  }

  #valueOf(leaf: TrieNode<V>): V {
    const loaded = this.#loader.load(leaf)
    if (loaded.kind !== 'leaf') throw new TrieNodeError('is no leaf', loaded.reference!)
    return loaded.value
  }

  #persistBelow(node: TrieNode<V>, put: RecordSink, parent?: LoadedNode<V>): void {
    if (node.kind === 'unloaded' || node.stored) return
    if (node.kind === 'branch') {
      for (const child of node.children) if (child) this.#persistBelow(child, put, node)
    } else if (node.kind === 'extension') {
      this.#persistBelow(node.child, put, node)
    } else {
      this.#codec.persist?.(node.value, put)
    }
    node.stored = true
    if (node.kind === 'leaf' && parent !== undefined) return // it is in its parent's record
    const reference = parent === undefined ? this.root() : Node.referenceOf(node, this.#codec)
    if (Node.isHash(reference)) put(reference, Node.recordOf(node, this.#codec))
  }

  get #codec(): ValueCodec<V> {
    return this.#loader.codec
  }

  /** The children that a branch has, without loading them. */
  #childrenOf(branch: Node.Branch<V>): TrieNode<V>[] {
    const children: TrieNode<V>[] = []
    for (let nibble = 0; nibble < 16; nibble++) {
      const child = Node.childAt(branch, nibble, this.#codec)
      if (child !== undefined) children.push(child)
    }
    return children
  }

  #loadRoot(): LoadedNode<V> {
    const loaded = this.#loader.load(this.#node!)
    this.#node = loaded
    return loaded
  }
}

type PathStep<V> =
  | { kind: 'leaf'; node: Node.Leaf<V>; reaches: boolean }
  | { kind: 'extension'; node: Node.Extension<V>; reaches: boolean }
  | { kind: 'branch'; node: Node.Branch<V>; reaches: boolean }

/** Refuses a key of another length. */
export function assertKey(key: Uint8Array): void {
  if (key.length !== 32) throw new RangeError(`A trie key has 32 bytes, not ${key.length}.`)
}

function assertAscending(keys: readonly Uint8Array[]): void {
  let before: Uint8Array | undefined
  for (const key of keys) {
    assertKey(key)
    if (before !== undefined && Word.compare(before, key) >= 0) throw new KeyOrderError(key)
    before = key
  }
}

/** Keys came in another order than ascending. */
export class KeyOrderError extends RangeError {
  override readonly name = 'KeyOrderError'
  constructor(key: Uint8Array) {
    super(`Trie keys must ascend: ${Buffer.from(key).toString('hex')} came too late.`)
  }
}
