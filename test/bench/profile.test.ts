import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import { partsOf, sampled } from '../../script/bench/Profile.ts'

describe('bench profile', () => {
  test('counts a function for the part of its file, or of its caller if it has none', () => {
    const node = (id: number, functionName: string, url: string, children: number[] = []) => {
      return { id, callFrame: { functionName, url }, children }
    }
    const prover = 'file:///some/where/prover'
    const nodes = [
      node(1, '(root)', '', [2, 6, 7, 8]),
      node(2, 'run', `${prover}/machine/Interpreter.ts`, [3, 5]),
      node(3, 'getSync', 'file:///some/where/node_modules/classic-level/index.js', [4]),
      node(4, 'native', ''),
      node(5, 'wasm-function[0]', 'wasm://wasm/c5d0d3da'),
      node(6, '(garbage collector)', ''),
      node(7, '(idle)', ''),
      node(8, '(program)', ''),
    ]
    const expected = [
      [1, 'everything else'],
      [2, 'instructions and boundaries'],
      [3, 'database'],
      [4, 'database'],
      [5, 'keccak'],
      [6, 'garbage collection'],
      [8, 'everything else'],
    ]
    assert.deepEqual([...partsOf(nodes)].sort(), expected)
  })

  test('samples what runs', async () => {
    const profile = await sampled(1, () => {
      const end = performance.now() + 300
      while (performance.now() < end) keccak256(new Uint8Array(10_000))
    })
    assert.ok(profile.keccak! > 0, JSON.stringify(profile))
  })
})
