/**
 * An authenticated map from 32-byte keys to values: a compressed binary trie whose inner nodes hash their absolute bit
 * index, so that its root depends on the entries alone (S-10 to S-15). Two halves: the trie itself, which is persistent
 * (a change copies one path, old versions stay valid) and hashes nothing before `root` or `prove` asks; and `Opening`,
 * a checked proof, the twin of src/commitment/Dictionary.sol.
 *
 * @example
 * const dictionary = Dictionary.put(Dictionary.empty, key, value)
 * const opening = Dictionary.open(new Witness.Reader(Dictionary.prove(dictionary, key)), Dictionary.root(dictionary), key)
 */
import * as Witness from '../machine/Witness.ts'
import { keccak256 } from './Keccak.ts'
import * as Word from './Word.ts'

const leafTag = Word.fromText('DictionaryLeaf')
const nodeTag = Word.fromText('DictionaryNode')

/** The root of the dictionary without entries. */
export const emptyRoot: Uint8Array = keccak256(Word.fromText('DictionaryEmpty'))

/** What the path of a key ends in: nothing at all, the leaf of another key, or the key's own leaf. */
export const forms = { empty: 0, other: 1, present: 2 } as const

/** A value that is more than a word: its digest stands in the leaf, its record stands in a witness. */
export interface Record {
  digest(): Uint8Array
  encode(): Uint8Array
}

/** What a leaf holds: a word, or something that has one. */
export type Value = Uint8Array | Record

interface Leaf<V> {
  readonly bitIndex: 256
  readonly key: Uint8Array
  readonly value: V
  hash: Uint8Array | undefined
}

interface Branch<V> {
  /** The first bit in which keys below differ, 0 being the most significant. */
  readonly bitIndex: number
  readonly left: Node<V>
  readonly right: Node<V>
  hash: Uint8Array | undefined
}

type Node<V> = Leaf<V> | Branch<V>

/** An immutable dictionary. */
export type Dictionary<V extends Value> = Node<V> | undefined

/** The dictionary without entries. */
export const empty: Dictionary<never> = undefined

/** The value of `key`, or undefined. */
export function get<V extends Value>(dictionary: Dictionary<V>, key: Uint8Array): V | undefined {
  const leaf = reach(dictionary, key)
  return leaf !== undefined && Word.equals(leaf.key, key) ? leaf.value : undefined
}

/** The dictionary with `value` at `key`. */
export function put<V extends Value>(dictionary: Dictionary<V>, key: Uint8Array, value: V): Dictionary<V> {
  const leaf: Leaf<V> = { bitIndex: 256, key, value, hash: undefined }
  const reached = reach(dictionary, key)
  if (dictionary === undefined || reached === undefined) return leaf
  return graft(dictionary, leaf, firstDifference(key, reached.key))
}

/** The dictionary without `key`; the same object if it has no such key. */
export function remove<V extends Value>(dictionary: Dictionary<V>, key: Uint8Array): Dictionary<V> {
  if (dictionary === undefined) return undefined
  if (isLeaf(dictionary)) return Word.equals(dictionary.key, key) ? undefined : dictionary
  const right = isRight(key, dictionary.bitIndex)
  const child = right ? dictionary.right : dictionary.left
  const changed = remove(child, key)
  if (changed === child) return dictionary
  // The node of a vanished leaf vanishes too: its other child takes its place.
  if (changed === undefined) return right ? dictionary.left : dictionary.right
  return withChild(dictionary, right, changed)
}

/** The dictionary of entries that are given in strictly increasing order of their keys; O(n). */
export function fromSorted<V extends Value>(entries: readonly (readonly [Uint8Array, V])[]): Dictionary<V> {
  for (let index = 1; index < entries.length; index++) assertOrder(entries[index - 1]![0], entries[index]![0])
  const build = (from: number, to: number): Node<V> => {
    const [key, value] = entries[from]!
    if (to - from === 1) return { bitIndex: 256, key, value, hash: undefined }
    const bitIndex = firstDifference(key, entries[to - 1]![0])
    // The first entry of the right half, by bisection: in [from, to) the bit is 0 first, then 1.
    let low = from + 1
    let high = to - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (isRight(entries[middle]![0], bitIndex)) high = middle
      else low = middle + 1
    }
    return { bitIndex, left: build(from, low), right: build(low, to), hash: undefined }
  }
  return entries.length === 0 ? undefined : build(0, entries.length)
}

/** Refuses keys that do not strictly increase. */
export function assertOrder(before: Uint8Array, key: Uint8Array): void {
  if (Word.compare(before, key) >= 0) throw new DictionaryOrderError(before, key)
}

/** The entries in increasing order of their keys. */
export function* entries<V extends Value>(dictionary: Dictionary<V>): Generator<[Uint8Array, V]> {
  if (dictionary === undefined) return
  if (isLeaf(dictionary)) {
    yield [dictionary.key, dictionary.value]
  } else {
    yield* entries(dictionary.left)
    yield* entries(dictionary.right)
  }
}

