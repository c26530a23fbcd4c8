import { type Address, formatEther, getAddress, type Hex, isAddressEqual } from 'viem'
import * as BatchBisection from '../dispute/BatchBisection.ts'
import * as Clock from '../dispute/Clock.ts'
import { type Claim, type GameState, isProposersTurn, Kind, Link, Phase } from '../dispute/GameState.ts'
import type { Move } from '../dispute/Move.ts'
import type { Opinion } from '../dispute/Opinion.ts'
import { attack, defend } from '../dispute/Strategy.ts'
import type { Contracts } from '../l1/Contracts.ts'
import * as DiffRoots from '../l1/DiffRoots.ts'
import {
  type ClaimView,
  claimIdOf,
  type GameView,
  keptStepKey,
  latestCheckpoint,
  openGames,
  type View,
} from '../l1/View.ts'
import type { Action } from './Action.ts'

/** What a player decides from: L1 as read, its own opinion, and who it is. */
export interface Situation {
  readonly view: View
  readonly opinion: Opinion
  readonly self: Address
  readonly contracts: Contracts
}

/**
 * One thing that a player sees to: a function of the situation alone, so that a restart, a lost race or a reorg costs
 * nothing but another look.
 */
export type Duty = (situation: Situation) => Action[]

/** Moves in the games on own claims. */
export const defendClaims: Duty = ({ view, opinion, self, contracts }) =>
  movesOf(
    view,
    playableGames(view).filter(({ state }) => isAddressEqual(state.claim.proposer, self)),
    ({ state }) => defend(state, opinion, contracts.gameParameters.arity),
  )

/** Moves in the games that this player opened. */
export const pursueChallenges: Duty = ({ view, opinion, self, contracts }) =>
  movesOf(
    view,
    playableGames(view).filter(({ challenger }) => isAddressEqual(challenger, self)),
    ({ state }) => attack(state, opinion, contracts.gameParameters.arity),
  )

/** Challenges every claim and checkpoint that is false, once; once more if that was lost by the clock (N-19). */
export const challengeFalseClaims: Duty = ({ view, opinion, self, contracts }) =>
  [...view.claims.values()]
    .filter((claim) => claim.status === 'live' && view.block.time < windowEnd(claim, contracts))
    .filter(({ id }) => !hasChallenged(view, id, self))
    .flatMap((claim) => challengeOf(claim, opinion) ?? [])

/** Claims back what the clocks and verdicts owe: timeouts, settlements, finality, credits (N-21). */
export const collect: Duty = ({ view, self, contracts }) => [
  ...overdueGames(view, self),
  ...finalizableClaims(view, self, contracts),
  ...withdrawal(view, self, contracts),
]

/**
 * Claims the batches that no final and no true live claim covers, at most `length` at once. A claim of another covers
 * nothing while a game is played on it: backed in time, its loss delays nobody.
 */
export function claimBatches(length: bigint): Duty {
  return ({ view, opinion, self, contracts }) => {
    const longest = BigInt(contracts.rollupParameters.maxClaimLength)
    const covers = [...view.claims.values()].filter(
      (it) =>
        it.claim.kind === Kind.Diffs &&
        (it.status === 'final' || (it.status === 'live' && !mayBeLostOnPurpose(view, it, self) && isTrue(it, opinion))),
    )
    const isCovered = (batch: bigint) => covers.some(({ claim }) => claim.from < batch && batch <= claim.to)
    const count = BigInt(view.batches.length)
    const actions: Action[] = []
    for (let from = latestCheckpoint(view); from < count; ) {
      let to = from
      while (to < count && to - from < min(length, longest) && !isCovered(to + 1n)) to++
      // An id is used once, also after its claim was struck: then a shorter range.
      while (to > from && view.claims.has(idOf(view, opinion, self, from, to))) to--
      if (to > from) actions.push(claimOf(view, opinion, from, to))
      from = to > from ? to : from + 1n
    }
    return actions
  }
}

/** Proposes a checkpoint every `interval` batches, once the diffs up to it are final: then a dispute on it only folds. */
export function proposeCheckpoints(interval: bigint): Duty {
  return ({ view, opinion }) => {
    const batch = (finalDiffs(view) / interval) * interval
    if (batch <= latestCheckpoint(view)) return []
    const rivals = [...view.claims.values()].filter(
      ({ claim, status }) => claim.kind === Kind.Checkpoint && claim.to >= batch && status !== 'struck',
    )
    const roots = rivals.map(({ claim }) => opinion.checkpointRoot(claim.to))
    const stateRoot = opinion.checkpointRoot(batch)
    // What is computed beside is known at a later look.
    if (stateRoot === undefined || roots.includes(undefined)) return []
    return rivals.some(({ claim }, index) => claim.value === roots[index]) ? [] : [checkpointOf(view, batch, stateRoot)]
  }
}

