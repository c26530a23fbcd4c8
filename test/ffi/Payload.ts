// Cases for test/commitment/Payload.t.sol: chunks of random payloads with their proofs.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as Payload from '../../prover/commitment/Payload.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')
const cases = [1, 1024, 1025, 2048, 9999].map((length) => {
  const payload = random.bytes(length)
  const tree = new Payload.Tree(payload)
  const index = random.below(Math.ceil(length / Payload.chunkSize))
  return { payload: toHex(payload), root: toHex(tree.root()), index: BigInt(index), proof: toHex(tree.prove(index)) }
})
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes payload; bytes32 root; uint256 index; bytes proof; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
