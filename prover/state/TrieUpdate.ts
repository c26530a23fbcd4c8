import * as Nibbles from '../commitment/Nibbles.ts'
import type { LoadedNode, TrieNode } from './TrieNode.ts'
import * as Node from './TrieNode.ts'

/** What a key gets: a value, or undefined to remove it. */
export interface TrieChange<V> {
  readonly key: Uint8Array
  readonly value: V | undefined
}

/**
 * One descent through a trie for many changes: below every node it goes on with those changes, a range of the sorted
 * list, whose keys lead there. A node on their ways is made once; all others are shared with the trie before.
 */
export class TrieUpdate<V> {
  readonly #changes: readonly TrieChange<V>[]
  readonly #load: (node: TrieNode<V>) => LoadedNode<V>

  /** INVARIANT: the keys ascend, and each one that is removed is present. */
  constructor(changes: readonly TrieChange<V>[], load: (node: TrieNode<V>) => LoadedNode<V>) {
    this.#changes = changes
    this.#load = load
  }

  /** The root after all changes; undefined if nothing is left. */
  applyTo(root: TrieNode<V> | undefined): TrieNode<V> | undefined {
    return this.#below(root, 0, this.#changes.length, 0)
  }

  /** The node at `depth` nibbles after the changes in [from, to), of which there is at least one. */
  #below(node: TrieNode<V> | undefined, from: number, to: number, depth: number): TrieNode<V> | undefined {
    if (node === undefined) return grow(this.#changes, from, to, depth)
    const loaded = this.#load(node)
    if (loaded.kind === 'leaf') return this.#belowLeaf(loaded, from, to, depth)
    if (loaded.kind === 'branch') return this.#belowBranch(loaded.children, from, to, depth)
    return this.#belowExtension(loaded, from, to, depth)
  }

  #belowLeaf(leaf: Node.Leaf<V>, from: number, to: number, depth: number): TrieNode<V> | undefined {
    const key = Nibbles.replaceFrom(this.#changes[from]!.key, depth, leaf.path)
    const changes = this.#changes.slice(from, to)
    const index = changes.findIndex((change) => Buffer.compare(change.key, key) >= 0)
    const isChanged = index >= 0 && Buffer.compare(changes[index]!.key, key) === 0
    if (!isChanged) changes.splice(index < 0 ? changes.length : index, 0, { key, value: leaf.value })
    else if (changes[index]!.value === undefined) changes.splice(index, 1)
    return changes.length === 0 ? undefined : grow(changes, 0, changes.length, depth)
  }

  #belowExtension(node: Node.Extension<V>, from: number, to: number, depth: number): TrieNode<V> | undefined {
    const { path, child } = node
    // Sorted keys between the first and the last one share at least what these two share with the path.
    const common = Math.min(
      Nibbles.countCommonWithKey(path, this.#changes[from]!.key, depth),
      Nibbles.countCommonWithKey(path, this.#changes[to - 1]!.key, depth),
    )
    if (common === path.length) {
      const after = this.#below(child, from, to, depth + common)
      return after === undefined ? undefined : this.#prepend(path, after)
    }
    const children: (TrieNode<V> | undefined)[] = new Array(16).fill(undefined)
    children[path[common]!] = Node.extension(path.slice(common + 1), child)
    const branch = this.#belowBranch(children, from, to, depth + common)
    return branch === undefined ? undefined : this.#prepend(path.slice(0, common), branch)
  }

  /** The branch of `before` at `depth` after the changes, or what a branch with fewer than two children turns into. */
  #belowBranch(
    before: readonly (TrieNode<V> | undefined)[],
    from: number,
    to: number,
    depth: number,
  ): TrieNode<V> | undefined {
    const children = before.slice()
    for (let first = from; first < to; ) {
      const nibble = Nibbles.at(this.#changes[first]!.key, depth)
      const end = endOfNibble(this.#changes, first, to, depth)
      children[nibble] = this.#below(children[nibble], first, end, depth + 1)
      first = end
    }
    const only = onlyChild(children)
    if (only === undefined) return Node.branch(children)
    return only < 0 ? undefined : this.#prepend(Uint8Array.of(only), children[only]!)
  }

  /** `node` with `path` before it: paths merge, a branch gets an extension. */
  #prepend(path: Uint8Array, node: TrieNode<V>): TrieNode<V> {
    if (path.length === 0) return node
    const loaded = this.#load(node)
    if (loaded.kind === 'branch') return Node.extension(path, loaded)
    const joined = Nibbles.join(path, loaded.path)
    return loaded.kind === 'leaf' ? Node.leaf(joined, loaded.value) : Node.extension(joined, loaded.child)
  }
}

/** The subtree at `depth` of nothing but the values of the changes in [from, to). INVARIANT: none of them removes. */
function grow<V>(changes: readonly TrieChange<V>[], from: number, to: number, depth: number): TrieNode<V> {
  const { key, value } = changes[from]!
  if (to - from === 1) return Node.leaf(Nibbles.ofKey(key, depth, 2 * key.length), value!)
  const fork = Nibbles.countCommonOfKeys(key, changes[to - 1]!.key)
  const children: (TrieNode<V> | undefined)[] = new Array(16).fill(undefined)
  for (let first = from; first < to; ) {
    const end = endOfNibble(changes, first, to, fork)
    children[Nibbles.at(changes[first]!.key, fork)] = grow(changes, first, end, fork + 1)
    first = end
  }
  return Node.extension(Nibbles.ofKey(key, depth, fork), Node.branch(children))
}

/** The end of the changes in [from, to) that have the first one's nibble at `depth`. */
function endOfNibble(changes: readonly TrieChange<unknown>[], from: number, to: number, depth: number): number {
  const nibble = Nibbles.at(changes[from]!.key, depth)
  let end = from + 1
  while (end < to && Nibbles.at(changes[end]!.key, depth) === nibble) end++
  return end
}

/** The index of the only child, -1 if there is none, undefined if there are more. */
function onlyChild(children: readonly unknown[]): number | undefined {
  let only = -1
  for (let index = 0; index < 16; index++) {
    if (children[index] === undefined) continue
    if (only >= 0) return undefined
    only = index
  }
  return only
}
