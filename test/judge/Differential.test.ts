import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { toHex } from 'viem'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as Judge from '../../prover/judge/Judge.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { RandomBatches, randomGenesis } from '../utils/RandomBatches.ts'
import { MemoryNodes, randomFrom } from '../utils/State.ts'

/** More chains, or another seed, by hand: SEEDS=100-400. */
const [first, last] = (process.env.SEEDS ?? '1-12').split('-').map(Number) as [number, number]
const batchesEach = 4

describe('The machine in run mode and the judge', () => {
  test('make the same of random batches on random programs', async (context) => {
    const counts = { transactions: 0, failed: 0, skipped: 0, changes: 0, delegations: 0 }
    for (let seed = first; seed <= last; seed++) {
      const random = randomFrom(seed)
      const genesis = randomGenesis(random)
      const codes = new Map(genesis.accounts.map(({ code }) => [toHex(Keccak.keccak256(code)), code]))
      let state = StateTrie.build(Genesis.toState(genesis), new MemoryNodes(), (hash) => codes.get(toHex(hash))!)
      const batches = new RandomBatches(random)
      for (let batch = 0; batch < batchesEach; batch++) {
        const l1Time = genesis.time + BigInt(batch * 1000)
        const input = { payload: await batches.payload(l1Time), l1Time }
        const executed = executeBatch(state, input, genesis.config)
        try {
          await Judge.check(state, input, genesis.config, executed)
        } catch (error) {
          assert.fail(`seed ${seed}, batch ${batch}: ${(error as Error).stack}`)
        }
        for (const { codeHash, code } of executed.newCodes) codes.set(toHex(codeHash), code)
        state = state.applyDiff(executed.diff)
        const after = state
        batches.setNonces((address) => after.account(Keccak.keccak256(address))?.nonce ?? 0n)
        for (const { transactions, skipped } of executed.blocks) {
          counts.transactions += transactions.length
          counts.failed += transactions.filter(({ status }) => !status).length
          counts.skipped += skipped.length
        }
        counts.changes += executed.diff.length
        counts.delegations += executed.newCodes.filter(({ code }) => code[0] === 0xef).length
      }
    }
    context.diagnostic(JSON.stringify(counts))
    assert.ok(
      counts.transactions > 10 * (last - first) && counts.failed > 0 && counts.skipped > 0 && counts.delegations > 0,
    )
  })
})
