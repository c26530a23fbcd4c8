import type { Contracts } from '../l1/Contracts.ts'
import type { Reader } from '../l1/Reader.ts'
import { openGames, type View } from '../l1/View.ts'
import { windowEnd } from '../players/Duties.ts'
import type { Player } from '../players/Player.ts'
import type { Anvil } from './Anvil.ts'

export interface Stage {
  readonly anvil: Anvil
  readonly contracts: Contracts
  readonly reader: Reader
}

/** Ticks in which nobody moves and no clock runs: then waiting longer changes nothing. */
export class StalledError extends Error {
  override readonly name = 'StalledError'
}

/**
 * Lets the players act in turn until `isDone`. When none of them has anything to do, L1's time jumps to the next
 * deadline or end of a window.
 */
export async function playUntil(
  stage: Stage,
  players: readonly Player[],
  isDone: (view: View) => boolean,
): Promise<View> {
  for (;;) {
    let moves = 0
    for (const player of players) moves += await player.tick()
    const view = await stage.reader.read()
    if (isDone(view)) return view
    if (moves === 0) await jump(stage, view)
  }
}

/** Moves L1's time to the next moment at which something falls due. */
async function jump({ anvil, contracts }: Stage, view: View): Promise<void> {
  const due = [...view.claims.values()]
    .filter(({ status }) => status === 'live')
    .flatMap((claim) => [windowEnd(claim, contracts), ...openGames(view, claim.id).map(({ state }) => state.deadline)])
    .filter((time) => time > view.block.time)
  const [next] = due.sort((a, b) => (a < b ? -1 : 1))
  if (next === undefined) throw new StalledError('nobody moves, and no clock runs')
  await advanceTo(anvil, next)
}

export async function advanceTo(anvil: Anvil, time: bigint): Promise<void> {
  await anvil.control.setNextBlockTimestamp({ timestamp: time })
  await anvil.control.mine({ blocks: 1 })
}
