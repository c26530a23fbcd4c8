import {
  type Address,
  BlockNotFoundError,
  decodeFunctionData,
  getAddress,
  type Hex,
  hexToBytes,
  type Log,
  parseEventLogs,
} from 'viem'
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

  /** What L1 says now. The view is this reader's own and stands until the next read. */
  async read(): Promise<View> {
    const { client } = this.connection
    let latest = await client.getBlock({ blockTag: 'latest' })
    if (!(await this.stands(this.block))) this.forget()
    for (let from = this.nextBlock(); from <= latest.number; from = this.nextBlock()) {
      const until = min(from + blocksPerQuery - 1n, latest.number)
      const end = until < latest.number ? await client.getBlock({ blockNumber: until }) : latest
      const changes = await this.readRange(from, until)
      // INVARIANT: what is kept is of one chain. L1 may have been reorganised between any two of its answers.
      if ((await this.stands(this.block)) && (await this.stands(end))) {
        for (const change of changes) change()
        this.block = { number: end.number, hash: end.hash, time: end.timestamp }
      } else {
        this.forget()
        latest = await client.getBlock({ blockTag: 'latest' })
      }
    }
    this.block ??= { number: latest.number, hash: latest.hash, time: latest.timestamp }
    const { block, batches, claims, games, keptSteps, credits } = this
    return { block, batches, claims, games, keptSteps, credits }
  }

  private nextBlock(): bigint {
    return this.block ? this.block.number + 1n : this.contracts.deployedAt
  }

  /** Whether L1 still has a block. */
  private async stands(block: { readonly number: bigint; readonly hash: Hex } | undefined): Promise<boolean> {
    if (!block) return true
    try {
      return (await this.connection.client.getBlock({ blockNumber: block.number })).hash === block.hash
    } catch (error) {
      if (error instanceof BlockNotFoundError) return false
      throw error
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

  /**
   * What the events of some blocks change, in order. Nothing is changed before all answers of L1 are in, so that a read
   * which fails halfway may be done again.
   */
  private async readRange(fromBlock: bigint, toBlock: bigint): Promise<(() => void)[]> {
    const address = [this.contracts.rollup, this.contracts.game]
    const logs = await this.connection.client.getLogs({ address, fromBlock, toBlock })
    const changes: (() => void)[] = []
    for (const event of parseEventLogs({ abi, logs: logs as Log[] })) changes.push(await this.changeOf(event))
    return changes
  }

  private async changeOf(event: Event): Promise<() => void> {
    switch (event.eventName) {
      case 'BatchPosted': {
        const { batch, chainHash, header } = event.args
        const payload = await this.readPayload(event.transactionHash as Hex)
        return () => void this.batches.push({ number: batch, chainHash, header, payload })
      }
      case 'Claimed': {
        const { claimId: id, claim, base, bond, diffRoots } = event.args
        const { timestamp } = await this.connection.client.getBlock({ blockNumber: event.blockNumber as bigint })
        const view = { id, claim: claim as Claim, base, bond, diffRoots, claimedAt: timestamp, status: 'live' } as const
        return () => void this.claims.set(id, view)
      }
      case 'Finalized':
        return () => this.setStatus(event.args.claimId, 'final')
      case 'Struck':
        return () => this.setStatus(event.args.claimId, 'struck')
      case 'GameOpened': {
        const { gameId: id, claimId, challenger, state } = event.args
        return () => void this.games.set(id, { id, claimId, challenger, state: state as GameState })
      }
      case 'Moved':
        return () => this.updateGame(event.args.gameId, { state: event.args.state as GameState })
      case 'GameClosed':
        return () => this.updateGame(event.args.gameId, { verdict: verdicts[event.args.verdict] ?? 'acquitted' })
      case 'StepKept':
        return () => void this.keptSteps.add(keptStepKey(event.args.link, event.args.preState))
      case 'Credited':
        return () => this.addCredit(event.args.account, event.args.amount)
      case 'Withdrawn':
        return () => this.addCredit(event.args.account, -event.args.amount)
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

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
