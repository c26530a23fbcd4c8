import type { Address, Hex } from 'viem'

/** What a claim is about; twin of `src/types/Claim.sol`. */
export const Kind = { Diffs: 0, Checkpoint: 1 } as const

/** A claim by its content. */
export interface Claim {
  readonly kind: number
  /** Diffs: the range (from, to] of batches. Checkpoint: `from` is 0. */
  readonly from: bigint
  readonly to: bigint
  /** A_to. */
  readonly chainHash: Hex
  readonly value: Hex
  readonly proposer: Address
}

/** The preimage of the inbox's chain hash A_n; twin of `src/types/BatchHeader.sol`. */
export interface BatchHeader {
  readonly previous: Hex
  readonly payloadRoot: Hex
  readonly payloadLength: number
  readonly l1Time: bigint
}

/** What the next move of a game is; twin of `src/dispute/GameState.sol`. */
export const Phase = {
  Answer: 0,
  SelectBatch: 1,
  BisectBatches: 2,
  NameDiff: 3,
  ChooseLink: 4,
  OpenSteps: 5,
  SelectStep: 6,
  BisectSteps: 7,
  LastStep: 8,
} as const
export type Phase = (typeof Phase)[keyof typeof Phase]

/** Which machine stage two runs. */
export const Link = { Execution: 0, Fold: 1 } as const

/** The whole state of a game, as its last event carries it and its next move has to bring it. */
export interface GameState {
  readonly claim: Claim
  readonly seat: number
  readonly challenger: Address
  readonly phase: number
  readonly link: number
  readonly batch: bigint
  readonly low: bigint
  readonly high: bigint
  readonly agreed: Hex
  readonly disputed: Hex
  readonly diffRoot: Hex
  readonly deadline: bigint
  readonly proposerTime: bigint
  readonly challengerTime: bigint
  readonly pot: bigint
  readonly points: readonly Hex[]
}

const proposersPhases: readonly number[] = [
  Phase.Answer,
  Phase.BisectBatches,
  Phase.NameDiff,
  Phase.OpenSteps,
  Phase.BisectSteps,
]

/** Whether the proposer is to move. */
export function isProposersTurn(phase: number): boolean {
  return proposersPhases.includes(phase)
}
