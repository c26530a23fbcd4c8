/**
 * What a dispute over a whole batch of 30 M gas costs its prover: to answer every move of the step game and to make the
 * last witness, beside the batch in run mode. Of both, one turn comes first that is not counted.
 */
import type { Hex } from 'viem'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Bisection from '../../prover/dispute/Bisection.ts'
import * as StepBisection from '../../prover/dispute/StepBisection.ts'
import { BatchTrace } from '../../prover/machine/BatchTrace.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import { type Part, type Program, ProgramBuilder } from '../../test/machine/programs/Program.ts'
import { timed } from './Design.ts'
import { Contracts, config, l1Time } from './Population.ts'
import { loopOf } from './Primitives.ts'
import { medianOf } from './Statistics.ts'
import * as Traffic from './Traffic.ts'

const arity = 32
/** Many, since those of a batch of transfers take a twentieth of a second. */
const rounds = 25

export const kinds = ['transfers', 'keccak', 'copying', 'calls'] as const
export type Kind = (typeof kinds)[number]

export interface Result {
  readonly gas: number
  readonly steps: number
  /** Milliseconds in run mode; of the pass that counts the steps; of all moves after it, with the witness. */
  readonly run: number
  readonly count: number
  readonly moves: number
  /** (count + moves) / run */
  readonly ratio: number
  /** Count and moves of the first dispute of a process, whose code is not compiled yet. */
  readonly first: number
  /** The most memory that the process ever had, in MiB. */
  readonly memory: number
}

/** `gas` is about what the batch uses. */
export async function measure(kind: Kind, gas = 30_000_000): Promise<Result> {
  const { base, input, config } = programOf(kind, gas)
  // By itself and first: disputes have the compiler begin anew with code that both use, and that is theirs to pay for.
  const runs = await turns(() => timed(() => executeBatch(base, input, config)))
  const disputes = await turns(async () => {
    const trace = BatchTrace.of(base, input, config)
    const [count, steps] = await timed(() => Number(trace.stepCount))
    const [moves] = await timed(() => answerAllMoves(trace))
    return { count, moves, steps }
  })
  const [{ count: firstCount, moves: firstMoves, steps }, ...others] = disputes
  const run = medianOf(runs.slice(1).map(([milliseconds]) => milliseconds))
  const [count, moves] = [medianOf(others.map((it) => it.count)), medianOf(others.map((it) => it.moves))]
  const memory = process.resourceUsage().maxRSS / 1_024
  const { gasUsed } = runs[0][1]
  const first = firstCount + firstMoves
  return { gas: Number(gasUsed), steps, run, count, moves, ratio: (count + moves) / run, first, memory }
}

/** What the work gives: of one turn, and of those that count. */
async function turns<T>(work: () => Promise<T>): Promise<[first: T, ...others: T[]]> {
  const first = await work()
  const others: T[] = []
  while (others.length < rounds) others.push(await work())
  return [first, ...others]
}

/** The hashes of every move and the witness at the end, always into the piece in the middle. */
function answerAllMoves(trace: BatchTrace): void {
  const target = trace.stepCount / 2n
  let [low, high] = [0n, BigInt(arity) ** BigInt(StepBisection.depthOf(trace.stepCount, arity))]
  while (high - low > 1n) {
    trace.hashesAt(Bisection.innerPositions(low, high, arity))
    const length = (high - low) / BigInt(arity)
    low += ((target - low) / length) * length
    high = low + length
  }
  trace.witness(low)
}

/** A whole dispute, from the batch to the witness. */
export function answer({ base, input, config }: Program): void {
  answerAllMoves(BatchTrace.of(base, input, config))
}

/** A batch of one kind that uses about that much gas. */
export function programOf(kind: Kind, gas: number): Program {
  if (kind === 'transfers') return transfers(gas)
  const builder = new ProgramBuilder()
  const { body, turnGas } = loads[kind](builder)
  // No transaction may have more than 2^24 gas.
  const turns = Math.floor(gas / 2 / turnGas)
  for (let half = 0; half < 2; half++) builder.run([loopOf(body, turns)], { gas: 16_000_000n })
  return builder.build()
}

/** The turns of a loop, with what each of them costs. */
const loads: Record<Exclude<Kind, 'transfers'>, (builder: ProgramBuilder) => { body: Part[]; turnGas: number }> = {
  keccak: () => ({ body: [64, 0, 'KECCAK256', 0, 'MSTORE'], turnGas: 82 }),
  copying: () => ({ body: [8_192, 'DUP2', 0x1f, 'AND', 8_192, 'MCOPY'], turnGas: 814 }),
  calls: (builder) => {
    const callee: Hex = builder.contract([0, 'MLOAD', 0, 'MSTORE', 32, 0, 'RETURN'])
    return { body: [32, 0, 0, 0, BigInt(callee), 5_000, 'STATICCALL', 'POP'], turnGas: 172 }
  },
}

/** Ether and coin transfers of few users: what is measured is not the state. No payload has room for more than 880. */
function transfers(gas: number): Program {
  const contracts = new Contracts(64)
  const transactions = Traffic.userTransfers(contracts, Math.min(880, Math.floor(gas / 29_000)))
  const time = l1Time + 1n
  return {
    base: contracts.trie,
    input: { payload: PayloadCodec.encode([{ time, transactions }]), l1Time: time },
    config,
  }
}
