// Cases for test/commitment/MerkleTree*.t.sol: `cases`, words of random trees with their proofs, or `ranges` of words.
import { encodeAbiParameters, type Hex, parseAbiParameters, toHex } from 'viem'
import * as MerkleTree from '../../prover/commitment/MerkleTree.ts'
import { Random } from '../utils/Random.ts'

const argument = process.argv[2] ?? ''
const random = new Random(argument)
process.stdout.write(argument === 'ranges' ? ranges() : cases())

function cases(): Hex {
  const all = [0, 1, 32, 33, 64, 200, 2000].flatMap((length) => {
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
  return encodeAbiParameters(parameters, [all])
}

function ranges(): Hex {
  const all = [32, 90, 700, 2000].flatMap((length) => {
    const data = random.bytes(length)
    const tree = new MerkleTree.Tree(MerkleTree.memoryDepth, data)
    const words = Math.ceil(length / 32)
    const ends = Array.from({ length: 8 }, () => [random.below(words + 2), random.below(words + 2)])
    return [[0, words - 1], [words - 1, words], [0, 0], [1, words], ...ends].map((pair) => {
      const [first, last] = [Math.min(...pair), Math.max(...pair)]
      const proof = tree.proveRange(first, last)
      return {
        root: toHex(tree.root()),
        first: BigInt(first),
        last: BigInt(last),
        words: toHex(proof.subarray(0, 32 * (last - first + 1))),
        proof: toHex(proof),
      }
    })
  })
  const parameters = parseAbiParameters([
    'Case[] cases',
    'struct Case { bytes32 root; uint256 first; uint256 last; bytes words; bytes proof; }',
  ])
  return encodeAbiParameters(parameters, [all])
}
