import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { measureBatches } from '../../script/bench/measure.ts'
import * as Plot from '../../script/bench/Plot.ts'
import * as Report from '../../script/bench/Report.ts'

const count = 20

/** One round on all designs, which have to agree on their roots, gas and logs. */
async function rowAt(size: number, cold = false): Promise<Report.Row> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    const { batches } = await measureBatches(folder, { size, counts: [count], rounds: 1, interval: 2, cold })
    return Report.rowOf(count, batches[count]!)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What each design does for a transaction is the same on every machine. How long it takes is no test's business. */
describe('bench', () => {
  let small: Report.Row
  let large: Report.Row

  before(async () => {
    small = await rowAt(1_000)
    large = await rowAt(10_000)
  })

  test('ours does exactly this for a transaction', () => {
    assert.deepEqual(small.perTx, { reads: 2.8, writes: 2.75, bytes: 158.6, keccaks: 16.4 })
    assert.deepEqual(small.swaps.perTx, { reads: 4.45, writes: 2.9, bytes: 200.75, keccaks: 37.5 })
  })

  test('every design recovers every signer by itself', () => {
    // Besides what both hash, a trie hashes its nodes; the diff root is hashed by the flat design alone.
    const { ours, mpt } = small.designs
    assert.deepEqual([ours.perTx.keccaks, mpt.perTx.keccaks], [16.4, 17.15])
  })

  test('with a thread, the batch does the same but for the recovery', () => {
    for (const { designs } of [small, small.swaps]) {
      const { keccaks, ...others } = designs.threaded.perTx
      const { keccaks: all, ...same } = designs.ours.perTx
      assert.deepEqual(others, same)
      // The hash of every key, that is of every signer, is made where it is recovered.
      assert.ok(keccaks < all, `${keccaks} and ${all} keccaks`)
    }
  })

  test('reads of ours are constant in the size of the state', () => {
    for (const [a, b] of [
      [small.perTx, large.perTx],
      [small.swaps.perTx, large.swaps.perTx],
    ] as const) {
      assert.ok(Math.abs(b.reads / a.reads - 1) <= 0.05, `${a.reads} and ${b.reads} reads`)
      assert.ok(Math.abs(b.writes / a.writes - 1) <= 0.05, `${a.writes} and ${b.writes} writes`)
    }
  })

  test('a trie reads and writes more than flat pairs, and more the larger the state is', () => {
    assert.ok(large.ratios.bytesMptVsFlat > small.ratios.bytesMptVsFlat)
    assert.ok(small.ratios.bytesMptVsFlat > 5)
    for (const name of ['mpt', 'stock'] as const) {
      const [before, after] = [small.designs[name].perTx, large.designs[name].perTx]
      for (const figure of ['reads', 'writes', 'bytes'] as const) assert.ok(after[figure] > before[figure], figure)
      assert.ok(before.bytes > small.perTx.bytes && before.reads > small.perTx.reads, name)
    }
  })

  test('what is in memory changes no count', async () => {
    const cold = await rowAt(1_000, true)
    for (const [a, b] of [
      [small, cold],
      [small.swaps, cold.swaps],
    ] as const) {
      for (const name of ['ours', 'threaded', 'mpt', 'mptInMemory', 'stock'] as const) {
        assert.deepEqual(b.designs[name].perTx, a.designs[name].perTx, name)
      }
    }
    for (const { designs } of [small, small.swaps]) assert.deepEqual(designs.mptInMemory.perTx, designs.mpt.perTx)
  })

  test('the checkpoint is part of the time of ours, and of no other', () => {
    for (const { designs, ratios, ms } of [small, small.swaps]) {
      const { ours, threaded, mpt, mptInMemory, stock } = designs
      assert.ok(ours.checkpoint > 0)
      assert.equal(threaded.checkpoint, ours.checkpoint)
      assert.deepEqual([mpt.checkpoint, mptInMemory.checkpoint, stock.checkpoint], [0, 0, 0])
      const { recover, execute, commit } = ours.split
      assert.ok(Math.abs(ms.ours - (recover + execute + commit + ours.checkpoint)) < 1e-6)
      assert.ok(ratios.flatVsMpt < ratios.flatVsMptWithoutCheckpoint)
    }
  })

  test('the plot has a point of every ratio at every size', () => {
    const svg = Plot.draw({ 1000: { [count]: small }, 10000: { [count]: large } })
    assert.equal(svg.match(/<circle/g)!.length, 2 * svg.match(/<polyline/g)!.length)
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/)
  })
})
