import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Sampler } from '../../../script/campaign/steps/Sampler.ts'
import type { Source } from '../../../script/campaign/steps/Sources.ts'
import { programs } from '../../machine/programs/index.ts'
import { traceOf } from '../../machine/programs/Program.ts'

const sources: Source[] = ['calls', 'creations', 'precompiles', 'transactions'].map((name) => ({
  id: name,
  scanned: Number.POSITIVE_INFINITY,
  start: () => traceOf(programs[name]!()).machineAt(0),
  isOver: ({ haltedRoot }) => haltedRoot !== undefined,
}))
const limits = { perCell: 3, perSource: 200 }

function scanned(seed: string, from: readonly Source[] = sources, changed: Partial<typeof limits> = {}): Sampler {
  const sampler = new Sampler(seed, { ...limits, ...changed })
  for (const source of from) sampler.scan(source)
  return sampler
}

const sizeOf = (chosen: ReadonlyMap<number, readonly number[]>) =>
  [...chosen.values()].reduce((sum, steps) => sum + steps.length, 0)

describe('Sampler', () => {
  test('looks at every step once, and at the one after the end', () => {
    const counted = sources.map((source) => Number(traceOf(programs[source.id]!()).stepCount))
    assert.equal(
      scanned('1').steps,
      counted.reduce((sum, count) => sum + count + 1, 0),
    )
  })

  test('chooses one step of each kind and outcome before the second of any', () => {
    const sampler = scanned('1')
    const cells = [...sampler.cells()]
    const chosen = sampler.choose(cells.length)
    for (const { row, outcome, best } of cells) {
      const { source, step } = best[0]!
      assert.ok(chosen.get(source)?.includes(step), `${row}: ${outcome}`)
    }
  })

  test('fills up at random to the number that is asked for, each step once and in ascending order', () => {
    const chosen = scanned('1').choose(700)
    assert.equal(sizeOf(chosen), 700)
    for (const steps of chosen.values()) {
      assert.deepEqual(
        steps,
        [...new Set(steps)].sort((left, right) => left - right),
      )
    }
  })

  test('chooses the same for the same seed in whatever order the sources come, and other steps for another', () => {
    const named = (from: readonly Source[], seed: string) =>
      new Map([...scanned(seed, from).choose(2000)].map(([source, steps]) => [from[source]!.id, steps]))
    const reversed = sources.toReversed()
    const [forward, backward, other] = [named(sources, '1'), named(reversed, '1'), named(sources, '2')]
    for (const { id } of sources) assert.deepEqual(forward.get(id), backward.get(id))
    assert.notDeepEqual(forward, other)
  })

  test('takes no more than its share from one source at random', () => {
    const sampler = scanned('1', sources, { perCell: 0, perSource: 5 })
    for (const steps of sampler.choose(1000).values()) assert.equal(steps.length, 5)
  })
})
