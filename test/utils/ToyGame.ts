import { bytesToHex, type Hex, keccak256, stringToBytes } from 'viem'
import * as BatchBisection from '../../prover/dispute/BatchBisection.ts'
import * as Bisection from '../../prover/dispute/Bisection.ts'
import { type BatchHeader, type GameState, Link, Phase } from '../../prover/dispute/GameState.ts'
import type { Move } from '../../prover/dispute/Move.ts'
import type { Opinion } from '../../prover/dispute/Opinion.ts'
import * as StepBisection from '../../prover/dispute/StepBisection.ts'
import { CounterTrace, type Tag } from './CounterTrace.ts'

export type Verdict = 'convicted' | 'acquitted'

const zero: Hex = `0x${'0'.repeat(64)}`
const header: BatchHeader = { previous: zero, payloadRoot: zero, payloadLength: 0, l1Time: 0n }

export function hashOf(text: string): Hex {
  return keccak256(stringToBytes(text))
}

/** Where a toy opinion departs from the truth. */
export interface Lie {
  /** State roots from this batch on are false. */
  readonly rootsFrom?: bigint
  /** The diff of this batch is false, and its run from this step on. */
  readonly diff?: { readonly batch: bigint; readonly step: bigint }
  /** The fold of this batch is false from this step on. */
  readonly fold?: { readonly batch: bigint; readonly step: bigint }
}

/** An opinion about a chain of counters: batch b takes `steps(b)` steps. */
export function toyOpinion(steps: (batch: bigint) => bigint, lie: Lie = {}): Opinion {
  const isFalse = (batch: bigint) => lie.rootsFrom !== undefined && batch >= lie.rootsFrom
  return {
    stateRoot: (batch) => hashOf(`root ${batch} ${isFalse(batch)}`),
    checkpointRoot: (batch) => hashOf(`root ${batch} ${isFalse(batch)}`),
    diffRoot: (batch) => hashOf(`diff ${batch} ${lie.diff?.batch === batch}`),
    execution: (batch) => run('CounterRun', batch, steps(batch), lie.diff),
    fold: (batch) => run('CounterFold', batch, steps(batch), lie.fold),
    header: () => header,
    finalDiff: () => undefined,
  }
}

/** The run of one batch, in as many steps; different batches count from different numbers. */
function run(tag: Tag, batch: bigint, steps: bigint, lie?: Lie['diff']): CounterTrace {
  return new CounterTrace(tag, steps - 1n, batch << 64n, lie?.batch === batch ? { at: lie.step, by: 1n } : undefined)
}

/** The rules of a game over toy machines, for one arity: what `DisputeGame` does with each move. */
export class ToyGame {
  state: GameState
  verdict: Verdict | undefined
  moves = 0
  readonly arity: number
  private readonly steps: (batch: bigint) => bigint
  /** What ends the run that the proposer stands for: its own trace's end. */
  private readonly proposer: Opinion

  constructor(state: GameState, arity: number, steps: (batch: bigint) => bigint, proposer: Opinion) {
    this.state = state
    this.arity = arity
    this.steps = steps
    this.proposer = proposer
  }

  apply(move: Move): void {
    const before = this.state
    this.moves++
    this.state = this.next(move)
    if (move.leadsTo && this.verdict === undefined) {
      const { phase, low, high } = this.state
      if (phase !== move.leadsTo.phase || high - low !== move.leadsTo.length) {
        throw new Error(`${move.name} from phase ${before.phase} led to ${phase}, ${high - low} long`)
      }
    }
  }

  private next(move: Move): GameState {
    const { state, arity } = this
    const [first, second, third] = move.args
    switch (move.name) {
      case 'answerAgree':
        return this.openSteps(
          { ...state, agreed: state.disputed, link: Link.Execution },
          second as number,
          third as Hex[],
        )
      case 'answerDisagree': {
        const points = second as Hex[]
        const phase = state.high - state.low === 1n ? Phase.NameDiff : Phase.SelectBatch
        return { ...state, disputed: first as Hex, points, phase, batch: state.high }
      }
      case 'bisectBatches':
        return { ...state, points: first as Hex[], phase: Phase.SelectBatch }
      case 'selectBatch': {
        const range = Bisection.narrow(state, state.points, Number(first), arity)
        return { ...state, ...range, points: [], phase: BatchBisection.next(range.low, range.high), batch: range.high }
      }
      case 'nameDiff':
        return { ...state, diffRoot: first as Hex, phase: Phase.ChooseLink }
      case 'chooseLink':
        return { ...state, link: first as number, phase: Phase.OpenSteps }
      case 'openSteps':
        return this.openSteps(state, second as number, third as Hex[])
      case 'bisectSteps':
        return { ...state, points: first as Hex[], phase: Phase.SelectStep }
      case 'selectStep': {
        const range = Bisection.narrow(state, state.points, Number(first), arity)
        return { ...state, ...range, points: [], phase: StepBisection.next(range.high - range.low) }
      }
      case 'proveStep':
        this.prove(first as Hex)
        return state
      default:
        throw new Error(`no rule for ${move.name}`)
    }
  }

  private openSteps(state: GameState, depth: number, points: readonly Hex[]): GameState {
    const trace = state.link === Link.Fold ? this.proposer.fold(state.batch) : this.proposer.execution(state.batch)
    const high = BigInt(this.arity) ** BigInt(depth)
    return {
      ...state,
      low: 0n,
      high,
      agreed: bytesToHex(trace.hashAt(0n)),
      disputed: bytesToHex(trace.hashAt(trace.stepCount)),
      points,
      phase: depth === 0 ? Phase.LastStep : Phase.SelectStep,
    }
  }

  /** The true machine: the witness is the preimage of the pre-state. */
  private prove(witness: Hex): void {
    const { state } = this
    if (keccak256(witness) !== state.agreed) return
    const tag = state.link === Link.Fold ? 'CounterFold' : 'CounterRun'
    const truth = run(tag, state.batch, this.steps(state.batch))
    const post = bytesToHex(truth.hashAt(state.low + 1n))
    this.verdict = post === state.disputed ? 'acquitted' : 'convicted'
  }
}
