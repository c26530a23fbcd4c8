// Cases for test/commitment/MerkleTree.t.sol: words of random trees with their proofs.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as MerkleTree from '../../prover/commitment/MerkleTree.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')
const cases = [0, 1, 32, 33, 64, 200, 2000].flatMap((length) => {
  const data = random.bytes(length)
  const tree = new MerkleTree.Tree(MerkleTree.memoryDepth, data)
  const words = Math.ceil(length / 32)
  return [0, words === 0 ? 1 : words - 1, words, random.below(words + 2), 2 ** MerkleTree.memoryDepth - 1].map(
    (index) => {
      const newWord = random.pick([new Uint8Array(32), random.word()])
      const after = new Uint8Array(Math.max(32 * (index + 1), length))
      after.set(data)
      after.set(newWord, 32 * index)
      return {
        data: toHex(data),
        root: toHex(tree.root()),
        index: BigInt(index),
        word: toHex(tree.word(index)),
        newWord: toHex(newWord),
        newRoot: toHex(MerkleTree.rootOf(after, MerkleTree.memoryDepth)),
        proof: toHex(tree.prove(index)),
      }
    },
  )
})
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes data; bytes32 root; uint256 index; bytes32 word; bytes32 newWord; bytes32 newRoot; bytes proof; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
