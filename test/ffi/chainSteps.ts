// Steps for test/machine/Steps.chains.t.sol:
//   random:<seed>:<most>     batches of random programs, one after the other, at most `most` steps of a name in each
//   state:<name>:<n>         every n-th official state case of the files with that name, at most 2 steps of a name in each;
//                            none if the cases are not there
import { toHex } from 'viem'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import { BatchTrace } from '../../prover/machine/BatchTrace.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import * as CaseMachine from '../../script/campaign/cases/CaseMachine.ts'
import { casesOf } from '../../script/campaign/cases/StateCase.ts'
import { RandomBatches, randomGenesis } from '../utils/RandomBatches.ts'
import { randomFrom } from '../utils/State.ts'
import * as Steps from '../utils/Steps.ts'

const batchesOfAChain = 3
const stepsOfACase = 2

async function randomChain(seed: number, most: number): Promise<Steps.Step[]> {
  const random = randomFrom(seed)
  const genesis = randomGenesis(random)
  const codes = new Map(genesis.accounts.map(({ code }) => [toHex(Keccak.keccak256(code)), code]))
  let state = StateTrie.build(Genesis.toState(genesis), (hash) => codes.get(toHex(hash))!)
  const batches = new RandomBatches(random)
  const steps: Steps.Step[] = []
  for (let batch = 0; batch < batchesOfAChain; batch++) {
    const l1Time = genesis.time + BigInt(batch * 1000)
    const input = { payload: await batches.payload(l1Time), l1Time }
    steps.push(...Steps.record(BatchTrace.of(state, input, genesis.config).machineAt(0), most))
    const { diff, newCodes } = executeBatch(state, input, genesis.config)
    for (const { codeHash, code } of newCodes) codes.set(toHex(codeHash), code)
    state = state.applyDiff(diff)
    const after = state
    batches.setNonces((address) => after.account(Keccak.keccak256(address))?.nonce ?? 0n)
  }
  return steps
}

function stateCases(name: string, every: number): Steps.Step[] {
  const chosen = [...casesOf(name)].filter((_, index) => index % every === 0)
  return chosen.flatMap((test) => {
    const m = CaseMachine.proveMachineOf(test)
    return Steps.record(m, stepsOfACase, () => CaseMachine.isOver(m))
  })
}

const [kind, name = '', number = ''] = (process.argv[2] ?? '').split(':')
const steps = kind === 'random' ? await randomChain(Number(name), Number(number)) : stateCases(name, Number(number))
process.stdout.write(Steps.encode(steps))
