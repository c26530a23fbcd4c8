import { isAddressEqual } from 'viem'
import { Kind } from '../dispute/GameState.ts'
import type { ClaimView, GameView, View } from '../l1/View.ts'
import * as Duties from '../players/Duties.ts'
import type { Player } from '../players/Player.ts'
import { type Lie, lyingOpinion } from './actors/LyingOpinion.ts'
import type { Devnet, Role } from './Devnet.ts'
import * as Lies from './Lies.ts'
import { playUntil } from './Play.ts'
import type { Ending, Played, Scenario, Setting } from './Scenario.ts'
import { chooseExecutionStep, chooseFoldStep } from './Steps.ts'

const challengerDuties = [Duties.pursueChallenges, Duties.challengeFalseClaims, Duties.collect]
const proposerDuties = [Duties.defendClaims, Duties.collect]

/** The main job's plays, in order. */
export const scenarios: readonly Scenario[] = [
  { name: 'honest', expected: 'final', begins: 'deployed', play: playHonest },
  lyingProposer('case-a', 'convicted', (set) => {
    const batch = chooseBatch(set, 2)
    return { batch, lie: Lies.lieAboutDiff(set.devnet.follower, batch, chooseExecutionStep(set, batch)) }
  }),
  lyingProposer('case-b-execution', 'convicted', (set) => {
    const { batch, earlier } = chooseTwoBatches(set)
    return { batch, lie: lieBefore(set, batch, executionLie(set, earlier)) }
  }),
  lyingProposer('case-b-fold', 'convicted', (set) => {
    const { batch, earlier } = chooseTwoBatches(set)
    return { batch, lie: lieBefore(set, batch, foldLie(set, earlier)) }
  }),
  { name: 'checkpoint', expected: 'convicted', begins: 'posted', play: playCheckpoint },
  lyingProposer(
    'silent-proposer',
    'silent',
    (set) => {
      const batch = chooseBatch(set, 2)
      return { batch, lie: Lies.lieAboutDiff(set.devnet.follower, batch, 0n) }
    },
    [],
  ),
  lyingChallenger('liar-a', (set) => {
    const batch = chooseBatch(set, 2)
    return { batch, lie: Lies.lieAboutDiff(set.devnet.follower, batch, chooseExecutionStep(set, batch)) }
  }),
  lyingChallenger('liar-b-execution', (set) => {
    const { batch, earlier } = chooseTwoBatches(set)
    return { batch, lie: lieBefore(set, batch, executionLie(set, earlier)) }
  }),
  lyingChallenger('liar-b-fold', (set) => {
    const { batch, earlier } = chooseTwoBatches(set)
    return { batch, lie: lieBefore(set, batch, foldLie(set, earlier)) }
  }),
  { name: 'poisoned-batch', expected: 'acquitted', begins: 'posted', play: playPoisonedBatch },
]

/** All batches are claimed as they are posted; then a checkpoint; the challenger finds nothing to do. */
async function playHonest({ devnet, narrator }: Setting): Promise<Played> {
  await devnet.postAll(true)
  const count = BigInt(devnet.workload.batches.length)
  narrator.say(`${count} batches posted, each with its claim in the same call`)
  const claimant = devnet.player('sequencer', devnet.follower, proposerDuties)
  const proposer = devnet.player('proposer', devnet.follower, [...proposerDuties, Duties.proposeCheckpoints(count)])
  const view = await playUntil(devnet, [claimant, proposer, honestChallenger(devnet)], ({ claims }) =>
    [...claims.values()].some(({ claim, status }) => claim.kind === Kind.Checkpoint && status === 'final'),
  )
  const isFinal = [...view.claims.values()].every(({ status }) => status === 'final')
  const wasIdle = devnet.ledger.gas('challenger') === 0n
  if (!wasIdle) narrator.say('the challenger sent a transaction')
  return { verdict: isFinal && wasIdle && view.games.size === 0 ? 'final' : 'disputed' }
}

/** Somebody's false claim, and an honest challenger; then the range is claimed again, truly. */
function lyingProposer(
  name: string,
  expected: Ending,
  choose: (set: Setting) => { batch: bigint; lie: Lie },
  duties = proposerDuties,
): Scenario {
  const play = async (set: Setting): Promise<Played> => {
    const { devnet } = set
    const { batch, lie } = choose(set)
    const claim: Duties.Duty = ({ view, opinion, self }) =>
      claimsOf(view, self).length > 0 ? [] : [Duties.claimOf(view, opinion, batch - 1n, batch)]
    const liar = devnet.player('lying proposer', lyingOpinion(devnet.follower, lie), [claim, ...duties])
    const game = await playGame(devnet, [liar, honestChallenger(devnet)], 'challenger')
    await claimAgain(set, batch)
    return playedOf(game)
  }
  return { name, expected, begins: 'posted', play }
}

/** An honest claim, and somebody who challenges it; then it becomes final. */
function lyingChallenger(name: string, choose: (set: Setting) => { batch: bigint; lie: Lie }): Scenario {
  const play = async (set: Setting): Promise<Played> => {
    const { devnet } = set
    const { batch, lie } = choose(set)
    const proposer = honestProposer(devnet, batch)
    const duties = [Duties.pursueChallenges, Duties.challengeFalseClaims]
    const liar = devnet.player('lying challenger', lyingOpinion(devnet.follower, lie), duties)
    const game = await playGame(devnet, [proposer, liar], 'lying challenger')
    await playUntil(devnet, [proposer], (view) => isFinal(view, batch))
    set.narrator.say(`the claim on batch ${batch} is final, and the challenger's bond lost`)
    return playedOf(game)
  }
  return { name, expected: 'acquitted', begins: 'posted', play }
}

