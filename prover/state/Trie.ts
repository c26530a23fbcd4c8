import * as Keccak from '../commitment/Keccak.ts'
import * as Nibbles from '../commitment/Nibbles.ts'
import type { LoadedNode, NodeSink, NodeSource, TrieNode, ValueCodec } from './TrieNode.ts'
import * as Node from './TrieNode.ts'

/** Root of the trie without entries: keccak256(0x80). */
export const emptyRoot: Uint8Array = Keccak.keccak256(Uint8Array.of(0x80))

/**
 * Ethereum's Merkle Patricia trie over keys of 32 bytes that are hashes already ("secure" trie).
 *
 * Immutable: `put` and `remove` give a new trie that shares all other nodes with the old one, so a fork costs nothing.
 * Nothing is hashed before `root` or a proof asks, and then each node once, however many keys below it changed.
 * Nodes that are not in memory are loaded from `source` by hash when a key leads through them.
 */
export class Trie<V> {
  readonly #codec: ValueCodec<V>
  readonly #source: NodeSource
  #node: TrieNode<V> | undefined
  #root: Uint8Array | undefined

  constructor(node: TrieNode<V> | undefined, codec: ValueCodec<V>, source: NodeSource) {
    this.#node = node
    this.#codec = codec
    this.#source = source
  }

