import { type Address, decodeFunctionData, getAddress, type Hex, hexToBytes, type Log, parseEventLogs } from 'viem'
import type { Claim, GameState } from '../dispute/GameState.ts'
import * as Abi from './Abi.ts'
import type { Connection } from './Connection.ts'
import type { Contracts } from './Contracts.ts'
import { type Batch, type ClaimView, type GameView, keptStepKey, type Status, type View, verdicts } from './View.ts'

const abi = [...Abi.rollup, ...Abi.disputeGame] as const

type Event = ReturnType<typeof parseEventLogs<typeof abi>>[number]

/** Most blocks asked of the RPC at once. */
const blocksPerQuery = 10_000n

/** Follows the events of the rollup: each `read` adds what is new, or starts over if L1 was reorganised. */
export class Reader {
  private readonly connection: Connection
  private readonly contracts: Contracts
  private batches: Batch[] = []
  private claims = new Map<Hex, ClaimView>()
  private games = new Map<Hex, GameView>()
  private keptSteps = new Set<string>()
  private credits = new Map<Address, bigint>()
  private block: View['block'] | undefined

  constructor(connection: Connection, contracts: Contracts) {
    this.connection = connection
    this.contracts = contracts
  }

  async read(): Promise<View> {
    const { client } = this.connection
    if (await this.wasReorganised()) this.forget()
    const latest = await client.getBlock({ blockTag: 'latest' })
    let from = this.block ? this.block.number + 1n : this.contracts.deployedAt
    for (; from <= latest.number; from += blocksPerQuery) {
      const until = from + blocksPerQuery - 1n
      await this.readRange(from, until < latest.number ? until : latest.number)
    }
    this.block = { number: latest.number, hash: latest.hash, time: latest.timestamp }
    const { block, batches, claims, games, keptSteps, credits } = this
    return { block, batches, claims, games, keptSteps, credits }
  }

  private async wasReorganised(): Promise<boolean> {
    if (!this.block) return false
    const { number, hash } = this.block
    try {
      return (await this.connection.client.getBlock({ blockNumber: number })).hash !== hash
    } catch {
      return true
    }
  }

  private forget(): void {
    this.batches = []
    this.claims = new Map()
    this.games = new Map()
    this.keptSteps = new Set()
    this.credits = new Map()
    this.block = undefined
  }

  private async readRange(fromBlock: bigint, toBlock: bigint): Promise<void> {
    const address = [this.contracts.rollup, this.contracts.game]
    const logs = await this.connection.client.getLogs({ address, fromBlock, toBlock })
    for (const event of parseEventLogs({ abi, logs: logs as Log[] })) await this.apply(event)
  }

  private async apply(event: Event): Promise<void> {
    switch (event.eventName) {
      case 'BatchPosted': {
        const { batch, chainHash, header } = event.args
        const payload = await this.readPayload(event.transactionHash as Hex)
        this.batches.push({ number: batch, chainHash, header, payload })
        return
      }
      case 'Claimed': {
        const { claimId: id, claim, base, bond, diffRoots } = event.args
        const { timestamp } = await this.connection.client.getBlock({ blockNumber: event.blockNumber as bigint })
        this.claims.set(id, { id, claim: claim as Claim, base, bond, diffRoots, claimedAt: timestamp, status: 'live' })
        return
      }
      case 'Finalized':
        return this.setStatus(event.args.claimId, 'final')
      case 'Struck':
        return this.setStatus(event.args.claimId, 'struck')
      case 'GameOpened': {
        const { gameId: id, claimId, challenger, state } = event.args
        this.games.set(id, { id, claimId, challenger, state: state as GameState })
        return
      }
      case 'Moved':
        return this.updateGame(event.args.gameId, { state: event.args.state as GameState })
      case 'GameClosed':
        return this.updateGame(event.args.gameId, { verdict: verdicts[event.args.verdict] ?? 'acquitted' })
      case 'StepKept':
        this.keptSteps.add(keptStepKey(event.args.link, event.args.preState))
        return
      case 'Credited':
        return this.addCredit(event.args.account, event.args.amount)
      case 'Withdrawn':
        return this.addCredit(event.args.account, -event.args.amount)
    }
  }

  /** the payload is an argument of the transaction's own call. */
  private async readPayload(hash: Hex): Promise<Uint8Array> {
    const { input } = await this.connection.client.getTransaction({ hash })
    const call = decodeFunctionData({ abi: Abi.rollup, data: input })
    if (call.functionName !== 'post' && call.functionName !== 'postAndClaim') {
      throw new Error(`transaction ${hash} posted a batch by ${call.functionName}: expected post or postAndClaim`)
    }
    return hexToBytes(call.args[0])
  }

  private setStatus(id: Hex, status: Status): void {
    const claim = this.claims.get(id)
    if (claim) this.claims.set(id, { ...claim, status })
  }

  private updateGame(id: Hex, change: Partial<GameView>): void {
    const game = this.games.get(id)
    if (game) this.games.set(id, { ...game, ...change })
  }

  private addCredit(account: Address, amount: bigint): void {
    const key = getAddress(account)
    this.credits.set(key, (this.credits.get(key) ?? 0n) + amount)
  }
}