/** A false checkpoint: either its roots follow from a false diff, or they don't follow from the true ones. */
async function playCheckpoint(set: Setting): Promise<Played> {
  const { devnet, choices } = set
  const { batch, earlier } = chooseTwoBatches(set)
  const lie = choices.oneOf('checkpoint lie', [executionLie, foldLie])(set, earlier)
  const propose: Duties.Duty = ({ view, opinion, self }) =>
    claimsOf(view, self).length > 0 ? [] : [Duties.checkpointOf(view, batch, opinion.stateRoot(batch))]
  const liar = devnet.player('lying proposer', lyingOpinion(devnet.follower, lie), [propose, ...proposerDuties])
  const game = await playGame(devnet, [liar, honestChallenger(devnet)], 'challenger')
  const again: Duties.Duty = ({ view, opinion, self }) =>
    claimsOf(view, self).length > 0 ? [] : [Duties.checkpointOf(view, batch, opinion.stateRoot(batch))]
  const proposer = devnet.player('proposer', devnet.follower, [again, ...proposerDuties])
  await playUntil(devnet, [proposer, honestChallenger(devnet)], ({ claims }) =>
    [...claims.values()].some(({ claim, status }) => claim.kind === Kind.Checkpoint && status === 'final'),
  )
  set.narrator.say(`checkpoint ${batch} was proposed again and is final`)
  return playedOf(game)
}

/** A stranger's false claim on x stands while a true claim on n > x is challenged with the states folded from it. */
async function playPoisonedBatch(set: Setting): Promise<Played> {
  const { devnet } = set
  const { batch, earlier } = chooseTwoBatches(set)
  const poison = executionLie(set, earlier)
  const claim: Duties.Duty = ({ view, opinion, self }) =>
    claimsOf(view, self).length > 0 ? [] : [Duties.claimOf(view, opinion, earlier - 1n, earlier)]
  const stranger = devnet.player('stranger', lyingOpinion(devnet.follower, poison), [claim])
  await stranger.tick()
  const proposer = honestProposer(devnet, batch)
  const duties = [Duties.pursueChallenges, Duties.challengeFalseClaims]
  const liar = devnet.player('lying challenger', lyingOpinion(devnet.follower, lieBefore(set, batch, poison)), duties)
  const game = await playGame(devnet, [proposer, liar], 'lying challenger')
  const watchers = [proposer, honestChallenger(devnet)]
  await playUntil(
    devnet,
    watchers,
    (view) => isFinal(view, batch) && [...view.claims.values()].every(({ status }) => status !== 'live'),
  )
  set.narrator.say(`the claim on batch ${batch} is final, and the stranger's on batch ${earlier} is struck`)
  return playedOf(game)
}

/** Plays until the game that `challenger` opened has ended. */
async function playGame(devnet: Devnet, players: readonly Player[], challenger: Role): Promise<GameView> {
  const address = devnet.addressOf(challenger)
  const find = ({ games }: View) => [...games.values()].find((game) => isAddressEqual(game.challenger, address))
  const view = await playUntil(devnet, players, (seen) => find(seen)?.verdict !== undefined)
  return find(view) as GameView
}

async function claimAgain({ devnet, narrator }: Setting, batch: bigint): Promise<void> {
  const proposer = honestProposer(devnet, batch)
  await playUntil(devnet, [proposer, honestChallenger(devnet)], (view) => isFinal(view, batch))
  narrator.say(`batch ${batch} was claimed again and is final; its transactions are where they were`)
}

function honestProposer(devnet: Devnet, batch: bigint): Player {
  const claim: Duties.Duty = ({ view, opinion, self }) =>
    claimsOf(view, self).length > 0 ? [] : [Duties.claimOf(view, opinion, batch - 1n, batch)]
  return devnet.player('proposer', devnet.follower, [claim, ...proposerDuties])
}

function honestChallenger(devnet: Devnet): Player {
  return devnet.player('challenger', devnet.follower, challengerDuties)
}

/** An execution lie about `batch`, with the state roots that follow from it. */
function executionLie(set: Setting, batch: bigint): Lie {
  return Lies.lieAboutDiffAndRoots(set.devnet.follower, batch, chooseExecutionStep(set, batch))
}

function foldLie(set: Setting, batch: bigint): Lie {
  return Lies.lieAboutRoots(set.devnet.follower, batch, chooseFoldStep(set, batch))
}

/** The claimed h(Δ_batch) is false because the states before it are. */
function lieBefore({ devnet }: Setting, batch: bigint, lie: Lie): Lie {
  const { diffRoots } = Lies.lieAboutDiff(devnet.follower, batch, 0n)
  return Lies.both({ ...(diffRoots ? { diffRoots } : {}) }, lie)
}

function chooseBatch({ devnet, choices }: Setting, first: number): bigint {
  return BigInt(choices.between('batch', first, devnet.workload.batches.length))
}

/** A batch n ≥ 3, and an earlier one, x. */
function chooseTwoBatches(set: Setting): { batch: bigint; earlier: bigint } {
  const batch = chooseBatch(set, 3)
  return { batch, earlier: BigInt(set.choices.between('earlier batch', 1, Number(batch) - 1)) }
}

function claimsOf(view: View, proposer: `0x${string}`): ClaimView[] {
  return [...view.claims.values()].filter(({ claim }) => isAddressEqual(claim.proposer, proposer))
}

function isFinal(view: View, batch: bigint): boolean {
  return [...view.claims.values()].some(
    ({ claim, status }) => claim.kind === Kind.Diffs && claim.from < batch && batch <= claim.to && status === 'final',
  )
}

function playedOf({ id, claimId, verdict }: GameView): Played {
  return { verdict: verdict ?? 'open', dispute: { gameId: id, claimId } }
}
