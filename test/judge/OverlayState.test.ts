import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBlock } from '@ethereumjs/block'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import { createTxFromRLP } from '@ethereumjs/tx'
import { createAddressFromString } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import { keccak256, stringToBytes } from 'viem'
import { OverlayState } from '../../prover/judge/OverlayState.ts'
import * as StateTests from '../utils/StateTests.ts'

const folders = ['Cancun', 'stCreateTest', 'stRevertTest', 'stSStoreTest', 'stExtCodeHash', 'stSystemOperationsTest']
const sampleEvery = 4

/** Blob transactions are none of ours. */
const isBlob = ({ tx }: StateTests.StateCase) => tx.raw.startsWith('0x03')

/** Runs a case's transaction on an overlay; gives the state root after it and the gas that it used. */
async function run({
  env,
  pre,
  tx,
  ...rest
}: StateTests.StateCase): Promise<{ root: string; gasUsed: bigint | undefined }> {
  const base = StateTests.preStateOf({ env, pre, tx, ...rest })
  const state = new OverlayState(base)
  const common = new Common({ chain: Mainnet, hardfork: Hardfork.Osaka })
  const getBlock = async (number: number) => ({ hash: () => keccak256(stringToBytes(`${number}`), 'bytes') })
  const blockchain = { getBlock, putBlock: async () => {}, shallowCopy: () => blockchain }
  const vm = await createVM({
    common,
    stateManager: state,
    evm: await createEVM({ common, stateManager: state, blockchain }),
  })
  const header = {
    number: StateTests.numberOf(env.currentNumber),
    timestamp: StateTests.numberOf(env.currentTimestamp),
    gasLimit: StateTests.numberOf(env.currentGasLimit),
    baseFeePerGas: StateTests.numberOf(env.currentBaseFee),
    coinbase: createAddressFromString(env.currentCoinbase),
    mixHash: StateTests.bytesOf(env.currentRandom),
    excessBlobGas: StateTests.numberOf(env.currentExcessBlobGas ?? '0x'),
  }
  const block = createBlock({ header }, { common, skipConsensusFormatValidation: true })
  let gasUsed: bigint | undefined
  try {
    gasUsed = (await runTx(vm, { tx: createTxFromRLP(StateTests.bytesOf(tx.raw), { common }), block })).totalGasSpent
  } catch (error) {
    assert.equal(rest.expect.status, 'invalid', `${error}`)
  }
  return { root: Buffer.from(base.applyDiff(state.diff()).stateRoot).toString('hex'), gasUsed }
}

describe('OverlayState', { skip: StateTests.skip }, () => {
  for (const folder of folders) {
    const cases = StateTests.casesIn(folder).filter(
      (stateCase, index) => index % sampleEvery === 0 && !isBlob(stateCase),
    )
    test(`gives the official state roots of ${folder} (${cases.length} cases)`, async () => {
      for (const stateCase of cases) {
        const { root, gasUsed } = await run(stateCase)
        assert.equal(`0x${root}`, stateCase.expect.root, stateCase.id)
        const expected = stateCase.expect.gasUsed
        assert.equal(gasUsed, expected === undefined ? undefined : BigInt(expected), stateCase.id)
      }
    })
  }
})
