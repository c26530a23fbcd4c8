import type { Command } from 'commander'
import { bytesToHex } from 'viem'
import { readRpc } from '../config.ts'
import { Kind, Phase } from '../dispute/GameState.ts'
import { connect } from '../l1/Connection.ts'
import * as Contracts from '../l1/Contracts.ts'
import { Reader } from '../l1/Reader.ts'
import type { ClaimView, GameView, View } from '../l1/View.ts'
import { type OutputOptions, print } from './Output.ts'

const phaseNames = Object.keys(Phase)

export function register(program: Command): void {
  program
    .command('inspect')
    .description('what L1 says: batches, claims with their state, games with their moves to come')
    .option('--rpc <url>', 'L1 (default: L1_RPC_URL)')
    .option('--deployment <file>', "the contracts' addresses (default: deployments/<chainId>.json)")
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions & { rpc?: string; deployment?: string }) => {
      const connection = await connect(readRpc(options.rpc))
      const path = options.deployment ?? `deployments/${connection.chain.id}.json`
      const view = await new Reader(connection, await Contracts.open(connection, path)).read()
      print({ lines: linesOf(view), json: objectOf(view) }, options)
    })
}

function linesOf(view: View): string[] {
  return [
    `block ${view.block.number}, time ${view.block.time}`,
    ...view.batches.map(
      ({ number, payload, header }) => `batch ${number}: ${payload.length} bytes at ${header.l1Time}`,
    ),
    ...[...view.claims.values()].map(claimLine),
    ...[...view.games.values()].map(gameLine),
  ]
}

function claimLine({ claim, status, base, claimedAt }: ClaimView): string {
  const about = claim.kind === Kind.Diffs ? `batches (${claim.from}, ${claim.to}]` : `checkpoint ${claim.to}`
  return `claim on ${about} by ${claim.proposer}: ${status}, base ${base}, claimed at ${claimedAt}`
}

function gameLine({ id, state, challenger, verdict }: GameView): string {
  const where = verdict ?? `${phaseNames[state.phase]} in [${state.low}, ${state.high}] until ${state.deadline}`
  return `game ${id} by ${challenger}: ${where}`
}

function objectOf(view: View): object {
  return {
    block: view.block,
    batches: view.batches.map(({ payload, ...batch }) => ({ ...batch, payload: bytesToHex(payload) })),
    claims: [...view.claims.values()],
    games: [...view.games.values()],
  }
}
