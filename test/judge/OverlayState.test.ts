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
import { bytesOf, numberOf, skip } from '../../script/campaign/cases/Fixtures.ts'
import { casesIn, preStateOf, type StateCase } from '../../script/campaign/cases/StateCase.ts'

const folders = ['Cancun', 'stCreateTest', 'stRevertTest', 'stSStoreTest', 'stExtCodeHash', 'stSystemOperationsTest']
const sampleEvery = 4

/** Blob transactions are none of ours. */
const isBlob = ({ tx }: StateCase) => tx.raw.startsWith('0x03')

/** Runs a case's transaction on an overlay; gives the state root after it and the gas that it used. */
async function run({ env, pre, tx, ...rest }: StateCase): Promise<{ root: string; gasUsed: bigint | undefined }> {
  const base = preStateOf({ env, pre, tx, ...rest })
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
    number: numberOf(env.currentNumber),
    timestamp: numberOf(env.currentTimestamp),
    gasLimit: numberOf(env.currentGasLimit),
    baseFeePerGas: numberOf(env.currentBaseFee),
    coinbase: createAddressFromString(env.currentCoinbase),
    mixHash: bytesOf(env.currentRandom),
    excessBlobGas: numberOf(env.currentExcessBlobGas ?? '0x'),
  }
  const block = createBlock({ header }, { common, skipConsensusFormatValidation: true })
  let gasUsed: bigint | undefined
  try {
    gasUsed = (await runTx(vm, { tx: createTxFromRLP(bytesOf(tx.raw), { common }), block })).totalGasSpent
  } catch (error) {
    assert.equal(rest.expect.status, 'invalid', `${error}`)
  }
  return { root: Buffer.from(base.applyDiff(state.diff()).stateRoot).toString('hex'), gasUsed }
}

describe('OverlayState', { skip: skip }, () => {
  for (const folder of folders) {
    const cases = [...casesIn(folder)].filter((stateCase, index) => index % sampleEvery === 0 && !isBlob(stateCase))
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
