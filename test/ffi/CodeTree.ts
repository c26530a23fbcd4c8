// Cases for test/machine/CodeTree.t.sol: codes with the roots of their bytes and of their jump bitmaps.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import { Code } from '../../prover/machine/CodeTree.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')

/** A byte as code has it: often a JUMPDEST or a PUSH, or next to one of these. */
function opcode(): number {
  return random.pick([0x5b, 0x5a + random.below(8), 0x5e + random.below(36), random.below(256)])
}

const cases = [0, 1, 23, 31, 32, 33, 255, 256, 257, 1000, 8191, 8192, 24_576].flatMap((length) =>
  [random.bytes(length), Uint8Array.from({ length }, opcode), new Uint8Array(length).fill(0x60)].map((bytes) => {
    const code = new Code(bytes)
    return { code: toHex(bytes), codeRoot: toHex(code.root()), jumpRoot: toHex(code.jumpRoot()) }
  }),
)
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes code; bytes32 codeRoot; bytes32 jumpRoot; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
