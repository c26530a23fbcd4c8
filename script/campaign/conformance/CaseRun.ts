/** Runs one state case in run mode and in prove mode and says how what comes of it differs from what is expected. */
import * as Word from '../../../prover/commitment/Word.ts'
import { BatchTrace } from '../../../prover/machine/BatchTrace.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import { stepBound } from '../../../prover/machine/StepBound.ts'
import * as MachineState from '../../../prover/machine/state/MachineState.ts'
import type { StateTrie } from '../../../prover/state/StateTrie.ts'
import * as CaseMachine from '../cases/CaseMachine.ts'
import { preStateOf, type StateCase } from '../cases/StateCase.ts'
import * as Rejection from './Rejection.ts'

/** What came of a case: it passed, or differs in `detail`, or says nothing for the reason in `detail`. */
export interface Outcome {
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly detail: string | undefined
  /** Steps of the machine in prove mode. */
  readonly steps: number
}

/** Hashes are kept at every 7th step at first, then at every 14th, …, so that a case has at most so many of them. */
const MAX_SAMPLES = 32
const FIRST_INTERVAL = 7
/** Turns between two marks at first. A dispute has fewer marks, of which most cases would see none. */
const MARK_INTERVAL = 5

/** Blob transactions are invalid on this L2, whatever they would do on L1. */
const BLOB = '0x03'
const BLOB_REASON = 'blob transactions (type 3) are invalid on this L2'

export function check(test: StateCase): Outcome {
  try {
    return run(test)
  } catch (error) {
    return { status: 'failed', detail: (error as Error).stack ?? String(error), steps: 0 }
  }
}

function run(test: StateCase): Outcome {
  const pre = preStateOf(test)
  if (test.tx.raw.startsWith(BLOB)) return refused(test, pre)
  const m = CaseMachine.runMachineOf(test, pre)
  Interpreter.runUntil(m, CaseMachine.isOver)
  const inRunMode = CaseMachine.differenceOf(test, m, pre) ?? Rejection.differenceOf(test.expect.exception, m)
  const { difference: inProveMode, steps } = prove(test, pre)
  const detail = inRunMode !== undefined ? `run mode: ${inRunMode}` : inProveMode && `prove mode: ${inProveMode}`
  return { status: detail === undefined ? 'passed' : 'failed', detail, steps }
}

/** A case that can't be executed here is skipped, but only if the machine refuses it for that reason. */
function refused(test: StateCase, pre: StateTrie): Outcome {
  const m = CaseMachine.proveMachineOf(test, pre)
  Interpreter.step(m)
  const reason = m.skipped[0]?.reason ?? 'none'
  const isRefused = reason.startsWith('type 0x3 ') && CaseMachine.isOver(m) && m.world.stateDiff().length === 0
  const detail = isRefused ? BLOB_REASON : `expected a refusal of type 0x3, got ${reason}`
  return { status: isRefused ? 'skipped' : 'failed', detail, steps: 1 }
}

/** The hashes of a run at every step that is a multiple of `interval`, and after the last one. */
interface Samples {
  readonly hashes: readonly Uint8Array[]
  readonly interval: number
  readonly end: Uint8Array
  readonly steps: number
}

function prove(test: StateCase, pre: StateTrie): { difference: string | undefined; steps: number } {
  const start = CaseMachine.proveMachineOf(test, pre)
  const single = forkOf(start)
  const samples = stepThrough(single)
  const difference =
    CaseMachine.differenceOf(test, single, pre) ??
    markDifference(start, samples, single) ??
    strideDifference(start, samples) ??
    excess(single, samples.steps)
  return { difference, steps: samples.steps }
}

/** M-7 for an executed transaction by itself, which has no part in what a payload may do for nothing. */
function excess({ transactions }: Machine.Machine, steps: number): string | undefined {
  const [executed] = transactions
  if (executed === undefined || BigInt(steps) <= stepBound(executed.gasUsed) - stepBound(0n)) return undefined
  return `M-7: ${steps} steps for ${executed.gasUsed} gas`
}

/** Makes every step by itself. */
function stepThrough(m: Machine.Machine): Samples {
  let hashes: Uint8Array[] = []
  let interval = FIRST_INTERVAL
  let steps = 0
  for (; !CaseMachine.isOver(m); steps++) {
    if (steps % interval === 0) hashes.push(MachineState.machineHash(m))
    if (hashes.length > MAX_SAMPLES) {
      hashes = hashes.filter((_, index) => index % 2 === 0)
      interval *= 2
    }
    Interpreter.step(m)
  }
  return { hashes, interval, end: MachineState.machineHash(m), steps }
}

/** The same states are reached from the marks of a run in run mode, which has as many steps. */
function markDifference(start: Machine.Machine, samples: Samples, over: Machine.Machine): string | undefined {
  const { hashes, interval, end, steps } = samples
  const trace = new BatchTrace(forkOf(start), MARK_INTERVAL)
  // A trace goes on to the end of the batch, which comes after the transaction: there is no payload.
  const stepCount = steps + Interpreter.advance(forkOf(over), Number.MAX_SAFE_INTEGER)
  if (trace.stepCount !== BigInt(stepCount)) return `${stepCount} steps, ${trace.stepCount} counted in run mode`
  const positions = [...hashes.map((_, index) => index * interval), steps]
  const expected = [...hashes, end]
  const given = trace.hashesAt(positions.map(BigInt))
  const index = given.findIndex((hash, position) => !Word.equals(hash, expected[position]!))
  return index < 0 ? undefined : `another state at step ${positions[index]} from marks`
}

/** The same states are reached with whole bulk operations at once, and from forks. */
function strideDifference(start: Machine.Machine, { hashes, interval, end, steps }: Samples): string | undefined {
  let m = start
  for (const [index, hash] of hashes.entries()) {
    const fork = forkOf(m)
    if (!Word.equals(MachineState.machineHash(m), hash)) return `another state at step ${index * interval} in strides`
    if (index % 2 === 0) m = fork
    Interpreter.advance(m, Math.min(interval, steps - index * interval))
  }
  return Word.equals(MachineState.machineHash(m), end) ? undefined : `another state after ${steps} steps in strides`
}

function forkOf(m: Machine.Machine): Machine.Machine {
  return Machine.fork(m, (m.world as ProveWorld).fork())
}
