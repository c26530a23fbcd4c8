/**
 * Proofs in Ethereum's Merkle Patricia trie over keys of 32 bytes that are hashes already, and the roots after a put or
 * a removal (S-51 to S-58): the twin of src/commitment/MerklePatricia.sol. The trie itself is in state/.
 */
import * as Witness from '../machine/Witness.ts'
import { keccak256 } from './Keccak.ts'
import * as Nibbles from './Nibbles.ts'
import * as NodeRlp from './NodeRlp.ts'
import * as Rlp from './Rlp.ts'
import * as Word from './Word.ts'

/** The root of the trie without entries. */
export const emptyRoot: Uint8Array = keccak256(NodeRlp.noReference)

/** What a proof is made from: a trie at one root, or a view of one. */
export interface TrieReader {
  /** The encoded nodes on the way to `key`, root first, without those embedded in their parent. */
  nodesTo(key: Uint8Array): readonly Uint8Array[]
  /** The node, besides those, that removing `key` reads (S-57), or undefined if it reads none. */
  removalSibling(key: Uint8Array): Uint8Array | undefined
}

/** The proof of what the trie has at `key`, in the form that `open` reads. */
export function prove(trie: TrieReader, key: Uint8Array): Uint8Array {
  return encodeProof(trie.nodesTo(key))
}

/** The proof that the given nodes are, root first. */
export function encodeProof(nodes: readonly Uint8Array[]): Uint8Array {
  const writer = new Witness.Writer().u8(nodes.length)
  for (const node of nodes) writer.u16(node.length).append(node)
  return writer.bytes()
}

/** What `rootWithout` reads after the proof; nothing if the removal needs no other node. */
export function proveRemoval(trie: TrieReader, key: Uint8Array): Uint8Array {
  const sibling = trie.removalSibling(key)
  const writer = new Witness.Writer()
  return sibling === undefined ? writer.bytes() : writer.u16(sibling.length).append(sibling).bytes()
}

/** A branch or an extension that the path goes through. */
type Step =
  | { readonly kind: 'branch'; readonly references: readonly Uint8Array[]; readonly nibble: number }
  | { readonly kind: 'extension'; readonly path: Uint8Array }

/** A checked proof, from which the roots after a change of its key follow. */
export interface Opening {
  readonly root: Uint8Array
  /** The nibbles of the key. */
  readonly nibbles: Uint8Array
  /** The value of the key, or undefined if it is absent. */
  readonly value: Uint8Array | undefined
  /** From the root down. */
  readonly steps: readonly Step[]
  /** Nibbles above the end of the path, and the leaf or the extension that leads elsewhere there, if any. */
  readonly depth: number
  readonly last: NodeRlp.Short | undefined
}

/** Checks the proof at the reader that says what the trie of `root` has at `key`. */
export function open(reader: Witness.Reader, root: Uint8Array, key: Uint8Array): Opening {
  const nibbles = Nibbles.fromKey(key)
  const count = reader.u8()
  if (count === 0 && !Word.equals(root, emptyRoot)) throw new MerklePatriciaProofError('the trie is not empty')
  const steps: Step[] = []
  let depth = 0
  let last: NodeRlp.Short | undefined
  let hash: Uint8Array | undefined = count === 0 ? undefined : root
  for (let index = 0; index < count; index++) {
    if (hash === undefined) throw new MerklePatriciaProofError(`the path does not reach node ${index}`)
    const content = readNode(reader, hash, index === 0)
    const short = NodeRlp.parseShort(content, depth)
    let reference: Uint8Array
    if (short !== undefined) {
      if (steps.at(-1)?.kind === 'extension') throw new NodeRlp.NodeError('no branch below an extension')
      if (short.isLeaf || !isPrefix(short.path, nibbles, depth)) {
        last = short
        hash = undefined
        continue
      }
      steps.push({ kind: 'extension', path: short.path })
      depth += short.path.length
      reference = short.item
    } else {
      if (depth >= NodeRlp.keyLength) throw new NodeRlp.NodeError('a branch below the end of a key')
      const nibble = nibbles[depth]!
      const references = NodeRlp.scanBranch(content)
      steps.push({ kind: 'branch', references, nibble })
      depth++
      reference = references[nibble]!
    }
    hash = reference[0] === NodeRlp.hashPrefix ? reference.subarray(1) : undefined
    if (hash === undefined && reference[0] !== NodeRlp.noNode) last = parseEmbedded(reference, depth)
  }
  if (hash !== undefined) throw new MerklePatriciaProofError('the path goes on')
  const isPresent = last?.isLeaf === true && isPrefix(last.path, nibbles, depth)
  return { root, nibbles, value: isPresent ? new Rlp.Reader(last!.item).data() : undefined, steps, depth, last }
}

