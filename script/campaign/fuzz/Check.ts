/** One case in run mode, in prove mode and by the judge. */
import { isDeepStrictEqual } from 'node:util'
import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import { findDifference } from '../../../prover/judge/Difference.ts'
import * as Judge from '../../../prover/judge/Judge.ts'
import { BatchTrace } from '../../../prover/machine/BatchTrace.ts'
import * as Executor from '../../../prover/machine/Executor.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import { stepBound } from '../../../prover/machine/StepBound.ts'
import * as MachineState from '../../../prover/machine/state/MachineState.ts'
import { Chance } from './Chance.ts'
import { type FuzzCase, flatProgramOf, type Program } from './FuzzCase.ts'

/** Steps that are made one at a time before a sampled one. */
const WINDOW = 3_000
/** Points at which machine hashes are compared. */
const SAMPLES = 4

/** Which comparison failed. */
export type Side = 'judge' | 'prove' | 'hashes' | 'bound' | 'crash'

export interface Failure {
  readonly side: Side
  readonly message: string
}

/** What was run, whether or not it was right. */
export interface Outcome {
  readonly failure: Failure | undefined
  readonly transactions: number
  /** Of the transactions: what did not end in success. */
  readonly failed: number
  readonly skipped: number
  readonly steps: number
  readonly gasUsed: bigint
}

/** Who executes. A test of the fuzzer puts in one who makes mistakes. */
export interface Executors {
  readonly run: typeof Executor.executeBatch
  readonly judge: typeof Judge.judge
}

export const executors: Executors = { run: Executor.executeBatch, judge: Judge.judge }

const nothing = { transactions: 0, failed: 0, skipped: 0, steps: 0, gasUsed: 0n }

/** Runs a case everywhere; `side` asks for that comparison only, and says nothing of the others. */
export async function check(fuzzCase: FuzzCase, by: Executors = executors, side?: Side): Promise<Outcome> {
  try {
    return await compare(flatProgramOf(fuzzCase), by, side)
  } catch (error) {
    return { ...nothing, failure: { side: 'crash', message: (error as Error).stack ?? String(error) } }
  }
}

async function compare(program: Program, by: Executors, side: Side | undefined): Promise<Outcome> {
  const { base, input, config } = program
  const isAsked = (name: Side) => side === undefined || side === 'crash' || side === name
  const executed = by.run(base, input, config)
  const proved = isAsked('prove') || isAsked('bound') ? prove(program) : undefined
  const steps = proved?.steps ?? 0
  const failure = async (): Promise<Failure | undefined> => {
    if (isAsked('prove')) {
      const message = proveDifference(executed, proved!.machine)
      if (message !== undefined) return { side: 'prove', message }
    }
    if (isAsked('bound') && steps > stepBound(executed.gasUsed)) {
      return { side: 'bound', message: `M-7: ${steps} steps for ${executed.gasUsed} gas` }
    }
    if (isAsked('hashes')) {
      const message = hashDifference(program, proved?.steps)
      if (message !== undefined) return { side: 'hashes', message }
    }
    if (isAsked('judge')) {
      const message = findDifference(executed, await by.judge(base, input, config))
      if (message !== undefined) return { side: 'judge', message }
    }
    return undefined
  }
  return { failure: await failure(), ...countsOf(executed), steps, gasUsed: executed.gasUsed }
}

function countsOf({ blocks }: Executor.ExecutedBatch): Pick<Outcome, 'transactions' | 'failed' | 'skipped'> {
  const transactions = blocks.flatMap((block) => block.transactions)
  return {
    transactions: transactions.length,
    failed: transactions.filter(({ status }) => !status).length,
    skipped: blocks.reduce((sum, block) => sum + block.skipped.length, 0),
  }
}

/** The machine of prove mode at its end, bulk operations at once. */
function prove({ base, input, config }: Program): { machine: Machine.Machine; steps: number } {
  const machine = forkOf(BatchTrace.of(base, input, config).machineAt(0))
  const steps = Interpreter.advance(machine, Number.MAX_SAFE_INTEGER)
  return { machine, steps }
}

function proveDifference(executed: Executor.ExecutedBatch, machine: Machine.Machine): string | undefined {
  const proved = Executor.resultOf(machine)
  const blocks = proved.blocks.map((block) => ({
    ...block,
    transactions: block.transactions.map((transaction) => ({ ...transaction, succeeded: transaction.status })),
  }))
  const difference = findDifference(executed, { ...proved, blocks }, 'prove mode')
  if (difference !== undefined) return difference
  if (!Word.equals(machine.haltedRoot!, StateDiff.root(executed.diff))) return 'the diff root differs from the diff'
  // What the judge has no word for: senders, prices, addresses of creations, reasons.
  return isDeepStrictEqual(proved.blocks, executed.blocks) ? undefined : 'receipts differ between run and prove mode'
}

/** Whether the machine has other hashes when it is run step by step, in strides, or from marks of run mode. */
function hashDifference({ base, input, config }: Program, steps: number | undefined): string | undefined {
  const trace = BatchTrace.of(base, input, config)
  const end = Number(trace.stepCount)
  if (steps !== undefined && steps !== end) return `${end} steps in run mode, ${steps} in prove mode`
  const chance = new Chance(Buffer.from(trace.startState).toString('hex'))
  const samples = Array.from({ length: SAMPLES }, () => chance.below(end + 1)).sort((left, right) => left - right)
  const expected = inStrides(trace, samples)
  const differs = (how: string, hashes: readonly Uint8Array[]) => {
    const index = hashes.findIndex((hash, at) => !Word.equals(hash, expected[at]!))
    return index < 0 ? undefined : `the hash of step ${samples[index]} of ${end} differs when run ${how}`
  }
  const given = trace.hashesAt(samples.toReversed().map(BigInt)).toReversed()
  return (
    differs('from marks', given) ??
    differs('one by one', oneByOne(trace, samples)) ??
    differs(
      'from marks again',
      samples
        .toReversed()
        .map((step) => trace.hashAt(BigInt(step)))
        .toReversed(),
    )
  )
}

/** One machine from point to point; at each it leaves a fork behind that runs on by itself. */
function inStrides(trace: BatchTrace, samples: readonly number[]): Uint8Array[] {
  const machine = forkOf(trace.machineAt(0))
  let at = 0
  return samples.map((step) => {
    Interpreter.advance(machine, step - at)
    at = step
    Interpreter.advance(forkOf(machine), WINDOW)
    return MachineState.machineHash(machine)
  })
}

function oneByOne(trace: BatchTrace, samples: readonly number[]): Uint8Array[] {
  let at = 0
  let machine = forkOf(trace.machineAt(0))
  return samples.map((step) => {
    if (step - at > WINDOW) {
      at = step - WINDOW
      machine = forkOf(trace.machineAt(at))
    }
    for (; at < step; at++) Interpreter.step(machine)
    return MachineState.machineHash(machine)
  })
}

function forkOf(machine: Machine.Machine): Machine.Machine {
  return Machine.fork(machine, (machine.world as ProveWorld).fork())
}
