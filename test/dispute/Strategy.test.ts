import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { zeroAddress } from 'viem'
import { type GameState, Link, Phase } from '../../prover/dispute/GameState.ts'
import type { Opinion } from '../../prover/dispute/Opinion.ts'
import { attack, defend } from '../../prover/dispute/Strategy.ts'
import { hashOf, type Lie, ToyGame, toyOpinion, type Verdict } from '../utils/ToyGame.ts'

const steps = (batch: bigint) => 1n + ((batch * 7919n) % 500n)

/** A game on the claim about batch n, as it stands after the challenge. */
function opened(n: bigint, base: bigint, proposer: Opinion, challenger: Opinion): GameState {
  const claim = { kind: 0, from: n - 1n, to: n, chainHash: hashOf('A'), value: hashOf('v'), proposer: zeroAddress }
  const caseA = base === n - 1n
  return {
    claim,
    seat: 1,
    challenger: zeroAddress,
    phase: caseA ? Phase.OpenSteps : Phase.Answer,
    link: Link.Execution,
    batch: n,
    low: caseA ? 0n : base,
    high: caseA ? 0n : n - 1n,
    agreed: proposer.stateRoot(base),
    disputed: challenger.stateRoot(n - 1n),
    diffRoot: proposer.diffRoot(n),
    deadline: 0n,
    proposerTime: 0n,
    challengerTime: 0n,
    pot: 0n,
    points: [],
  }
}

function play(game: ToyGame, proposer: Opinion, challenger: Opinion): Verdict {
  for (let turn = 0; turn < 200; turn++) {
    const move = defend(game.state, proposer, game.arity) ?? attack(game.state, challenger, game.arity)
    assert.ok(move, `nobody moves in phase ${game.state.phase}`)
    game.apply(move)
    if (game.verdict) return game.verdict
  }
  throw new Error('the game does not end')
}

/** Every place at which one side can depart from the truth about a chain of n batches. */
function lies(n: bigint, base: bigint): Lie[] {
  const found: Lie[] = []
  for (const part of [0n, 1n, 2n]) found.push({ diff: { batch: n, step: 1n + (part * (steps(n) - 1n)) / 2n } })
  for (let x = base + 1n; x < n; x++) {
    for (const part of [0n, 1n, 2n]) {
      const step = 1n + (part * (steps(x) - 1n)) / 2n
      found.push({ rootsFrom: x, diff: { batch: x, step } }, { rootsFrom: x, fold: { batch: x, step } })
    }
  }
  return found
}

describe('Strategy', () => {
  for (const arity of [2, 3, 32]) {
    for (const [n, base] of [
      [1n, 0n],
      [2n, 0n],
      [9n, 0n],
      [40n, 3n],
    ] as const) {
      it(`convicts every lying proposer (k = ${arity}, n = ${n}, base = ${base})`, () => {
        const honest = toyOpinion(steps)
        for (const lie of lies(n, base)) {
          // A false claim about n is what brings the game about, wherever the lie begins.
          const liar = { ...toyOpinion(steps, lie) }
          const game = new ToyGame(opened(n, base, liar, honest), arity, steps, liar)
          assert.equal(play(game, liar, honest), 'convicted')
        }
      })

      it(`acquits an honest proposer of every lying challenger (k = ${arity}, n = ${n}, base = ${base})`, () => {
        const honest = toyOpinion(steps)
        for (const lie of lies(n, base)) {
          const liar = toyOpinion(steps, lie)
          const game = new ToyGame(opened(n, base, honest, liar), arity, steps, honest)
          assert.equal(play(game, honest, liar), 'acquitted')
        }
      })
    }
  }

  it('names a final diff as final', () => {
    const source = { kind: 0, from: 4n, to: 5n, chainHash: hashOf('A'), value: hashOf('v'), proposer: zeroAddress }
    const opinion = { ...toyOpinion(steps), finalDiff: () => ({ source, proof: '0x' as const }) }
    const state = { ...opened(9n, 0n, opinion, opinion), phase: Phase.NameDiff, low: 4n, high: 5n }
    const move = defend(state, opinion, 4)
    assert.deepEqual(move, { name: 'nameFinalDiff', args: [opinion.diffRoot(5n), source, '0x'] })
  })

  it('brings no witness for states that it does not hold', () => {
    const opinion = toyOpinion(steps)
    const state = { ...opened(9n, 0n, opinion, opinion), phase: Phase.LastStep, low: 0n, high: 1n }
    assert.equal(defend({ ...state, agreed: hashOf('other') }, opinion, 4), undefined)
    assert.equal(attack({ ...state, agreed: hashOf('other') }, opinion, 4), undefined)
  })

  it('moves in its own turn only', () => {
    const opinion = toyOpinion(steps)
    const state = opened(9n, 0n, opinion, opinion)
    for (const phase of [Phase.SelectBatch, Phase.ChooseLink, Phase.SelectStep]) {
      assert.equal(defend({ ...state, phase }, opinion, 4), undefined)
    }
    for (const phase of [Phase.Answer, Phase.BisectBatches, Phase.NameDiff, Phase.OpenSteps, Phase.BisectSteps]) {
      assert.equal(attack({ ...state, phase }, opinion, 4), undefined)
    }
  })

  it('asks the trace once per move', () => {
    const honest = toyOpinion(steps)
    const trace = honest.execution(9n) as ReturnType<Opinion['execution']> & { passes: number }
    const opinion = { ...honest, execution: () => trace }
    defend({ ...opened(9n, 8n, opinion, opinion) }, opinion, 32)
    assert.equal(trace.passes, 1)
  })
})
