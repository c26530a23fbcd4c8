// Cases for test/machine/fold/FoldVerifier.t.sol: the steps of folds with their witnesses.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as FoldMachine from '../../prover/machine/fold/FoldMachine.ts'
import { FoldTrace } from '../../prover/machine/fold/FoldTrace.ts'
import { makeFaults, makeFold } from '../utils/Folds.ts'
import { Random } from '../utils/Random.ts'

const runs = [1, 2, 3, 4, 5, 6].flatMap((seed) => {
  const { state, diff } = makeFold(seed)
  const trace = new FoldTrace(diff, state)
  return Array.from({ length: Number(trace.stepCount) + 1 }, (_, index) => {
    const step = BigInt(index)
    return { preState: trace.hashAt(step), postState: trace.hashAt(step + 1n), witness: trace.witness(step) }
  })
})
const faults = Object.values(makeFaults(new Random(process.argv[2] ?? ''))).flatMap((fold) =>
  [fold, FoldMachine.next(fold)].map((from) => ({
    preState: FoldMachine.hash(from),
    postState: FoldMachine.hash(FoldMachine.next(from)),
    witness: FoldMachine.witness(from),
  })),
)
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Case { bytes32 preState; bytes32 postState; bytes witness; }',
])
process.stdout.write(
  encodeAbiParameters(parameters, [
    [...faults, ...runs].map(({ preState, postState, witness }) => ({
      preState: toHex(preState),
      postState: toHex(postState),
      witness: toHex(witness),
    })),
  ]),
)
