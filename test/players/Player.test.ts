import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { type Hex, hexToBytes, keccak256, numberToHex, parseEther } from 'viem'
import { type Lie, lyingOpinion } from '../../prover/devnet/actors/LyingOpinion.ts'
import { advanceTo, playUntil } from '../../prover/devnet/Play.ts'
import { Kind, Phase } from '../../prover/dispute/GameState.ts'
import type { View } from '../../prover/l1/View.ts'
import * as Duties from '../../prover/players/Duties.ts'
import type { Player } from '../../prover/players/Player.ts'
import { preimage } from '../utils/CounterTrace.ts'
import { ToyOpinion, ToyRollup } from '../utils/ToyRollup.ts'

const root = (state: bigint) => numberToHex(state, { size: 32 })
const halted = (output: bigint) => hexToBytes(keccak256(preimage('CounterHalt', 0n, output)))

describe('Players on the toy machine', () => {
  let toy: ToyRollup
  let snapshot: Hex

  before(async () => {
    toy = await ToyRollup.start()
    await toy.post(5, 0, 9, 30, 1, 12)
  })
  after(() => toy.anvil.stop())
  beforeEach(async () => {
    snapshot = await toy.anvil.control.snapshot()
    toy.reports.length = 0
    toy.ledger.entries.length = 0
  })
  afterEach(() => toy.anvil.control.revert({ id: snapshot }))

  const proposer = () =>
    toy.player('proposer', new ToyOpinion(), Duties.defendClaims, Duties.claimBatches(6n), Duties.collect)
  const challengerDuties = [Duties.pursueChallenges, Duties.challengeFalseClaims, Duties.collect]
  const challenger = () => toy.player('challenger', new ToyOpinion(), ...challengerDuties)
  const lyingProposer = (lie: Lie, ...more: Duties.Duty[]) =>
    toy.player('liar', lyingOpinion(new ToyOpinion(), lie), Duties.defendClaims, ...more, Duties.collect)

  const verdictOf = (view: View) => [...view.games.values()].map(({ verdict }) => verdict)
  const isOver = (view: View) => view.games.size > 0 && verdictOf(view).every((verdict) => verdict !== undefined)
  const moves = () => toy.reports.filter(({ sent }) => sent.ok).map(({ action }) => action.name)

  /** S: 1, 7, 8, 17, 48, 49, 62. The opinion that Δ_batch is 1 more, with every later state root. */
  const falseDiff = (batch: bigint, step: bigint): Lie => {
    const states = [1n, 7n, 8n, 17n, 48n, 49n, 62n]
    const diff = (states[Number(batch)] as bigint) - (states[Number(batch) - 1] as bigint) + 1n
    const stateRoots = new Map<bigint, Hex>()
    for (let n = batch; n <= 6n; n++) stateRoots.set(n, root((states[Number(n)] as bigint) + 1n))
    return { diffRoots: new Map([[batch, root(diff)]]), stateRoots, execution: { batch, step, end: halted(diff) } }
  }

  it('finalises a true claim, and an idle challenger does nothing', async () => {
    const view = await playUntil(toy, [proposer(), challenger()], ({ claims }) =>
      [...claims.values()].some(({ status }) => status === 'final'),
    )
    assert.equal(view.games.size, 0)
    assert.equal(toy.ledger.gas('challenger'), 0n)
    assert.deepEqual(moves(), ['claim', 'finalize'])
  })

  it('proposes a checkpoint of what is final', async () => {
    const opinion = new ToyOpinion()
    const duties = [Duties.claimBatches(3n), Duties.proposeCheckpoints(4n), Duties.collect]
    const view = await playUntil(toy, [toy.player('proposer', opinion, ...duties), challenger()], ({ claims }) =>
      [...claims.values()].some(({ claim, status }) => claim.kind === Kind.Checkpoint && status === 'final'),
    )
    const checkpoint = [...view.claims.values()].find(({ claim }) => claim.kind === Kind.Checkpoint)
    assert.equal(checkpoint?.claim.to, 4n)
    assert.equal(checkpoint?.claim.value, root(48n))
  })

  for (const step of [0n, 1n, 12n, 30n]) {
    it(`convicts a false diff at step ${step} in Case A`, async () => {
      const liar = lyingProposer({ ...falseDiff(4n, step), stateRoots: new Map() }, Duties.claimBatches(6n))
      const view = await playUntil(toy, [liar, challenger()], isOver)
      assert.deepEqual(verdictOf(view), ['convicted'])
      assert.ok(moves().includes('answerAgree'))
    })
  }

  it('convicts a false diff under false state roots in Case B by execution', async () => {
    const lie = falseDiff(2n, 0n)
    const later = falseDiff(6n, 3n)
    const both = { ...lie, diffRoots: new Map([...lie.diffRoots!, ...later.diffRoots!]) }
    const claimLast: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.claimOf(view, opinion, 5n, 6n)]
    const view = await playUntil(toy, [lyingProposer(both, claimLast), challenger()], isOver)
    assert.deepEqual(verdictOf(view), ['convicted'])
    assert.ok(moves().includes('nameDiff'))
  })

  it('convicts false state roots under true diffs in Case B by fold', async () => {
    const { stateRoots } = falseDiff(3n, 0n)
    const { diffRoots } = falseDiff(6n, 0n)
    const lie = { stateRoots: stateRoots!, diffRoots: diffRoots!, fold: { batch: 3n, step: 4n, end: halted(18n) } }
    const claimLast: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.claimOf(view, opinion, 5n, 6n)]
    const view = await playUntil(toy, [lyingProposer(lie, claimLast), challenger()], isOver)
    assert.deepEqual(verdictOf(view), ['convicted'])
    assert.equal([...view.games.values()][0]?.state.link, 1)
  })

  it('convicts a false checkpoint', async () => {
    const lie = falseDiff(4n, 7n)
    const propose: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.checkpointOf(view, 6n, opinion.stateRoot(6n))]
    const view = await playUntil(toy, [lyingProposer(lie, propose), challenger()], isOver)
    assert.deepEqual(verdictOf(view), ['convicted'])
  })

  it('N-25: neither proposes nor disputes a checkpoint whose root is not known yet', async () => {
    const slow = new (class extends ToyOpinion {
      looks = 0
      override checkpointRoot(batch: bigint) {
        return this.looks++ < 1 ? undefined : super.checkpointRoot(batch)
      }
    })()
    const propose: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.checkpointOf(view, 6n, opinion.stateRoot(6n))]
    const liar = lyingProposer(falseDiff(4n, 7n), propose)
    const view = await playUntil(toy, [liar, toy.player('challenger', slow, ...challengerDuties)], isOver)
    assert.deepEqual([verdictOf(view), slow.looks > 1], [['convicted'], true])

    const hasTwo = Duties.proposeCheckpoints(2n)
    const final = [{ claim: { kind: Kind.Diffs, from: 0n, to: 2n }, status: 'final' }]
    const rival = { claim: { kind: Kind.Checkpoint, from: 0n, to: 2n, value: root(8n) }, status: 'live' }
    const decide = (claims: object[], known: boolean) => {
      const roots = { checkpointRoot: () => (known ? root(8n) : undefined) }
      const situation = { view: { ...view, claims: new Map(Object.entries(claims)) }, opinion: roots }
      return hasTwo(situation as unknown as Duties.Situation).length
    }
    assert.deepEqual([decide(final, false), decide(final, true), decide([...final, rival], true)], [0, 1, 0])
  })

  it('convicts a silent proposer by the clock', async () => {
    const mute: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.claimOf(view, opinion, 0n, 6n)]
    const liar = toy.player('liar', lyingOpinion(new ToyOpinion(), falseDiff(4n, 7n)), mute)
    const view = await playUntil(toy, [liar, challenger()], isOver)
    assert.deepEqual(verdictOf(view), ['silent'])
  })

  for (const [name, lie] of [
    ['in Case A', { ...falseDiff(4n, 7n), stateRoots: new Map() }],
    [
      'in Case B by execution',
      { ...falseDiff(2n, 0n), diffRoots: new Map([...falseDiff(2n, 0n).diffRoots!, [6n, root(1n)]]) },
    ],
    [
      'in Case B by fold',
      {
        stateRoots: falseDiff(3n, 0n).stateRoots!,
        diffRoots: new Map([[6n, root(1n)]]),
        fold: { batch: 3n, step: 4n, end: halted(18n) },
      },
    ],
  ] as const) {
    it(`acquits an honest proposer of a lying challenger ${name}`, async () => {
      const liar = toy.player(
        'liar',
        lyingOpinion(new ToyOpinion(), lie),
        Duties.pursueChallenges,
        Duties.challengeFalseClaims,
      )
      const honest = toy.player(
        'proposer',
        new ToyOpinion(),
        Duties.defendClaims,
        Duties.claimBatches(6n),
        Duties.collect,
      )
      const view = await playUntil(toy, [honest, liar], (seen) =>
        [...seen.claims.values()].some(({ status }) => status === 'final'),
      )
      assert.deepEqual(verdictOf(view), ['acquitted'])
    })
  }

  it('goes on after a restart between any two moves', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const restarting = (start: () => Player) => ({ tick: () => start().tick() }) as Player
    const liar = restarting(() => lyingProposer(lie, Duties.claimBatches(6n)))
    const view = await playUntil(toy, [liar, restarting(challenger)], isOver)
    assert.deepEqual(verdictOf(view), ['convicted'])
  })

  it('goes on after a reorganisation of L1 in the middle of a game', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const players = [lyingProposer(lie, Duties.claimBatches(6n)), challenger()]
    await playUntil(toy, players, ({ games }) => games.size > 0)
    const fork = await toy.anvil.control.snapshot()
    await playUntil(toy, players, ({ games }) => [...games.values()].some(({ state }) => state.phase > 5))
    await toy.anvil.control.revert({ id: fork })
    await toy.anvil.control.mine({ blocks: 5 })
    const view = await playUntil(toy, players, isOver)
    assert.deepEqual(verdictOf(view), ['convicted'])
  })

  it('survives two processes with one key', async () => {
    const liar = lyingProposer({ ...falseDiff(4n, 12n), stateRoots: new Map() }, Duties.claimBatches(6n))
    const twins = [challenger(), challenger()]
    const together = { tick: async () => (await Promise.all(twins.map((twin) => twin.tick()))).reduce((a, b) => a + b) }
    const view = await playUntil(toy, [liar, together as Player], isOver)
    assert.ok(verdictOf(view).includes('convicted'))
  })

  it('pays every challenger of a struck claim', async () => {
    const second = toy.player('proposer', new ToyOpinion(), ...challengerDuties)
    const liar = lyingProposer({ ...falseDiff(4n, 12n), stateRoots: new Map() }, Duties.claimBatches(6n))
    const view = await playUntil(toy, [liar, challenger(), second], (seen) => seen.games.size === 2 && isOver(seen))
    assert.deepEqual(verdictOf(view).sort(), ['convicted', 'settled'])
  })

  it('reuses a step that was proved in another game', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const attackers = (['liar', 'challenger'] as const).map((role) =>
      toy.player(role, lyingOpinion(new ToyOpinion(), lie), Duties.pursueChallenges, Duties.challengeFalseClaims),
    )
    const view = await playUntil(toy, [...attackers, proposer()], (seen) => seen.games.size === 2 && isOver(seen))
    assert.deepEqual(verdictOf(view), ['acquitted', 'acquitted'])
    assert.equal(moves().filter((name) => name === 'proveStep').length, 1)
    assert.equal(moves().filter((name) => name === 'reuseStep').length, 1)
  })

  it('claims another range after losing a true claim by the clock', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const attacker = toy.player('liar', lyingOpinion(new ToyOpinion(), lie), ...challengerDuties)
    const absent = toy.player('proposer', new ToyOpinion(), Duties.claimBatches(6n))
    await playUntil(toy, [absent, attacker], ({ claims }) =>
      [...claims.values()].some(({ status }) => status === 'struck'),
    )
    const view = await playUntil(toy, [proposer()], ({ claims }) => claims.size >= 2)
    const ranges = [...view.claims.values()].map(({ claim, status }) => [claim.from, claim.to, status])
    assert.deepEqual(ranges, [
      [0n, 6n, 'struck'],
      [0n, 5n, 'live'],
      [5n, 6n, 'live'],
    ])
  })

  it('challenges a claim once', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const liar = toy.player('liar', lyingOpinion(new ToyOpinion(), lie), ...challengerDuties)
    const view = await playUntil(toy, [proposer(), liar], ({ claims }) =>
      [...claims.values()].some(({ status }) => status === 'final'),
    )
    assert.equal(view.games.size, 1)
  })

  it('still moves and collects where it can when it cannot pay for another challenge', async () => {
    const { diffRoots } = falseDiff(4n, 7n)
    const claimTo =
      (to: bigint): Duties.Duty =>
      ({ view, opinion }) => [Duties.claimOf(view, opinion, 0n, to)]
    const mute = (to: bigint) =>
      toy.player('liar', lyingOpinion(new ToyOpinion(), { diffRoots: diffRoots! }), claimTo(to))
    const honest = challenger()
    const view = await playUntil(toy, [mute(6n), honest], ({ games }) => games.size === 1)
    await mute(5n).tick()
    await toy.anvil.control.setBalance({ address: honest.sender.address, value: parseEther('0.05') })
    await advanceTo(toy.anvil, [...view.games.values()][0]!.state.deadline)
    await assert.rejects(honest.tick(), /funds/)
    assert.deepEqual(verdictOf(await toy.reader.read()), ['silent'])
  })

  it('does the other duties when one of them fails', async () => {
    const failing: Duties.Duty = () => {
      throw new Error('no trace')
    }
    const proposer = toy.player('proposer', new ToyOpinion(), failing, Duties.claimBatches(6n))
    await assert.rejects(proposer.tick(), /no trace/)
    assert.equal((await toy.reader.read()).claims.size, 1)
  })

  it('withdraws a released bond while another claim is alive', async () => {
    const claimTo =
      (to: bigint): Duties.Duty =>
      ({ view, opinion }) =>
        [...view.claims.values()].some(({ claim }) => claim.to === to)
          ? []
          : [Duties.claimOf(view, opinion, to - 3n, to)]
    const proposerOf = (...duties: Duties.Duty[]) => toy.player('proposer', new ToyOpinion(), ...duties, Duties.collect)
    await proposerOf(claimTo(3n)).tick()
    const { block } = await toy.reader.read()
    await advanceTo(toy.anvil, block.time + 86_400n)
    await proposerOf(claimTo(6n)).tick()
    await advanceTo(toy.anvil, block.time + 7n * 86_400n)
    const busy = proposerOf()
    while ((await busy.tick()) > 0);
    assert.deepEqual(moves(), ['claim', 'claim', 'finalize', 'withdraw'])
  })

  it('backs a true claim of another that is under attack, whose owner may lose it on purpose', async () => {
    const lie = { ...falseDiff(4n, 12n), stateRoots: new Map<bigint, Hex>() }
    const owner = toy.player('liar', new ToyOpinion(), Duties.claimBatches(6n))
    const attacker = toy.player('challenger', lyingOpinion(new ToyOpinion(), lie), Duties.challengeFalseClaims)
    const honest = proposer()
    await owner.tick()
    assert.equal(await honest.tick(), 0)
    await attacker.tick()
    assert.equal(await honest.tick(), 1)
    assert.equal(await honest.tick(), 0)
    const view = await toy.reader.read()
    assert.deepEqual(
      [...view.claims.values()].map(({ claim }) => [claim.from, claim.to, claim.proposer]),
      [owner, honest].map(({ sender }) => [0n, 6n, sender.address]),
    )
  })

  it('challenges a claim again after it lost by the clock', async () => {
    const liar = lyingProposer({ ...falseDiff(4n, 12n), stateRoots: new Map() }, Duties.claimBatches(6n))
    await playUntil(toy, [liar, challenger()], ({ games }) => games.size === 1)
    const lost = await playUntil(toy, [liar], isOver)
    assert.equal([...lost.games.values()][0]?.state.phase, Phase.SelectStep)
    const view = await playUntil(toy, [liar, challenger()], (seen) => seen.games.size === 2 && isOver(seen))
    assert.deepEqual(verdictOf(view), ['acquitted', 'convicted'])
  })
})