/** The entry with the smallest key, or undefined. */
export function leftmost<V extends Value>(dictionary: Dictionary<V>): [Uint8Array, V] | undefined {
  let node = dictionary
  while (node !== undefined && !isLeaf(node)) node = node.left
  return node === undefined ? undefined : [node.key, node.value]
}

/** The root; each node is hashed at most once in its life. */
export function root<V extends Value>(dictionary: Dictionary<V>): Uint8Array {
  return dictionary === undefined ? emptyRoot : hashOf(dictionary)
}

/** The proof of what the dictionary has at `key`, in the form that `open` reads. */
export function prove<V extends Value>(dictionary: Dictionary<V>, key: Uint8Array): Uint8Array {
  const writer = new Witness.Writer()
  const path: { bitIndex: number; sibling: Uint8Array }[] = []
  let node = dictionary
  while (node !== undefined && !isLeaf(node)) {
    const right = isRight(key, node.bitIndex)
    path.push({ bitIndex: node.bitIndex, sibling: hashOf(right ? node.left : node.right) })
    node = right ? node.right : node.left
  }
  if (node === undefined) return writer.u8(forms.empty).bytes()
  if (Word.equals(node.key, key)) {
    writer.u8(forms.present).append(node.value instanceof Uint8Array ? node.value : node.value.encode())
  } else {
    writer.u8(forms.other).word(node.key).word(digestOf(node.value))
  }
  writer.u16(path.length)
  for (const { bitIndex, sibling } of path) writer.u8(bitIndex).word(sibling)
  return writer.bytes()
}

/** A checked proof, from which the roots after a change of its key follow. */
export interface Opening {
  readonly root: Uint8Array
  readonly key: Uint8Array
  /** The value of the key, or undefined if it is absent. */
  readonly value: Uint8Array | undefined
  /** The leaf that the path ends in, or undefined if the dictionary is empty. */
  readonly leaf: { readonly key: Uint8Array; readonly hash: Uint8Array } | undefined
  /** From the root down. */
  readonly path: readonly { readonly bitIndex: number; readonly sibling: Uint8Array }[]
}

/** Checks the proof at the reader that says what `expectedRoot` has at `key`. */
export function open(reader: Witness.Reader, expectedRoot: Uint8Array, key: Uint8Array): Opening {
  const form = reader.u8()
  return openPath(reader, expectedRoot, key, form, form === forms.present ? reader.word() : Word.zero)
}

/** `open` for a caller that has read the form, and for `forms.present` the value, by itself. */
export function openPath(
  reader: Witness.Reader,
  expectedRoot: Uint8Array,
  key: Uint8Array,
  form: number,
  value: Uint8Array,
): Opening {
  if (form === forms.empty) {
    if (!Word.equals(expectedRoot, emptyRoot)) throw new DictionaryProofError('the dictionary is not empty')
    return { root: expectedRoot, key, value: undefined, leaf: undefined, path: [] }
  }
  if (form > forms.present) throw new DictionaryProofError(`form ${form} is not 0, 1 or 2`)
  const leafKey = form === forms.present ? key : reader.word()
  const leafValue = form === forms.present ? value : reader.word()
  if (form === forms.other && Word.equals(leafKey, key)) throw new DictionaryProofError('the other key is the key')

  const path = Array.from({ length: reader.u16() }, () => ({ bitIndex: reader.u8(), sibling: reader.word() }))
  path.forEach(({ bitIndex }, index) => {
    if (index > 0 && bitIndex <= path[index - 1]!.bitIndex)
      throw new DictionaryProofError('bit indices do not increase')
    if (isRight(key, bitIndex) !== isRight(leafKey, bitIndex)) throw new DictionaryProofError('the keys diverge')
  })
  const leaf = { key: leafKey, hash: hashLeaf(leafKey, leafValue) }
  if (!Word.equals(climb(path, key, leaf.hash), expectedRoot)) throw new DictionaryProofError('the root differs')
  return { root: expectedRoot, key, value: form === forms.present ? value : undefined, leaf, path }
}

/** Whether the opened leaf is the one with the smallest key. False if the dictionary is empty. */
export function isLeftmost(opening: Opening): boolean {
  const { leaf, path } = opening
  return leaf !== undefined && path.every(({ bitIndex }) => !isRight(leaf.key, bitIndex))
}

/** The root after the opened key was given `value`. */
export function rootWith(opening: Opening, value: Uint8Array): Uint8Array {
  const { key, leaf, path } = opening
  const hash = hashLeaf(key, value)
  if (leaf === undefined) return hash
  if (opening.value !== undefined) return climb(path, key, hash)
  // The new node stands where the two keys part: below every entry of a smaller bit index.
  const bitIndex = firstDifference(key, leaf.key)
  const above = path.filter((entry) => entry.bitIndex < bitIndex)
  const node = climb(path.slice(above.length), key, leaf.hash)
  return climb([...above, { bitIndex, sibling: node }], key, hash)
}

