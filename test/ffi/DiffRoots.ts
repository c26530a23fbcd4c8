// Cases for test/types/DiffRoots.t.sol: claims of several lengths, with the value and the proofs that a player makes.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as DiffRoots from '../../prover/l1/DiffRoots.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')
const cases = [1, 2, 3, 4, 5, 8, 9, 64].map((length) => {
  const diffRoots = Array.from({ length }, () => toHex(random.word()))
  return {
    diffRoots,
    value: DiffRoots.rootOf(diffRoots),
    proofs: diffRoots.map((_, index) => DiffRoots.prove(diffRoots, index)),
  }
})
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes32[] diffRoots; bytes32 value; bytes[] proofs; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
