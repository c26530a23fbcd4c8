import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import * as PayloadCodec from '../../../prover/batch/PayloadCodec.ts'
import * as Recovery from '../../../prover/machine/boundary/Recovery.ts'
import { decodeTransaction, forget } from '../../../prover/machine/boundary/TransactionDecoder.ts'
import * as RecoveryJob from '../../../prover/node/threads/RecoveryJob.ts'
import { RecoveryWorker } from '../../../prover/node/threads/RecoveryWorker.ts'
import { RandomBatches, randomGenesis } from '../../utils/RandomBatches.ts'
import { randomFrom } from '../../utils/State.ts'

const chainId = 901n
const maxBytes = 65_536
const missing = new URL('./NoSuchModule.ts', import.meta.url)
const dying = new URL('../../utils/dyingThread.ts', import.meta.url)

/** Transactions of all kinds, some of them spoiled. */
async function transactions(count: number): Promise<Uint8Array[]> {
  const random = randomFrom(24)
  const { time } = randomGenesis(random)
  const batches = new RandomBatches(random)
  const raws: Uint8Array[] = []
  while (raws.length < count) {
    const blocks = PayloadCodec.decode(await batches.payload(time), maxBytes)
    raws.push(...blocks.flatMap((block) => block.transactions))
  }
  return [...raws, new Uint8Array(0), Uint8Array.of(2), new Uint8Array(200).fill(0xff)]
}

/** The signers that are known here, one a line, in an order of their own. */
function known(): string[] {
  const lines =
    Buffer.from(Recovery.packKnown())
      .toString('hex')
      .match(/.{234}/g) ?? []
  return lines.sort()
}

const payloadOf = (raws: Uint8Array[]) => PayloadCodec.encode([{ time: 0n, transactions: raws }])
const decodeAll = (raws: Uint8Array[]) => raws.map((raw) => decodeTransaction(raw, chainId))

describe('RecoveryWorker', () => {
  test('N-24: tells exactly the signers that are recovered in line, those of authorisations too', async () => {
    const raws = await transactions(150)
    forget()
    const expected = decodeAll(raws)
    const withoutAuthorizations = known().length
    RecoveryJob.work(RecoveryJob.jobOf(payloadOf(raws), maxBytes, chainId))
    const signers = known()
    assert.ok(withoutAuthorizations > 50 && signers.length > withoutAuthorizations)
    assert.ok(expected.some((decoded) => typeof decoded === 'string'))

    const worker = await RecoveryWorker.start(assert.fail)
    for (const run of [
      () => worker.recover(raws, chainId),
      () => worker.begin(payloadOf(raws), maxBytes, chainId).finish(),
    ]) {
      forget()
      await run()
      assert.deepEqual(known(), signers)
      assert.deepEqual(decodeAll(raws), expected)
      assert.deepEqual(known(), signers, 'nothing is left to recover')
    }
    await worker.close()
  })

  test('N-24: leaves what the other thread has taken', async () => {
    const raws = await transactions(40)
    const job = RecoveryJob.jobOf(payloadOf(raws.slice(0, 40)), maxBytes, chainId)
    Atomics.add(job.taken, 0, 16)
    forget()
    RecoveryJob.work(job)
    const rest = known()
    forget()
    RecoveryJob.work(RecoveryJob.jobOf(payloadOf(raws.slice(16, 40)), maxBytes, chainId))
    assert.deepEqual(rest, known())
  })

  test('N-24: waits for nothing that the other thread has to do before', async () => {
    const worker = await RecoveryWorker.start(assert.fail)
    const raws = await transactions(150)
    const order: string[] = []
    const before = worker.recover(raws, chainId).then(() => order.push('what came before'))
    forget()
    const own = worker.begin(payloadOf(raws.slice(0, 10)), maxBytes, chainId)
    await own.finish()
    order.push('own')
    const signers = known()
    await Promise.all([before, own.done])
    assert.deepEqual(order, ['own', 'what came before'])
    assert.ok(signers.length > 0)
    await worker.close()
  })

  for (const [what, thread] of [
    ['can not start', missing],
    ['ends', dying],
  ] as const) {
    test(`N-26: a thread that ${what} is reported once, and signers are recovered in line`, async () => {
      const warnings: string[] = []
      const worker = await RecoveryWorker.start((message) => warnings.push(message), thread)
      const raws = await transactions(20)
      forget()
      await worker.recover(raws, chainId)
      assert.deepEqual(known(), [])
      await worker.begin(payloadOf(raws), maxBytes, chainId).finish()
      assert.ok(decodeAll(raws).some((decoded) => typeof decoded !== 'string'))
      assert.equal(warnings.length, 1)
      assert.match(warnings[0]!, /the thread that recovers signers has failed.*in line.*: .*(NoSuchModule|exit code 3)/)
      await worker.close()
    })
  }

  test('ends when it is closed, whatever it is doing, and says nothing of it', async () => {
    const worker = new RecoveryWorker(assert.fail)
    const raws = await transactions(100)
    const waiting = [worker.recover(raws, chainId), worker.recover(raws, chainId)]
    await worker.close()
    await Promise.all(waiting)
    await worker.recover(raws, chainId)
  })

  test('does not keep the process alive', () => {
    const args = ['--import', 'tsx', 'test/utils/idleThreads.ts']
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 })
    assert.deepEqual([status, stdout], [0, 'done\n'])
  })
})
