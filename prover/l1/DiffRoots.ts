import { bytesToHex, type Hex, hexToBytes } from 'viem'
import * as MerkleTree from '../commitment/MerkleTree.ts'

/**
 * A claim's value is the Merkle root over the diff roots of its batches, in the tree of the smallest depth that holds
 * them. Twin of `src/types/DiffRoots.sol`.
 */

/** A claim's value. */
export function rootOf(diffRoots: readonly Hex[]): Hex {
  const [only] = diffRoots
  return diffRoots.length === 1 && only ? only : bytesToHex(treeOf(diffRoots).root())
}

/** The proof of one diff root in the claim's value; empty if the claim is about one batch. */
export function prove(diffRoots: readonly Hex[], index: number): Hex {
  if (depthOf(diffRoots.length) === 0) return '0x'
  // A tree's proof begins with the word itself, which the contract has as an argument.
  return bytesToHex(treeOf(diffRoots).prove(index).slice(32))
}

/** The smallest depth whose tree holds `count` leaves. */
export function depthOf(count: number): number {
  let depth = 0
  while (1 << depth < count) depth++
  return depth
}

function treeOf(diffRoots: readonly Hex[]): MerkleTree.Tree {
  const leaves = new Uint8Array(32 * diffRoots.length)
  diffRoots.forEach((root, i) => {
    leaves.set(hexToBytes(root), 32 * i)
  })
  return new MerkleTree.Tree(depthOf(diffRoots.length), leaves)
}
