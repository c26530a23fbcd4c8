/**
 * What a whole dispute costs its prover: the seconds to answer every move of an execution game on the heaviest batch of
 * the workload, beside the seconds of the same batch in run mode. `npm run measure:dispute`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Payload from '../../prover/commitment/Payload.ts'
import * as Bisection from '../../prover/dispute/Bisection.ts'
import * as StepBisection from '../../prover/dispute/StepBisection.ts'
import { BatchTrace } from '../../prover/machine/BatchTrace.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import { Follower } from '../../prover/node/Follower.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { Store } from '../../prover/state/Store.ts'
import * as Workload from '../../prover/workload/Workload.ts'

const arity = 32
const l1Time = 1_800_000_000n
const chainId = 42_069

function seconds<T>(work: () => T): [number, T] {
  const start = performance.now()
  const result = work()
  return [(performance.now() - start) / 1_000, result]
}

/** The hashes of every move and the witness at the end, always into the piece in the middle. */
function answerAllMoves(trace: BatchTrace): void {
  let [low, high] = [0n, BigInt(arity) ** BigInt(StepBisection.depthOf(trace.stepCount, arity))]
  const target = trace.stepCount / 2n
  while (high - low > 1n) {
    trace.hashesAt(Bisection.innerPositions(low, high, arity))
    const length = (high - low) / BigInt(arity)
    low += ((target - low) / length) * length
    high = low + length
  }
  trace.witness(low)
}

const directory = await mkdtemp(join(tmpdir(), 'measure-'))
const { blockGasLimit, batchGasLimit } = Workload.fullSize
const workload = Workload.generate({ ...Workload.fullSize, seed: 'measure', chainId })
const limits = { blockGasLimit: `${blockGasLimit}`, batchGasLimit: `${batchGasLimit}`, maxTransactionBytes: 65_536 }
const constants = { chainId, feeRecipient: `0x${'fe'.repeat(20)}`, ...limits, precompileGasCap: 6_000_000 }
const genesis = { ...constants, time: `${l1Time}`, baseFee: '1000000000', accounts: workload.accounts }
const store = await Store.open(directory, Genesis.parse(JSON.stringify(genesis), 'genesis'))
const follower = new Follower(store)
for (const { blocks } of workload.batches) {
  const raw = blocks.map(({ transactions }) => ({ time: l1Time, transactions: transactions.map((it) => it.raw) }))
  const payload = PayloadCodec.encode(raw)
  const header = { payloadRoot: Payload.rootOf(payload), payloadLength: payload.length, l1Time }
  await follower.append(payload, { previous: store.newest.chainHash, ...header })
}
const numbers = workload.batches.map((_, index) => index + 1)
const heaviest = numbers.reduce((best, number) =>
  store.batch(number).gasUsed > store.batch(best).gasUsed ? number : best,
)
const { config } = store.genesis
const input = { payload: store.payload(heaviest), l1Time }
const base = store.stateAt(heaviest - 1)
executeBatch(base, input, config) // once before, so that both are measured warm
const [run] = seconds(() => executeBatch(base, input, config))
const [count, trace] = seconds(() => {
  const fresh = BatchTrace.of(base, input, config)
  void fresh.stepCount
  return fresh
})
const [dispute] = seconds(() => answerAllMoves(trace))
console.log(`batch ${heaviest}: ${store.batch(heaviest).gasUsed} gas, ${trace.stepCount} steps`)
console.log(`run mode ${run.toFixed(3)} s; counting its steps ${count.toFixed(3)} s; all moves ${dispute.toFixed(3)} s`)
await store.close()
await rm(directory, { recursive: true })
