import type { Hex } from 'viem'
import type { View } from '../l1/View.ts'
import type { Report } from '../players/Player.ts'
import type { Devnet } from './Devnet.ts'
import type { Narrator } from './Narrator.ts'
import type { Choices } from './Random.ts'

export type Ending = 'final' | 'acquitted' | 'convicted' | 'silent'

/** A play on the devnet and how it has to end. */
export interface Scenario {
  readonly name: string
  readonly expected: Ending
  /** Whether it begins with the workload posted, without claims; else it posts it. */
  readonly begins: 'deployed' | 'posted'
  play(set: Setting): Promise<Played>
}

/** What a scenario plays on. */
export interface Setting {
  readonly devnet: Devnet
  readonly choices: Choices
  readonly narrator: Narrator
}

/** What a scenario gives back: its ending, and whose gas is whose. */
export interface Played {
  readonly verdict: string
  /** The game that the verdict is of, and its claim; undefined if none was played. */
  readonly dispute?: { readonly gameId: Hex; readonly claimId: Hex }
}

export interface Result {
  readonly name: string
  readonly expected: Ending
  readonly verdict: string
  readonly rounds: { readonly batches: number; readonly steps: number }
  readonly moves: number
  readonly gas: { readonly challenger: number; readonly proposer: number; readonly total: number }
  readonly seconds: number
}

/** Plays one scenario and takes its measures. */
export async function run(scenario: Scenario, set: Setting): Promise<Result> {
  const { devnet, narrator } = set
  const { name, expected } = scenario
  narrator.title(`${name}: expected ${expected}`)
  const reports: Report[] = []
  const paid = devnet.ledger.entries.length
  devnet.report = (report) => {
    reports.push(report)
    narrator.report(report)
  }
  const start = performance.now()
  const before = await devnet.reader.read()
  let played: Played
  try {
    played = await scenario.play(set)
    assertOrderKept(before, await devnet.reader.read())
  } catch (error) {
    // A scenario that can't go on has no verdict; the others are played all the same.
    narrator.say(`failed: ${error instanceof Error ? error.stack : error}`)
    played = { verdict: 'failed' }
  }
  const { verdict, dispute } = played
  const seconds = Math.round(performance.now() - start) / 1000
  const shared = { name, expected, verdict, seconds }
  if (!dispute) {
    const of = (player?: string) => Number(devnet.ledger.gas(player, paid))
    const gas = { challenger: of('challenger'), proposer: of('sequencer') + of('proposer'), total: of() }
    return { ...shared, rounds: { batches: 0, steps: 0 }, moves: 0, gas }
  }
  return { ...shared, ...measure(reports, dispute) }
}

/** The moves of one game, and their gas by side. */
function measure(reports: readonly Report[], { gameId, claimId }: NonNullable<Played['dispute']>) {
  const isOfGame = ({ action }: Report) =>
    action.contract === 'game' && (action.about === gameId || (action.about === claimId && action.bond !== undefined))
  const taken = reports.filter((report) => report.sent.ok && isOfGame(report))
  const opener = taken.find(({ action }) => action.bond)?.player
  const count = (name: string) => taken.filter(({ action }) => action.name === name).length
  const sum = (entries: readonly Report[]) =>
    entries.reduce((total, { sent }) => total + (sent.ok ? Number(sent.receipt.gasUsed) : 0), 0)
  const gas = {
    challenger: sum(taken.filter(({ player }) => player === opener)),
    proposer: sum(taken.filter(({ player }) => player !== opener)),
    total: sum(taken),
  }
  return { rounds: { batches: count('selectBatch'), steps: count('selectStep') }, moves: taken.length, gas }
}

/** whatever was played, the batches are where they were. */
function assertOrderKept(before: View, after: View): void {
  for (const [index, { chainHash }] of before.batches.entries()) {
    if (after.batches[index]?.chainHash !== chainHash) throw new Error(`batch ${index + 1} is no longer where it was`)
  }
}
