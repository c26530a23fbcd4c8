import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Thread, ThreadError } from '../../../prover/node/threads/Thread.ts'

describe('Thread', () => {
  test('N-26: a request that cannot be sent is refused alone, and one that fails in the thread leaves it working', async () => {
    const thread = new Thread<unknown, number>(new URL('../../utils/echoThread.ts', import.meta.url))
    const answers = await Promise.allSettled([thread.ask(1), thread.ask(() => 2), thread.ask('three'), thread.ask(4)])
    assert.deepEqual(
      answers.map((it) => (it.status === 'fulfilled' ? it.value : it.reason.name)),
      [1, ThreadError.name, ThreadError.name, 4],
    )
    await thread.close()
    await assert.rejects(thread.ask(5), /it was closed/)
  })
})