/** The root after the opened key was given `value`, which is not empty. */
export function rootWith(opening: Opening, value: Uint8Array): Uint8Array {
  const { nibbles, depth, last, steps } = opening
  const item = Rlp.encodeString(value)
  if (last === undefined || opening.value !== undefined) {
    return climb(steps, NodeRlp.encodeShort({ isLeaf: true, path: nibbles.subarray(depth), item }))
  }
  // The new leaf and what was at the end of the path part in a branch, below the nibbles that they share.
  const shared = Nibbles.countCommon(last.path, nibbles, depth)
  const references: Uint8Array[] = Array.from({ length: 16 }, () => NodeRlp.noReference)
  const leaf = NodeRlp.encodeShort({ isLeaf: true, path: nibbles.subarray(depth + shared + 1), item })
  references[nibbles[depth + shared]!] = NodeRlp.referenceTo(leaf)
  references[last.path[shared]!] = referenceBelow(last, shared + 1)
  const branch = NodeRlp.encodeBranch(references)
  if (shared === 0) return climb(steps, branch)
  const path = last.path.subarray(0, shared)
  return climb(steps, NodeRlp.encodeShort({ isLeaf: false, path, item: NodeRlp.referenceTo(branch) }))
}

/**
 * The root after the opened key was removed; the same root if it was not there. If the branch above is left with one
 * child, and that child is not embedded in it, its node is read at the reader.
 */
export function rootWithout(opening: Opening, reader: Witness.Reader): Uint8Array {
  const { steps, depth } = opening
  if (opening.value === undefined) return opening.root
  const parent = steps.at(-1)
  if (parent === undefined) return emptyRoot
  if (parent.kind === 'extension') throw new NodeRlp.NodeError('no branch below an extension')
  const references = parent.references.with(parent.nibble, NodeRlp.noReference)
  const others = references.flatMap((reference, nibble) => (reference[0] === NodeRlp.noNode ? [] : [nibble]))
  const [nibble] = others
  if (nibble === undefined) throw new NodeRlp.NodeError('a branch with one child')
  let above = steps.slice(0, -1)
  if (others.length > 1) return climb(above, NodeRlp.encodeBranch(references))

  // The branch vanishes: its other child takes its place, with a longer path.
  const child = readOnlyChild(reader, references[nibble]!, depth)
  let path = Uint8Array.of(nibble, ...child.path)
  const extension = above.at(-1)
  if (extension?.kind === 'extension') {
    path = Uint8Array.of(...extension.path, ...path)
    above = above.slice(0, -1)
  }
  return climb(above, NodeRlp.encodeShort({ isLeaf: child.isLeaf, path, item: child.item }))
}

/** Reads a node that has to have `hash`; the content of its list. */
function readNode(reader: Witness.Reader, hash: Uint8Array, isRoot: boolean): Uint8Array {
  const node = reader.take(reader.u16())
  if (!Word.equals(keccak256(node), hash)) throw new MerklePatriciaProofError('the hash of a node differs')
  if (!isRoot && node.length < 32) throw new NodeRlp.NodeError('a node of less than 32 bytes is not embedded')
  const content = NodeRlp.contentOf(node)
  if (content === undefined) throw new NodeRlp.NodeError('it is no list')
  return content
}

/** S-54: only leaves are embedded. */
function parseEmbedded(reference: Uint8Array, depth: number): NodeRlp.Short {
  const leaf = NodeRlp.parseShort(reference.subarray(1), depth)
  if (leaf?.isLeaf !== true) throw new NodeRlp.NodeError('an embedded node is no leaf')
  return leaf
}

/** The child that `reference` refers to as a leaf or an extension; a branch as an extension of no nibbles. */
function readOnlyChild(reader: Witness.Reader, reference: Uint8Array, depth: number): NodeRlp.Short {
  if (reference[0] !== NodeRlp.hashPrefix) return parseEmbedded(reference, depth)
  const content = readNode(reader, reference.subarray(1), false)
  const short = NodeRlp.parseShort(content, depth)
  if (short !== undefined) return short
  NodeRlp.scanBranch(content)
  if (depth >= NodeRlp.keyLength) throw new NodeRlp.NodeError('a branch below the end of a key')
  return { isLeaf: false, path: new Uint8Array(0), item: reference }
}

/** The root of the trie in which `node` stands below `steps`. */
function climb(steps: readonly Step[], node: Uint8Array): Uint8Array {
  const top = steps.reduceRight((child, step) => {
    const reference = NodeRlp.referenceTo(child)
    if (step.kind === 'branch') return NodeRlp.encodeBranch(step.references.with(step.nibble, reference))
    return NodeRlp.encodeShort({ isLeaf: false, path: step.path, item: reference })
  }, node)
  return keccak256(top)
}

/** What refers to the rest of a leaf or an extension whose first `skipped` nibbles are no longer its own. */
function referenceBelow({ isLeaf, path, item }: NodeRlp.Short, skipped: number): Uint8Array {
  if (!isLeaf && path.length === skipped) return item
  return NodeRlp.referenceTo(NodeRlp.encodeShort({ isLeaf, path: path.subarray(skipped), item }))
}

function isPrefix(path: Uint8Array, nibbles: Uint8Array, depth: number): boolean {
  return Nibbles.countCommon(path, nibbles, depth) === path.length
}

/** A proof that does not say what it was read for. */
export class MerklePatriciaProofError extends Error {
  override readonly name = 'MerklePatriciaProofError'

  constructor(reason: string) {
    super(`invalid trie proof: ${reason}`)
  }
}