/** The root after the opened key was removed; the same root if it was not there. */
export function rootWithout(opening: Opening): Uint8Array {
  const { key, path } = opening
  if (opening.value === undefined) return opening.root
  // The deepest node vanishes and its other child takes its place.
  const deepest = path.at(-1)
  return deepest === undefined ? emptyRoot : climb(path.slice(0, -1), key, deepest.sibling)
}

/** The hash of an entry. */
export function hashLeaf(key: Uint8Array, value: Uint8Array): Uint8Array {
  return keccak256(leafPreimageOf(key, value))
}

/** What is hashed of an entry; valid until the next one. */
export function leafPreimageOf(key: Uint8Array, value: Uint8Array): Uint8Array {
  leafPreimage.set(key, 32)
  leafPreimage.set(value, 64)
  return leafPreimage
}

/** The hash of an inner node: keys with a 0 at `bitIndex` (0 = most significant) are below `left`. */
export function hashNode(bitIndex: number, left: Uint8Array, right: Uint8Array): Uint8Array {
  return keccak256(nodePreimageOf(bitIndex, left, 0, right, 0))
}

/** What is hashed of an inner node whose children are the hashes at these offsets; valid until the next one. */
export function nodePreimageOf(
  bitIndex: number,
  left: Uint8Array,
  leftOffset: number,
  right: Uint8Array,
  rightOffset: number,
): Uint8Array {
  nodePreimage[63] = bitIndex
  for (let index = 0; index < 32; index++) nodePreimage[64 + index] = left[leftOffset + index]!
  for (let index = 0; index < 32; index++) nodePreimage[96 + index] = right[rightOffset + index]!
  return nodePreimage
}

const leafPreimage = new Uint8Array(96)
leafPreimage.set(leafTag)
const nodePreimage = new Uint8Array(128)
nodePreimage.set(nodeTag)

function isLeaf<V>(node: Node<V>): node is Leaf<V> {
  return node.bitIndex === 256
}

function digestOf(value: Value): Uint8Array {
  return value instanceof Uint8Array ? value : value.digest()
}

function hashOf<V extends Value>(node: Node<V>): Uint8Array {
  node.hash ??= isLeaf(node)
    ? hashLeaf(node.key, digestOf(node.value))
    : hashNode(node.bitIndex, hashOf(node.left), hashOf(node.right))
  return node.hash
}

/** The leaf that the path of `key` ends in. */
function reach<V>(dictionary: Node<V> | undefined, key: Uint8Array): Leaf<V> | undefined {
  let node = dictionary
  while (node !== undefined && !isLeaf(node)) node = isRight(key, node.bitIndex) ? node.right : node.left
  return node
}

/** Puts `leaf` where its key parts from the keys below, at `bitIndex` (256: it replaces the leaf of its key). */
function graft<V>(node: Node<V>, leaf: Leaf<V>, bitIndex: number): Node<V> {
  if (node.bitIndex === bitIndex) return leaf
  if (node.bitIndex > bitIndex) {
    return isRight(leaf.key, bitIndex)
      ? { bitIndex, left: node, right: leaf, hash: undefined }
      : { bitIndex, left: leaf, right: node, hash: undefined }
  }
  const branch = node as Branch<V>
  const right = isRight(leaf.key, branch.bitIndex)
  return withChild(branch, right, graft(right ? branch.right : branch.left, leaf, bitIndex))
}

function withChild<V>(node: Branch<V>, right: boolean, child: Node<V>): Branch<V> {
  return right
    ? { bitIndex: node.bitIndex, left: node.left, right: child, hash: undefined }
    : { bitIndex: node.bitIndex, left: child, right: node.right, hash: undefined }
}

/** The hash above the entries of a path, starting with the child `hash` of the deepest of them. */
function climb(path: Opening['path'], key: Uint8Array, hash: Uint8Array): Uint8Array {
  return path.reduceRight(
    (child, { bitIndex, sibling }) =>
      isRight(key, bitIndex) ? hashNode(bitIndex, sibling, child) : hashNode(bitIndex, child, sibling),
    hash,
  )
}

/** The index of the first bit in which two keys differ, 256 if they are the same. */
export function firstDifference(key: Uint8Array, otherKey: Uint8Array): number {
  for (let index = 0; index < 32; index++) {
    const difference = key[index]! ^ otherKey[index]!
    if (difference !== 0) return 8 * index + Math.clz32(difference) - 24
  }
  return 256
}

/** Whether `key` is in the right subtree of a node of `bitIndex`. */
function isRight(key: Uint8Array, bitIndex: number): boolean {
  return ((key[bitIndex >> 3]! >> (7 - (bitIndex & 7))) & 1) === 1
}

/** A proof that does not say what it was read for. */
export class DictionaryProofError extends Error {
  override readonly name = 'DictionaryProofError'

  constructor(reason: string) {
    super(`invalid dictionary proof: ${reason}`)
  }
}

/** Entries that should be sorted and are not. */
export class DictionaryOrderError extends Error {
  override readonly name = 'DictionaryOrderError'

  constructor(before: Uint8Array, key: Uint8Array) {
    super(
      `keys must strictly increase, got ${Buffer.from(before).toString('hex')} before ${Buffer.from(key).toString('hex')}`,
    )
  }
}