export function claimOf(view: View, opinion: Opinion, from: bigint, to: bigint): Action {
  const diffRoots = diffRootsOf(opinion, from, to)
  const chainHash = chainHashOf(view, to)
  const note = `batches (${from}, ${to}]`
  return {
    contract: 'rollup',
    name: 'claim',
    args: [from, chainHash, diffRoots],
    about: chainHash,
    bond: 'claimBond',
    note,
  }
}

export function checkpointOf(view: View, batch: bigint, stateRoot: Hex): Action {
  const args = [batch, chainHashOf(view, batch), stateRoot]
  const note = `h(S_${batch}) ${shorten(stateRoot)}`
  return { contract: 'rollup', name: 'checkpoint', args, about: stateRoot, bond: 'checkpointBond', note }
}

/** The challenge to a claim, at the first batch that is wrong; undefined if all of it is true, or its root not known yet. */
export function challengeOf(view: ClaimView, opinion: Opinion): Action | undefined {
  const { claim, id, base, diffRoots } = view
  if (claim.kind === Kind.Checkpoint) {
    const stateRoot = opinion.checkpointRoot(claim.to)
    if (stateRoot === undefined || claim.value === stateRoot) return undefined
    const leadsTo = { phase: BatchBisection.next(base, claim.to), length: claim.to - base }
    const note = `checkpoint ${claim.to}`
    return {
      contract: 'game',
      name: 'challengeCheckpoint',
      args: [claim],
      about: id,
      bond: 'challengeBond',
      leadsTo,
      note,
    }
  }
  const index = diffRoots.findIndex((diffRoot, i) => diffRoot !== opinion.diffRoot(claim.from + BigInt(i) + 1n))
  return index < 0 ? undefined : challengeAt(view, index, opinion)
}

function challengeAt(view: ClaimView, index: number, opinion: Opinion): Action {
  const { claim, id, base, diffRoots } = view
  const batch = claim.from + BigInt(index) + 1n
  const preStateRoot = opinion.stateRoot(batch - 1n)
  const args = [claim, batch, diffRoots[index], DiffRoots.prove(diffRoots, index), preStateRoot]
  const isAtBase = base === batch - 1n
  const leadsTo = isAtBase ? { phase: Phase.OpenSteps, length: 0n } : { phase: Phase.Answer, length: batch - 1n - base }
  const note = `h(Δ_${batch}) ${shorten(diffRoots[index] as Hex)} with h(S_${batch - 1n}) ${shorten(preStateRoot)}`
  return { contract: 'game', name: 'challengeClaim', args, about: id, bond: 'challengeBond', leadsTo, note }
}

function diffRootsOf(opinion: Opinion, from: bigint, to: bigint): Hex[] {
  return Array.from({ length: Number(to - from) }, (_, i) => opinion.diffRoot(from + BigInt(i) + 1n))
}

function idOf(view: View, opinion: Opinion, proposer: Address, from: bigint, to: bigint): Hex {
  const value = DiffRoots.rootOf(diffRootsOf(opinion, from, to))
  return claimIdOf({ kind: Kind.Diffs, from, to, chainHash: chainHashOf(view, to), value, proposer })
}

function mayBeLostOnPurpose(view: View, { id, claim }: ClaimView, self: Address): boolean {
  return !isAddressEqual(claim.proposer, self) && openGames(view, id).length > 0
}

function isTrue(claim: ClaimView, opinion: Opinion): boolean {
  return challengeOf(claim, opinion) === undefined
}

/** Games that take a move: alive, on a live claim, and within the time of the party to move. */
function playableGames(view: View): GameView[] {
  return [...view.games.values()].filter(
    ({ verdict, claimId, state }) =>
      verdict === undefined &&
      view.claims.get(claimId)?.status === 'live' &&
      Clock.isRunning(state.deadline, view.block.time),
  )
}

/** A move in each game. A step that several of them come down to is proved in one, and kept for the others (D-15). */
function movesOf(view: View, games: readonly GameView[], decide: (game: GameView) => Move | undefined): Action[] {
  const proving = new Set<string>()
  return games.flatMap((game): Action[] => {
    const { id, state } = game
    const move = decide(game)
    if (!move) return []
    const shared = { contract: 'game', about: id, note: placeOf(state) } as const
    if (move.name === 'proveStep') {
      const step = keptStepKey(state.link, state.agreed)
      if (view.keptSteps.has(step)) return [{ ...shared, name: 'reuseStep', args: [state] }]
      if (proving.has(step)) return []
      proving.add(step)
    }
    const { name, args, leadsTo } = move
    return [{ ...shared, name, args: [state, ...args], ...(leadsTo ? { leadsTo } : {}) }]
  })
}

