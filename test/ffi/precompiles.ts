// Edges of the delegated precompiles, `precompiles.ts FAMILY`: each input with what the prover makes of it.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import { run } from '../../prover/machine/precompiles/native/Computation.ts'
import * as Blake2 from '../machine/precompiles/edges/Blake2.ts'
import * as Bls12 from '../machine/precompiles/edges/Bls12.ts'
import * as Bls12Map from '../machine/precompiles/edges/Bls12Map.ts'
import * as Bn254 from '../machine/precompiles/edges/Bn254.ts'
import * as ModExp from '../machine/precompiles/edges/ModExp.ts'
import * as P256 from '../machine/precompiles/edges/P256.ts'
import * as PointEvaluation from '../machine/precompiles/edges/PointEvaluation.ts'
import type { Input } from '../machine/precompiles/inputs.ts'

/** In the place of the index of a bad element: there is none. */
const NO_ELEMENT = 0xffff

const families = { Blake2, Bls12, Bls12Map, Bn254, ModExp, P256, PointEvaluation }
const family = families[process.argv[2] as keyof typeof families]
if (family === undefined) {
  console.error(`no family "${process.argv[2]}", expected one of ${Object.keys(families).join(' ')}`)
  process.exit(2)
}

const parameters = parseAbiParameters([
  'Edge[] edges',
  'struct Edge { string name; uint256 precompile; bytes input; uint256 expectedBad; uint256 bad; bytes output; }',
])
process.stdout.write(encodeAbiParameters(parameters, [family.edges().map(toCase)]))

function toCase({ address, name, input, bad = NO_ELEMENT }: Input) {
  const title = `0x${address.toString(16)}: ${name}`
  const result = resultOf(title, address, input)
  return {
    name: title,
    precompile: BigInt(address),
    input: toHex(input),
    expectedBad: BigInt(bad),
    bad: BigInt('bad' in result ? result.bad : NO_ELEMENT),
    output: toHex('output' in result ? result.output : new Uint8Array()),
  }
}

function resultOf(title: string, address: number, input: Uint8Array) {
  try {
    return run(address, input)
  } catch (cause) {
    console.error(`${title}: the prover neither takes nor refuses it`)
    throw cause
  }
}
