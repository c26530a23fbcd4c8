import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'
import { sampled } from '../../script/bench/Profile.ts'

describe('bench profile', () => {
  test('counts a sample for the part of the innermost function with a known file', async () => {
    const workOf: Record<string, () => unknown> = {
      keccak: () => keccak256(new Uint8Array(10_000)),
      'numbers and words': () => Word.fromBigint(1n << 255n),
    }
    for (const [part, work] of Object.entries(workOf)) {
      const profile = await sampled(1, () => {
        const end = performance.now() + 300
        while (performance.now() < end) for (let turn = 0; turn < 1_000; turn++) work()
      })
      const [most] = Object.keys(profile)
      assert.equal(most, part, JSON.stringify(profile))
    }
  })
})