/** Where a game stands: stage, range, and the hash in dispute. */
function placeOf({ phase, link, batch, low, high, disputed }: GameState): string {
  const hash = shorten(disputed)
  if (phase === Phase.Answer) return `challenger's h(S_${high}) ${hash}`
  if (phase < Phase.NameDiff) return `stage one, batches [${low}, ${high}], disputed h(S_${high}) ${hash}`
  if (phase < Phase.OpenSteps) return `stage one ends: batch ${batch}, disputed h(S_${batch}) ${hash}`
  const stage = `stage two, ${link === Link.Fold ? 'fold' : 'execution'} of batch ${batch}`
  return phase === Phase.OpenSteps ? stage : `${stage}, steps [${low}, ${high}], disputed ${hash}`
}

/** Enough of a hash to tell it from others by eye. */
function shorten(hash: Hex): string {
  return `${hash.slice(0, 10)}…`
}

function overdueGames(view: View, self: Address): Action[] {
  return [...view.games.values()].flatMap((game): Action[] => {
    const { id, challenger, state, verdict, claimId } = game
    if (verdict !== undefined) return []
    const action = (name: string, note: string): Action[] => [
      { contract: 'game', name, args: [state], about: id, note },
    ]
    const isChallenger = isAddressEqual(challenger, self)
    if (view.claims.get(claimId)?.status === 'struck') return isChallenger ? action('settle', placeOf(state)) : []
    if (!Clock.isExpired(state.deadline, view.block.time)) return []
    // At the last step everybody was to move, and the proposer loses.
    const challengerGains = isProposersTurn(state.phase) || state.phase === Phase.LastStep
    const gains = challengerGains ? isChallenger : isAddressEqual(state.claim.proposer, self)
    return gains ? action('timeout', placeOf(state)) : []
  })
}

function finalizableClaims(view: View, self: Address, contracts: Contracts): Action[] {
  return [...view.claims.values()]
    .filter(
      (it) =>
        it.status === 'live' &&
        isAddressEqual(it.claim.proposer, self) &&
        view.block.time >= windowEnd(it, contracts) &&
        openGames(view, it.id).length === 0 &&
        !isContradicted(view, it.claim),
    )
    .map(({ id, claim }) => {
      const note = claim.kind === Kind.Diffs ? `batches (${claim.from}, ${claim.to}]` : `checkpoint ${claim.to}`
      return { contract: 'rollup', name: 'finalize', args: [claim], about: id, note }
    })
}

/** a live claim of the same range has another value. */
function isContradicted(view: View, claim: Claim): boolean {
  return [...view.claims.values()].some(
    ({ claim: other, status }) =>
      status === 'live' &&
      other.kind === claim.kind &&
      other.from === claim.from &&
      other.to === claim.to &&
      other.value !== claim.value,
  )
}

/**
 * Withdraws when nothing of this player's is at stake any more, and what is worth a claim bond at once: who claims without
 * a pause always has something at stake, and needs the bonds again.
 */
function withdrawal(view: View, self: Address, { rollupParameters }: Contracts): Action[] {
  const credit = view.credits.get(getAddress(self)) ?? 0n
  const isClaimant = [...view.claims.values()].some(
    ({ claim, status }) => status === 'live' && isAddressEqual(claim.proposer, self),
  )
  const isPlaying = [...view.games.values()].some(
    ({ challenger, verdict }) => verdict === undefined && isAddressEqual(challenger, self),
  )
  const isDue = credit >= rollupParameters.claimBond || !(isClaimant || isPlaying)
  if (credit === 0n || !isDue) return []
  return [{ contract: 'rollup', name: 'withdraw', args: [self], about: self, note: `${formatEther(credit)} ether` }]
}

/** Whether a challenge of this player is open, or was refuted by a step proof. */
function hasChallenged(view: View, claimId: Hex, self: Address): boolean {
  return [...view.games.values()].some(
    (game) => game.claimId === claimId && isAddressEqual(game.challenger, self) && !isLostByClock(game),
  )
}

/** Whether its challenger was away: that says nothing about the claim (D-22). */
function isLostByClock({ verdict, state }: GameView): boolean {
  return verdict === 'acquitted' && state.phase !== Phase.LastStep
}

/** The last batch up to which every diff is final. */
function finalDiffs(view: View): bigint {
  const final = [...view.claims.values()]
    .filter(({ claim, status }) => claim.kind === Kind.Diffs && status === 'final')
    .map(({ claim }) => claim)
  let last = latestCheckpoint(view)
  for (;;) {
    const next = final.find(({ from, to }) => from <= last && last < to)
    if (!next) return last
    last = next.to
  }
}

/** L1 time from which a claim can no longer be challenged. */
export function windowEnd({ claim, claimedAt }: ClaimView, { rollupParameters }: Contracts): bigint {
  const { challengeWindow, checkpointWindow } = rollupParameters
  return claimedAt + (claim.kind === Kind.Diffs ? challengeWindow : checkpointWindow)
}

function chainHashOf(view: View, batch: bigint): Hex {
  const found = view.batches[Number(batch) - 1]
  if (!found) throw new RangeError(`batch ${batch}: L1 has ${view.batches.length}`)
  return found.chainHash
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
