// Cases for test/commitment/MerklePatricia.t.sol: our proofs in random tries, their results by @ethereumjs/mpt.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import { Random } from '../utils/Random.ts'
import { makeTrieCases } from '../utils/Tries.ts'

const random = new Random(process.argv[2] ?? '')
const cases = await makeTrieCases(random, [20, 3, 2, 1, 0, 4, 8, 60, 150], 12)
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes32 root; bytes32 key; bool present; bytes value; bytes newValue; bytes32 rootWith; bytes32 rootWithout; bytes witness; }',
])
process.stdout.write(
  encodeAbiParameters(parameters, [
    cases.map(({ root, key, value, newValue, rootWith, rootWithout, proof, removal }) => ({
      root: toHex(root),
      key: toHex(key),
      present: value !== undefined,
      value: toHex(value ?? new Uint8Array(0)),
      newValue: toHex(newValue),
      rootWith: toHex(rootWith),
      rootWithout: toHex(rootWithout),
      witness: toHex(Buffer.concat([proof, removal])),
    })),
  ]),
)
