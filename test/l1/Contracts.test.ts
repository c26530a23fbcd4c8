import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { getAddress } from 'viem'
import * as Contracts from '../../prover/l1/Contracts.ts'
import type { ChainConfig } from '../../prover/machine/ChainConfig.ts'

const genesisRoot = `0x${'11'.repeat(32)}` as const
const config: ChainConfig = {
  chainId: 901n,
  feeRecipient: new Uint8Array(20).fill(0xfe),
  blockGasLimit: 30_000_000n,
  batchGasLimit: 60_000_000n,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000n,
}
const chainConfig = { ...config, feeRecipient: getAddress(`0x${'fe'.repeat(20)}`) }
const contracts = { genesisRoot, chainConfig } as Contracts.Contracts

describe('Contracts', () => {
  test('a node of another state or with another constant is refused', () => {
    assert.doesNotThrow(() => Contracts.assertGenesis(contracts, genesisRoot, config))
    assert.throws(() => Contracts.assertGenesis(contracts, `0x${'22'.repeat(32)}`, config), {
      name: 'InputError',
      message: /^genesis: its state root is 0x22\S+, but L1 has 0x11/,
    })
    const others: ChainConfig = {
      chainId: 902n,
      feeRecipient: new Uint8Array(20),
      blockGasLimit: 30_000_001n,
      batchGasLimit: 1n,
      maxTransactionBytes: 65_535,
      precompileGasCap: 0n,
    }
    for (const name of Object.keys(config) as (keyof ChainConfig)[]) {
      assert.throws(() => Contracts.assertGenesis(contracts, genesisRoot, { ...config, [name]: others[name] }), {
        name: 'InputError',
        message: new RegExp(`^genesis: ${name} is .+, but L1 has `),
      })
    }
  })
})
