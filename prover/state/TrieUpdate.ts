import * as Nibbles from '../commitment/Nibbles.ts'
import * as Word from '../commitment/Word.ts'
import type { TrieLoader } from './TrieLoader.ts'
import type { TrieNode } from './TrieNode.ts'
import * as Node from './TrieNode.ts'

/** What a key gets: a value, or undefined to remove it. */
export interface TrieChange<V> {
  readonly key: Uint8Array
  readonly value: V | undefined
}

/** The value that a key of a list gets, or undefined to remove it, by the one that it has. */
export type ValueAfter<V> = (index: number, before: V | undefined) => V | undefined

interface Entry<V> {
  readonly key: Uint8Array
  readonly value: V
}

/**
 * One descent through a trie for many keys: below every node it goes on with those, a range of the sorted list, that lead
 * there. A node on their ways is made once; all others, and those below which nothing changes, are those of the trie before.
 */
export class TrieUpdate<V> {
  readonly #keys: readonly Uint8Array[]
  readonly #valueAfter: ValueAfter<V>
  readonly #loader: TrieLoader<V>

  /** INVARIANT: the keys ascend. */
  constructor(keys: readonly Uint8Array[], valueAfter: ValueAfter<V>, loader: TrieLoader<V>) {
    this.#keys = keys
    this.#valueAfter = valueAfter
    this.#loader = loader
  }

  /** The root after all changes: `root` itself if there is none, undefined if nothing is left. */
  applyTo(root: TrieNode<V> | undefined): TrieNode<V> | undefined {
    return this.#keys.length === 0 ? root : this.#below(root, 0, this.#keys.length, 0)
  }

  /** The node at `depth` nibbles after the changes of the keys in [from, to), of which there is at least one. */
  #below(node: TrieNode<V> | undefined, from: number, to: number, depth: number): TrieNode<V> | undefined {
    if (node === undefined) {
      const entries: Entry<V>[] = []
      for (let index = from; index < to; index++) this.#collect(entries, index, undefined)
      return grow(entries, 0, entries.length, depth)
    }
    const loaded = this.#loader.load(node)
    if (loaded.kind === 'leaf') return this.#belowLeaf(loaded, from, to, depth)
    if (loaded.kind === 'branch') return this.#belowBranch(loaded, from, to, depth)
    return this.#belowExtension(loaded, from, to, depth)
  }

  #belowLeaf(leaf: Node.Leaf<V>, from: number, to: number, depth: number): TrieNode<V> | undefined {
    const key = Nibbles.replaceFrom(this.#keys[from]!, depth, leaf.path)
    const entries: Entry<V>[] = []
    let isPast = false
    for (let index = from; index < to; index++) {
      const order = isPast ? 1 : Word.compare(this.#keys[index]!, key)
      if (order > 0 && !isPast) entries.push({ key, value: leaf.value })
      if (order >= 0) isPast = true
      this.#collect(entries, index, order === 0 ? leaf.value : undefined)
    }
    if (!isPast) entries.push({ key, value: leaf.value })
    const [first] = entries
    if (entries.length === 1 && first!.value === leaf.value && Word.equals(first!.key, key)) return leaf
    return grow(entries, 0, entries.length, depth)
  }

  #collect(entries: Entry<V>[], index: number, before: V | undefined): void {
    const value = this.#valueAfter(index, before)
    if (value !== undefined) entries.push({ key: this.#keys[index]!, value })
  }

  #belowExtension(node: Node.Extension<V>, from: number, to: number, depth: number): TrieNode<V> | undefined {
    const { path } = node
    // Sorted keys between the first and the last one share at least what these two share with the path.
    const common = Math.min(
      Nibbles.countCommonWithKey(path, this.#keys[from]!, depth),
      Nibbles.countCommonWithKey(path, this.#keys[to - 1]!, depth),
    )
    if (common === path.length) {
      const child = this.#loader.onlyChild(node)
      const after = this.#below(child, from, to, depth + common)
      if (after === child) return node
      return after === undefined ? undefined : this.#prepend(path, after)
    }
    const children: Node.Child<V>[] = new Array(16).fill(undefined)
    children[path[common]!] = Node.extension(path.slice(common + 1), node.child)
    const split = Node.branch(children)
    const after = this.#belowBranch(split, from, to, depth + common, true) // nothing may come into it
    if (after === split) return node
    return after === undefined ? undefined : this.#prepend(path.slice(0, common), after)
  }

  /** The branch at `depth` after the changes, or what a branch with fewer than two children turns into. */
  #belowBranch(
    branch: Node.Branch<V>,
    from: number,
    to: number,
    depth: number,
    mayCollapse = false,
  ): TrieNode<V> | undefined {
    let children: Node.Child<V>[] | undefined
    for (let first = from; first < to; ) {
      const nibble = Nibbles.at(this.#keys[first]!, depth)
      let end = first + 1
      while (end < to && Nibbles.at(this.#keys[end]!, depth) === nibble) end++
      const child = this.#loader.child(branch, nibble)
      const after = this.#below(child, first, end, depth + 1)
      if (after !== child) {
        children ??= branch.children.slice()
        children[nibble] = after
        mayCollapse ||= after === undefined
      }
      first = end
    }
    if (children === undefined) return branch
    const changed = Node.branch(children, branch)
    return mayCollapse ? this.#collapse(changed) : changed
  }

  /** `branch`, or what takes its place if it has fewer than two children. */
  #collapse(branch: Node.Branch<V>): TrieNode<V> | undefined {
    const nibbles: number[] = []
    for (let nibble = 0; nibble < 16 && nibbles.length < 2; nibble++) {
      if (Node.childAt(branch, nibble, this.#loader.codec) !== undefined) nibbles.push(nibble)
    }
    const [only] = nibbles
    if (nibbles.length === 2) return branch
    return only === undefined ? undefined : this.#prepend(Uint8Array.of(only), this.#loader.child(branch, only)!)
  }

  /** `node` with `path` before it: paths merge, a branch gets an extension. */
  #prepend(path: Uint8Array, node: TrieNode<V>): TrieNode<V> {
    if (path.length === 0) return node
    const loaded = this.#loader.load(node)
    if (loaded.kind === 'branch') return Node.extension(path, loaded)
    const joined = Nibbles.join(path, loaded.path)
    return loaded.kind === 'leaf' ? Node.leaf(joined, loaded.value) : Node.extension(joined, loaded.child)
  }
}

/** The subtree at `depth` of nothing but the entries in [from, to). */
function grow<V>(entries: readonly Entry<V>[], from: number, to: number, depth: number): TrieNode<V> | undefined {
  if (from === to) return undefined
  const { key, value } = entries[from]!
  if (to - from === 1) return Node.leaf(Nibbles.ofKey(key, depth, 2 * key.length), value)
  const fork = Nibbles.countCommonOfKeys(key, entries[to - 1]!.key)
  const children: Node.Child<V>[] = new Array(16).fill(undefined)
  for (let first = from; first < to; ) {
    const nibble = Nibbles.at(entries[first]!.key, fork)
    let end = first + 1
    while (end < to && Nibbles.at(entries[end]!.key, fork) === nibble) end++
    children[nibble] = grow(entries, first, end, fork + 1)
    first = end
  }
  return Node.extension(Nibbles.ofKey(key, depth, fork), Node.branch(children))
}
