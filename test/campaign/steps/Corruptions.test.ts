import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as Corruptions from '../../../script/campaign/steps/Corruptions.ts'

const others = [
  { index: 3, length: 500 },
  { index: 5, length: 7 },
]

describe('Corruptions', () => {
  test('have the numbers that the harness knows them by', () => {
    const path = new URL('../../../script/campaign/steps/StepsHarness.sol', import.meta.url)
    const declared = [...readFileSync(path, 'utf8').matchAll(/constant ([A-Z_]+) = (\d); \/\//g)]
    assert.deepEqual(Object.fromEntries(declared.map(([, name, value]) => [name, Number(value)])), Corruptions.kinds)
  })

  test('follow from salt and length alone, and differ with the salt', () => {
    const of = (salt: number, length: number) => Corruptions.corruptionsOf(18, salt, length, others)
    assert.deepEqual(of(1, 1000), of(1, 1000))
    assert.notDeepEqual(of(1, 1000), of(2, 1000))
  })

  test('stay within the witnesses and are as many as asked for, after the one of the state before', () => {
    for (let salt = 0; salt < 200; salt++) {
      for (const length of [1, 33, 34, 500, 70_000]) {
        const made = Corruptions.corruptionsOf(30, salt, length, others)
        assert.equal(made.length, 31)
        assert.equal(made[0]!.kind, 'PRE_STATE')
        for (const { kind, a, b } of made) {
          if (kind === 'FLIP') assert.ok(a < 8 * length)
          if (kind === 'SET' || kind === 'TRUNCATE') assert.ok(a < length)
          if (kind === 'DROP' || kind === 'REPEAT') assert.ok(a + b <= length)
          if (kind === 'SWAP') assert.ok(Math.max(a, b) + 32 <= length)
          if (kind === 'SPLICE') assert.ok(b <= length && b <= others.find(({ index }) => index === a)!.length)
        }
      }
    }
  })

  test('are of every kind for a witness of a few words', () => {
    const made = Corruptions.corruptionsOf(18, 1, 500, others)
    assert.deepEqual(new Set(made.map(({ kind }) => kind)), new Set(Object.keys(Corruptions.kinds)))
  })
})
