import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Devnet, type Size } from '../../prover/devnet/Devnet.ts'
import { Narrator } from '../../prover/devnet/Narrator.ts'
import { playAll } from '../../prover/devnet/Playbook.ts'
import type { Result } from '../../prover/devnet/Scenario.ts'
import { scenarios } from '../../prover/devnet/Scenarios.ts'

const size: Size = {
  users: 6,
  batches: 4,
  transactionsPerBatch: 16,
  transactionsPerBlock: 6,
  blockGasLimit: 30_000_000n,
  batchGasLimit: 60_000_000n,
  batchBytes: 100_000,
}

const played = ['honest', 'case-a', 'case-b-execution', 'case-b-fold', 'liar-b-execution']

describe('The main job at small size', () => {
  const lines: string[] = []
  let devnet: Devnet
  let results: Result[]

  before(async () => {
    devnet = await Devnet.start('e2e', size)
    const chosen = scenarios.filter(({ name }) => played.includes(name))
    results = await playAll(devnet, chosen, 'e2e', new Narrator((line) => lines.push(line)))
  })
  after(() => devnet?.stop())

  const resultOf = (name: string) => results.find((result) => result.name === name) as Result

  for (const name of played) {
    it(`ends ${name} as expected`, () => {
      const { verdict, expected } = resultOf(name)
      assert.equal(verdict, expected, lines.join('\n'))
    })
  }

  it('costs an idle challenger nothing', () => {
    assert.equal(resultOf('honest').gas.challenger, 0)
  })

  it('needs stage one in Case B alone', () => {
    assert.equal(resultOf('case-a').rounds.batches, 0)
    assert.ok(resultOf('case-a').rounds.steps > 0)
    assert.equal(resultOf('case-b-execution').rounds.batches, 1)
  })

  it('stays within the gas targets', () => {
    assert.ok(resultOf('case-a').gas.total <= 1_500_000)
    assert.ok(resultOf('case-b-execution').gas.total <= 2_500_000)
    assert.ok(resultOf('case-b-fold').gas.total <= 2_500_000)
  })
})
