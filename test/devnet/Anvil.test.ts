import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createPublicClient, http } from 'viem'
import { AnvilError, startAnvil } from '../../prover/devnet/Anvil.ts'
import { advanceTo } from '../../prover/devnet/Play.ts'

describe('Anvil', () => {
  it('listens on a port of its own until it is stopped', async () => {
    const [first, second] = await Promise.all([startAnvil(), startAnvil()])
    assert.notEqual(first.url, second.url)
    await second.stop()
    const client = createPublicClient({ transport: http(first.url, { retryCount: 0 }) })
    const { timestamp } = await client.getBlock()
    await advanceTo(first, timestamp + 604_800n)
    assert.equal((await client.getBlock()).timestamp, timestamp + 604_800n)
    await first.stop()
    await first.stop()
    await assert.rejects(client.getBlockNumber())
  })

  it('says which binary does not start', async () => {
    const before = process.env.ANVIL
    process.env.ANVIL = '/nowhere/anvil'
    try {
      await assert.rejects(
        startAnvil(),
        (error) => error instanceof AnvilError && /\/nowhere\/anvil/.test(error.message),
      )
    } finally {
      if (before === undefined) delete process.env.ANVIL
      else process.env.ANVIL = before
    }
  })
})
