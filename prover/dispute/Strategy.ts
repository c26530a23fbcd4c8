import { bytesToHex, type Hex } from 'viem'
import * as BatchBisection from './BatchBisection.ts'
import * as Bisection from './Bisection.ts'
import { type BatchHeader, type GameState, Link, Phase } from './GameState.ts'
import type { Move } from './Move.ts'
import type { Opinion } from './Opinion.ts'
import * as StepBisection from './StepBisection.ts'
import type { Trace } from './Trace.ts'

/**
 * How the two parties of a game play: functions of the game's state and the player's own opinion, without memory and
 * without I/O. A player that lost a race, met a reorg or was restarted reads the game again and decides again.
 */

/** The proposer's move; undefined if it is not to move, or has no witness that wins. */
export function defend(game: GameState, opinion: Opinion, arity: number): Move | undefined {
  switch (game.phase) {
    case Phase.Answer:
      return answer(game, opinion, arity)
    case Phase.BisectBatches: {
      const points = rootsAt(Bisection.innerPositions(game.low, game.high, arity), opinion)
      return { name: 'bisectBatches', args: [points], leadsTo: to(Phase.SelectBatch, game.high - game.low) }
    }
    case Phase.NameDiff:
      return nameDiff(game, opinion)
    case Phase.OpenSteps: {
      const header = game.link === Link.Fold ? noHeader : opinion.header(game.batch)
      return { name: 'openSteps', ...openSteps(header, traceOf(game, opinion), arity) }
    }
    case Phase.BisectSteps: {
      const points = hashesAt(traceOf(game, opinion), Bisection.innerPositions(game.low, game.high, arity))
      return { name: 'bisectSteps', args: [points], leadsTo: to(Phase.SelectStep, game.high - game.low) }
    }
    case Phase.LastStep:
      return proveStep(game, opinion, (post) => post === game.disputed)
    default:
      return undefined
  }
}

/** The challenger's move; undefined if it is not to move, or has no witness that wins. */
export function attack(game: GameState, opinion: Opinion, arity: number): Move | undefined {
  switch (game.phase) {
    case Phase.SelectBatch: {
      const own = rootsAt(Bisection.innerPositions(game.low, game.high, arity), opinion)
      const piece = Bisection.firstDisputed(game.points, own)
      const { low, high } = Bisection.narrow(game, game.points, piece, arity)
      return { name: 'selectBatch', args: [BigInt(piece)], leadsTo: to(BatchBisection.next(low, high), high - low) }
    }
    case Phase.ChooseLink: {
      // A false h(S_x) fails exactly the link so picked (D-10).
      const link = opinion.diffRoot(game.batch) === game.diffRoot ? Link.Fold : Link.Execution
      return { name: 'chooseLink', args: [link], leadsTo: to(Phase.OpenSteps, game.high - game.low) }
    }
    case Phase.SelectStep: {
      const own = hashesAt(traceOf(game, opinion), Bisection.innerPositions(game.low, game.high, arity))
      const piece = Bisection.firstDisputed(game.points, own)
      const { low, high } = Bisection.narrow(game, game.points, piece, arity)
      return { name: 'selectStep', args: [BigInt(piece)], leadsTo: to(StepBisection.next(high - low), high - low) }
    }
    case Phase.LastStep:
      return proveStep(game, opinion, (post) => post !== game.disputed)
    default:
      return undefined
  }
}

function answer(game: GameState, opinion: Opinion, arity: number): Move {
  const own = opinion.stateRoot(game.high)
  if (own === game.disputed) {
    return { name: 'answerAgree', ...openSteps(opinion.header(game.batch), opinion.execution(game.batch), arity) }
  }
  const points = rootsAt(Bisection.innerPositions(game.low, game.high, arity), opinion)
  const args = [own, points]
  // With one batch in the range there is nothing to bisect: the proposer names the diff next, the turn stays.
  if (game.high - game.low === 1n) return { name: 'answerDisagree', args }
  return { name: 'answerDisagree', args, leadsTo: to(Phase.SelectBatch, game.high - game.low) }
}

function nameDiff(game: GameState, opinion: Opinion): Move {
  const diffRoot = opinion.diffRoot(game.high)
  const final = opinion.finalDiff(game.high)
  // A final diff goes straight to the fold; the turn stays.
  if (final) return { name: 'nameFinalDiff', args: [diffRoot, final.source, final.proof] }
  return { name: 'nameDiff', args: [diffRoot], leadsTo: to(Phase.ChooseLink, game.high - game.low) }
}

function openSteps(header: BatchHeader, trace: Trace, arity: number): Omit<Move, 'name'> {
  const depth = StepBisection.depthOf(trace.stepCount, arity)
  const length = BigInt(arity) ** BigInt(depth)
  const points = depth === 0 ? [] : hashesAt(trace, Bisection.innerPositions(0n, length, arity))
  return { args: [header, depth, points], leadsTo: to(depth === 0 ? Phase.LastStep : Phase.SelectStep, length) }
}

/**
 * Brings the witness of the last step if it wins. A player that holds another pre-state has none: the game is about
 * states that it never agreed to.
 */
function proveStep(game: GameState, opinion: Opinion, wins: (post: Hex) => boolean): Move | undefined {
  const trace = traceOf(game, opinion)
  const [pre, post] = hashesAt(trace, [game.low, game.high])
  if (pre !== game.agreed || post === undefined || !wins(post)) return undefined
  return { name: 'proveStep', args: [bytesToHex(trace.witness(game.low))] }
}

function traceOf(game: GameState, opinion: Opinion): Trace {
  return game.link === Link.Fold ? opinion.fold(game.batch) : opinion.execution(game.batch)
}

function rootsAt(batches: readonly bigint[], opinion: Opinion): Hex[] {
  return batches.map((batch) => opinion.stateRoot(batch))
}

function hashesAt(trace: Trace, steps: readonly bigint[]): Hex[] {
  return trace.hashesAt(steps).map((hash) => bytesToHex(hash))
}

function to(phase: Phase, length: bigint): { phase: Phase; length: bigint } {
  return { phase, length }
}

const zeroHash: Hex = `0x${'0'.repeat(64)}`

/** A fold reads no batch. */
const noHeader: BatchHeader = { previous: zeroHash, payloadRoot: zeroHash, payloadLength: 0, l1Time: 0n }