  /** The trie with the given root, whose nodes are in `source`. */
  static at<V>(root: Uint8Array, codec: ValueCodec<V>, source: NodeSource): Trie<V> {
    return new Trie<V>(Buffer.compare(root, emptyRoot) === 0 ? undefined : Node.unloaded(root), codec, source)
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
    return new Trie(this.#insert(this.#node, toNibbles(key), 0, value), this.#codec, this.#source)
  }

  /** The trie without `key`: this one if it isn't there. */
  remove(key: Uint8Array): Trie<V> {
    if (this.get(key) === undefined) return this
    return new Trie(this.#delete(this.#node!, toNibbles(key), 0), this.#codec, this.#source)
  }

  /** The encoded nodes on the way to `key`, root first, without those embedded in their parent: a proof of its value or absence. */
  nodesTo(key: Uint8Array): Uint8Array[] {
    return this.#walk(key)
      .filter((step, index) => index === 0 || Node.isHashReference(Node.referenceOf(step.node, this.#codec)))
      .map((step) => Node.encode(step.node, this.#codec))
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
    const others = parent.node.children.flatMap((child, index) => (child && child !== end.node ? [index] : []))
    if (others.length !== 1) return undefined
    const sibling = this.#childOf(parent.node, others[0]!)!
    return Node.isHashReference(Node.referenceOf(sibling, this.#codec)) ? Node.encode(sibling, this.#codec) : undefined
  }

  /** All entries in the order of their keys. */
  *entries(): Generator<[key: Uint8Array, value: V]> {
    if (this.#node !== undefined) yield* this.#entriesBelow(this.#node, [])
  }

  /** Hands every node that is not in the source yet to `put`. They count as stored from then on. */
  persist(put: NodeSink): void {
    if (this.#node !== undefined) this.#persistBelow(this.#node, put, true)
  }

  /** The values below all nodes whose hash `enter` says yes to, root first: a walk over the tries that share nodes. */
  *valuesWhere(enter: (hash: Uint8Array) => boolean): Generator<V> {
    if (this.#node === undefined || !enter(this.root())) return
    yield* this.#valuesBelow(this.#load(this.#node), enter)
  }

  #computeRoot(): Uint8Array {
    if (this.#node === undefined) return emptyRoot
    const reference = Node.referenceOf(this.#node, this.#codec)
    if (Node.isHashReference(reference)) return reference.slice(1)
    return Keccak.keccak256(reference) // only the root is hashed however short it is
  }

  /** The nodes on the way to `key`; the last one says by `reaches` whether it is the leaf of `key`. */
  #walk(key: Uint8Array): PathStep<V>[] {
    const nibbles = toNibbles(key)
    const path: PathStep<V>[] = []
    let depth = 0
    let node = this.#node === undefined ? undefined : this.#loadRoot()
    while (node !== undefined) {
      if (node.kind === 'branch') {
        path.push({ kind: 'branch', node, reaches: false })
        node = this.#childOf(node, nibbles[depth]!)
        depth++
        continue
      }
      const reaches = Nibbles.countCommon(node.path, nibbles, depth) === node.path.length
      if (node.kind === 'leaf') {
        path.push({ kind: 'leaf', node, reaches })
        break
      }
      path.push({ kind: 'extension', node, reaches: false })
      depth += node.path.length
      node = reaches ? this.#onlyChildOf(node) : undefined
    }
    return path
  }

  #insert(node: TrieNode<V> | undefined, nibbles: Uint8Array, depth: number, value: V): TrieNode<V> {
    if (node === undefined) return Node.leaf(nibbles.slice(depth), value)
    const loaded = this.#load(node)
    if (loaded.kind === 'branch') {
      const children = loaded.children.slice()
      const index = nibbles[depth]!
      children[index] = this.#insert(children[index], nibbles, depth + 1, value)
      return Node.branch(children)
    }
    const common = Nibbles.countCommon(loaded.path, nibbles, depth)
    if (common === loaded.path.length) {
      if (loaded.kind === 'leaf') return Node.leaf(loaded.path, value)
      return Node.extension(loaded.path, this.#insert(loaded.child, nibbles, depth + common, value))
    }
    const children: (TrieNode<V> | undefined)[] = new Array(16).fill(undefined)
    const rest = loaded.path.slice(common + 1)
    children[loaded.path[common]!] =
      loaded.kind === 'leaf' ? Node.leaf(rest, loaded.value) : Node.extension(rest, loaded.child)
    children[nibbles[depth + common]!] = Node.leaf(nibbles.slice(depth + common + 1), value)
    return Node.extension(loaded.path.slice(0, common), Node.branch(children))
  }

  /** INVARIANT: the key is present. Undefined if nothing is left. */
  #delete(node: TrieNode<V>, nibbles: Uint8Array, depth: number): TrieNode<V> | undefined {
    const loaded = this.#load(node)
    if (loaded.kind === 'leaf') return undefined
    if (loaded.kind === 'extension') {
      const child = this.#delete(loaded.child, nibbles, depth + loaded.path.length)!
      return this.#prepend(loaded.path, child)
    }
    const index = nibbles[depth]!
    const children = loaded.children.slice()
    children[index] = this.#delete(children[index]!, nibbles, depth + 1)
    if (children[index] !== undefined) return Node.branch(children)
    const left = children.flatMap((child, at) => (child === undefined ? [] : [at]))
    if (left.length > 1) return Node.branch(children)
    return this.#prepend(Uint8Array.of(left[0]!), this.#childOf(loaded, left[0]!)!)
  }

  /** `node` with `path` before it: paths merge, a branch gets an extension. */
  #prepend(path: Uint8Array, node: TrieNode<V>): TrieNode<V> {
    const loaded = this.#load(node)
    if (loaded.kind === 'branch') return Node.extension(path, loaded)
    const joined = Nibbles.join(path.subarray(0, -1), path.at(-1)!, loaded.path)
    return loaded.kind === 'leaf' ? Node.leaf(joined, loaded.value) : Node.extension(joined, loaded.child)
  }

  *#entriesBelow(node: TrieNode<V>, prefix: readonly number[]): Generator<[Uint8Array, V]> {
    const loaded = this.#load(node)
    if (loaded.kind === 'branch') {
      for (const [index, child] of loaded.children.entries()) {
        if (child !== undefined) yield* this.#entriesBelow(child, [...prefix, index])
      }
    } else if (loaded.kind === 'extension') {
      yield* this.#entriesBelow(loaded.child, [...prefix, ...loaded.path])
    } else {
      yield [Nibbles.toKey([...prefix, ...loaded.path]), loaded.value]
    }
  }

  /** Loads without remembering, so that a walk over a whole state doesn't keep it in memory. */
  *#valuesBelow(node: LoadedNode<V>, enter: (hash: Uint8Array) => boolean): Generator<V> {
    if (node.kind === 'leaf') {
      yield node.value
      return
    }
    for (const child of node.kind === 'branch' ? node.children : [node.child]) {
      if (child === undefined) continue
      const reference = Node.referenceOf(child, this.#codec)
      if (Node.isHashReference(reference) && !enter(reference.slice(1))) continue
      yield* this.#valuesBelow(this.#load(child), enter)
    }
  }

  #persistBelow(node: TrieNode<V>, put: NodeSink, isRoot: boolean): void {
    if (node.kind === 'unloaded' || node.stored) return
    if (node.kind === 'branch') {
      for (const child of node.children) if (child !== undefined) this.#persistBelow(child, put, false)
    } else if (node.kind === 'extension') {
      this.#persistBelow(node.child, put, false)
    } else {
      this.#codec.persist?.(node.value, put)
    }
    const reference = Node.referenceOf(node, this.#codec)
    if (isRoot) put(this.root(), Node.encode(node, this.#codec))
    else if (Node.isHashReference(reference)) put(reference.slice(1), Node.encode(node, this.#codec))
    node.stored = true
  }

  #loadRoot(): LoadedNode<V> {
    const loaded = this.#load(this.#node!)
    this.#node = loaded
    return loaded
  }

  #childOf(parent: Node.Branch<V>, index: number): LoadedNode<V> | undefined {
    const child = parent.children[index]
    if (child === undefined) return undefined
    const loaded = this.#load(child)
    parent.children[index] = loaded
    return loaded
  }

  #onlyChildOf(parent: Node.Extension<V>): LoadedNode<V> {
    const loaded = this.#load(parent.child)
    parent.child = loaded
    return loaded
  }

  #load(node: TrieNode<V>): LoadedNode<V> {
    if (node.kind !== 'unloaded') return node
    const hash = node.reference.subarray(1)
    const encoded = this.#source.node(hash)
    if (encoded === undefined) throw new TrieNodeError('is not in the store', hash)
    if (Buffer.compare(Keccak.keccak256(encoded), hash) !== 0) throw new TrieNodeError('has other content', hash)
    const loaded = Node.decode(encoded, this.#codec)
    loaded.reference = Node.isHashReference(node.reference) && encoded.length >= 32 ? node.reference : undefined
    return loaded
  }
}

type PathStep<V> =
  | { kind: 'leaf'; node: Node.Leaf<V>; reaches: boolean }
  | { kind: 'extension'; node: Node.Extension<V>; reaches: boolean }
  | { kind: 'branch'; node: Node.Branch<V>; reaches: boolean }

function toNibbles(key: Uint8Array): Uint8Array {
  if (key.length !== 32) throw new RangeError(`A trie key has 32 bytes, not ${key.length}.`)
  return Nibbles.fromKey(key)
}

/** A node that a trie refers to can't be read: the store is damaged, or the trie is older than its pruning. */
export class TrieNodeError extends Error {
  override readonly name = 'TrieNodeError'
  constructor(what: string, hash: Uint8Array) {
    super(`Trie node ${Buffer.from(hash).toString('hex')} ${what}.`)
  }
}
