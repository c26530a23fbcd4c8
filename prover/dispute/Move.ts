import type { Hex } from 'viem'
import type { BatchHeader, Claim, Phase } from './GameState.ts'

/** A move of a game: a function of `DisputeGame` and its arguments after the state that it answers. */
export interface Move {
  readonly name: MoveName
  readonly args: readonly (Hex | bigint | number | BatchHeader | Claim | readonly Hex[])[]
  /** Where the move leads if it passes the turn: what its deposit depends on (D-18). */
  readonly leadsTo?: { readonly phase: Phase; readonly length: bigint }
}

export type MoveName =
  | 'answerAgree'
  | 'answerDisagree'
  | 'bisectBatches'
  | 'selectBatch'
  | 'nameDiff'
  | 'nameFinalDiff'
  | 'chooseLink'
  | 'openSteps'
  | 'bisectSteps'
  | 'selectStep'
  | 'proveStep'
  | 'timeout'
  | 'settle'
