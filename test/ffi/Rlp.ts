// Cases for test/commitment/Rlp.t.sol: bytes that are RLP, or nearly, and whether they are by Rlp.ts; and the official
// vectors, if they are at hand, with what they say themselves.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import { decode, encode, type RlpValue, rlpVectors } from '../../script/campaign/cases/RlpVectors.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')

function makeValue(depth: number): RlpValue {
  if (depth > 0 && random.below(3) === 0) return Array.from({ length: random.below(4) }, () => makeValue(depth - 1))
  return random.bytes(random.pick([0, 1, 1, 2, 32, 55, 56, 57, 256]))
}

const made = Array.from({ length: 150 }, () => {
  const encoded = Uint8Array.from(encode(makeValue(2)))
  const kind = random.below(4)
  if (kind === 0) return encoded
  if (kind === 1) return encoded.subarray(0, -1)
  encoded[random.below(Math.min(encoded.length, 4))]! ^= 1 << random.below(8)
  return encoded
})
const parameters = parseAbiParameters(['Case[] cases', 'struct Case { bytes encoded; bool isValid; }'])
const official = rlpVectors().map(({ encoded, input }) => ({ encoded, isValid: input !== 'INVALID' }))
const cases = [...official, ...made.map((encoded) => ({ encoded, isValid: decode(encoded) !== undefined }))].map(
  ({ encoded, isValid }) => ({ encoded: toHex(encoded), isValid }),
)
process.stdout.write(encodeAbiParameters(parameters, [cases]))
