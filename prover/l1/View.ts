import { type Address, encodeAbiParameters, type Hex, keccak256, stringToHex } from 'viem'
import { type BatchHeader, type Claim, type GameState, Kind } from '../dispute/GameState.ts'

/** What L1 says of the rollup, rebuilt from its events alone. */
export interface View {
  /** The block up to which the events are in. */
  readonly block: { readonly number: bigint; readonly hash: Hex; readonly time: bigint }
  /** Batch n is at index n − 1. */
  readonly batches: readonly Batch[]
  readonly claims: ReadonlyMap<Hex, ClaimView>
  readonly games: ReadonlyMap<Hex, GameView>
  /** Steps that were proved and decide the equal steps of other games (D-15), as `keptStepKey`. */
  readonly keptSteps: ReadonlySet<string>
  /** Wei that an account may withdraw. */
  readonly credits: ReadonlyMap<Address, bigint>
}

export interface Batch {
  readonly number: bigint
  readonly chainHash: Hex
  readonly header: BatchHeader
  readonly payload: Uint8Array
}

export type Status = 'live' | 'final' | 'struck'

export interface ClaimView {
  readonly id: Hex
  readonly claim: Claim
  readonly base: bigint
  readonly bond: bigint
  /** h(Δ) of each batch of the range; empty for a checkpoint. */
  readonly diffRoots: readonly Hex[]
  readonly claimedAt: bigint
  readonly status: Status
}

/** Names of the contracts' verdicts, by number. */
export const verdicts = ['acquitted', 'convicted', 'silent', 'settled'] as const
export type Verdict = (typeof verdicts)[number]

export interface GameView {
  readonly id: Hex
  readonly claimId: Hex
  readonly challenger: Address
  readonly state: GameState
  /** What ended it; undefined while it is played. */
  readonly verdict?: Verdict
}

export function keptStepKey(link: number, preState: Hex): string {
  return `${link} ${preState}`
}

/** The games that are played on a claim. */
export function openGames(view: View, claimId: Hex): GameView[] {
  return [...view.games.values()].filter((game) => game.claimId === claimId && game.verdict === undefined)
}

/** The newest final checkpoint; 0 is the genesis. */
export function latestCheckpoint(view: View): bigint {
  let newest = 0n
  for (const { claim, status } of view.claims.values()) {
    if (claim.kind === Kind.Checkpoint && status === 'final' && claim.to > newest) newest = claim.to
  }
  return newest
}

/** The lowest checkpoint that a game which is played, or may still be opened, starts from. */
export function lowestBase(view: View): bigint {
  const bases = [...view.claims.values()]
    .filter(({ id, status }) => status === 'live' || openGames(view, id).length > 0)
    .map(({ base }) => base)
  return bases.reduce((lowest, base) => (base < lowest ? base : lowest), latestCheckpoint(view))
}

/** Twin of `idOf` in `src/types/Claim.sol`. */
export function claimIdOf(claim: Claim): Hex {
  const types = ['bytes32', 'uint8', 'uint64', 'uint64', 'bytes32', 'bytes32', 'address'].map((type) => ({ type }))
  const { kind, from, to, chainHash, value, proposer } = claim
  return keccak256(
    encodeAbiParameters(types, [stringToHex('Claim', { size: 32 }), kind, from, to, chainHash, value, proposer]),
  )
}
