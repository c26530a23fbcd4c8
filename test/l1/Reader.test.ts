import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Connection } from '../../prover/l1/Connection.ts'
import { Reader } from '../../prover/l1/Reader.ts'
import type { View } from '../../prover/l1/View.ts'
import { ToyRollup } from '../utils/ToyRollup.ts'

type Call = 'getBlock' | 'getLogs' | 'getTransaction'

/** A connection whose client does something else first, once, when `call` is made for the `count`th time from now. */
function disturbed(connection: Connection, call: Call, count: number, disturb: () => Promise<unknown>): Connection {
  let left = count
  const client = new Proxy(connection.client, {
    get: (target, name) => {
      const original = Reflect.get(target, name)
      if (name !== call) return original
      return async (...args: unknown[]) => {
        if (--left === 0) await disturb()
        return original(...args)
      }
    },
  })
  return { ...connection, client }
}

describe('Reader', () => {
  let toy: ToyRollup
  before(async () => {
    toy = await ToyRollup.start()
  })
  after(() => toy.anvil.stop())

  const lengths = ({ batches }: View) => batches.map(({ number, payload }) => [number, payload.length])
  const fresh = () => new Reader(toy.connection, toy.contracts).read()
  const down = () => Promise.reject(new Error('no answer'))

  for (const [call, count] of [
    ['getTransaction', 2],
    ['getBlock', 2],
  ] as const) {
    it(`reads nothing twice after L1 failed to answer ${call} number ${count}`, async () => {
      const snapshot = await toy.anvil.control.snapshot()
      await toy.post(3, 4, 5)
      const reader = new Reader(disturbed(toy.connection, call, count, down), toy.contracts)
      await assert.rejects(reader.read(), /no answer/)
      assert.deepEqual(await reader.read(), await fresh())
      assert.deepEqual(await reader.read(), await fresh())
      await toy.anvil.control.revert({ id: snapshot })
    })
  }

  // The first read takes the latest block, then its logs; the second begins with the latest block and the known one.
  for (const [call, count] of [
    ['getBlock', 3],
    ['getBlock', 4],
    ['getLogs', 2],
    ['getTransaction', 3],
  ] as const) {
    it(`notices that L1 was reorganised at ${call} number ${count}, in the middle of a read`, async () => {
      const start = await toy.anvil.control.snapshot()
      const fork = await toy.anvil.control.snapshot()
      await toy.post(3, 4)
      const reorganise = async () => {
        await toy.anvil.control.revert({ id: fork })
        await toy.post(7, 8, 9)
        await toy.anvil.control.mine({ blocks: 3 })
      }
      const reader = new Reader(disturbed(toy.connection, call, count, reorganise), toy.contracts)
      await reader.read()
      await toy.post(5)
      await reader.read().catch(() => undefined)
      const view = await reader.read()
      assert.deepEqual(lengths(view), [
        [1n, 7],
        [2n, 8],
        [3n, 9],
      ])
      await toy.anvil.control.revert({ id: start })
    })
  }
})
