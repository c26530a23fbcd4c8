import type { Hex } from 'viem'
import type { Phase } from '../dispute/GameState.ts'

/** A call of the rollup's contracts that a player decided on. */
export interface Action {
  readonly contract: 'rollup' | 'game'
  readonly name: string
  readonly args: readonly unknown[]
  /** The claim or game that it is about; what a refused action is remembered under. */
  readonly about: Hex
  readonly bond?: 'claimBond' | 'checkpointBond' | 'challengeBond'
  /** Where the call leads if it passes the turn: its deposit (D-18). */
  readonly leadsTo?: { readonly phase: Phase; readonly length: bigint }
  /** For the reader of the narration: what it is about, in words. */
  readonly note: string
}
