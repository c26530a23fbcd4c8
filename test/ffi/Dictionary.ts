// Cases for test/commitment/Dictionary.t.sol: proofs in random dictionaries and the roots that follow from them.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import { makeDictionary, makeKeys } from '../utils/Cases.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')
const cases = [12, 1, 2, 3, 0, 20, 200].flatMap((size) => {
  const keys = makeKeys(random, size)
  const dictionary = makeDictionary(random, keys)
  const smallest = Dictionary.leftmost(dictionary)?.[0]
  const chosen = new Set([...(smallest === undefined ? [] : [smallest]), ...random.shuffle(keys).slice(0, 6)])
  return [...chosen, ...makeKeys(random, 6)].map((key) => {
    const value = Dictionary.get(dictionary, key)
    const newValue = random.word()
    return {
      root: toHex(Dictionary.root(dictionary)),
      key: toHex(key),
      present: value !== undefined,
      value: toHex(value ?? new Uint8Array(32)),
      leftmost: key === smallest,
      newValue: toHex(newValue),
      rootWith: toHex(Dictionary.root(Dictionary.put(dictionary, key, newValue))),
      rootWithout: toHex(Dictionary.root(Dictionary.remove(dictionary, key))),
      proof: toHex(Dictionary.prove(dictionary, key)),
    }
  })
})
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes32 root; bytes32 key; bool present; bytes32 value; bool leftmost; bytes32 newValue; bytes32 rootWith; bytes32 rootWithout; bytes proof; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
