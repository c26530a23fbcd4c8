import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { hexToBytes } from 'viem'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as Judge from '../../prover/judge/Judge.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { invalid, refused, valid } from '../machine/precompiles/inputs.ts'
import { delegated, limits } from '../machine/programs/delegated.ts'
import { addressOf, type Program } from '../machine/programs/Program.ts'

/** Runs the program in the machine and in the judge, which have to agree; gives which of its first contracts' calls succeeded. */
async function successes({ base, input, config }: Program, count: number): Promise<boolean[]> {
  const executed = executeBatch(base, input, config)
  await Judge.check(base, input, config, executed)
  const after = base.applyDiff(executed.diff)
  return Array.from({ length: count }, (_, index) => {
    const address = addressOf(0xc0de_0000n + BigInt(index))
    return after.slot(Keccak.keccak256(hexToBytes(address)), SystemAccount.slotKey(0n)) === 2n
  })
}

describe('DelegatedPrecompiles', () => {
  test('have the same gas, outputs and failures in the judge as in the machine', async () => {
    const inputs = [...valid, ...invalid, ...refused]
    const expected = inputs.map((_, index) => index < valid.length)
    assert.deepEqual(await successes(delegated(), inputs.length), expected)
  })

  test('have the same limits in the judge as in the machine', async () => {
    assert.deepEqual(
      await successes(limits(), 12),
      Array.from({ length: 12 }, (_, index) => index % 2 === 0),
    )
  })

  test('are not the same where the judge has no limits', async () => {
    const { base, input, config } = limits()
    const executed = executeBatch(base, input, config)
    const unlimited = { ...config, precompileGasCap: 1n << 63n }
    await assert.rejects(Judge.check(base, input, unlimited, executed), Judge.JudgeError)
  })
})
