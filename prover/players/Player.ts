import type { Abi, Hex } from 'viem'
import type { Opinion } from '../dispute/Opinion.ts'
import * as Abis from '../l1/Abi.ts'
import type { Connection } from '../l1/Connection.ts'
import type { Contracts } from '../l1/Contracts.ts'
import type { Reader } from '../l1/Reader.ts'
import type { Sender, Sent } from '../l1/Sender.ts'
import type { View } from '../l1/View.ts'
import type { Action } from './Action.ts'
import type { Duty } from './Duties.ts'

/** What a player sees with: it has to be brought up to what L1 says before it is asked. */
export interface FollowingOpinion extends Opinion {
  follow(view: View): Promise<void>
}

/** An action that was sent, and what came of it. */
export interface Report {
  readonly player: string
  readonly action: Action
  readonly sent: Sent
}

/** Blocks after which a refused action is tried again: what refused it may be gone. */
const retryAfterBlocks = 10n

/**
 * Follows L1 and does its duties. All that it knows is L1 and its own execution of the batches, so that it may be stopped
 * and started at any time.
 */
export class Player {
  readonly sender: Sender
  private readonly connection: Connection
  private readonly contracts: Contracts
  private readonly reader: Reader
  private readonly opinion: FollowingOpinion
  private readonly duties: readonly Duty[]
  private readonly report: (report: Report) => void
  private readonly deposits = new Map<string, bigint>()
  private readonly refused = new Map<string, bigint>()

  constructor(options: {
    connection: Connection
    contracts: Contracts
    sender: Sender
    reader: Reader
    opinion: FollowingOpinion
    duties: readonly Duty[]
    report?: (report: Report) => void
  }) {
    this.connection = options.connection
    this.contracts = options.contracts
    this.sender = options.sender
    this.reader = options.reader
    this.opinion = options.opinion
    this.duties = options.duties
    this.report = options.report ?? (() => undefined)
  }

  /**
   * Looks at L1 once and does what is due. Returns how many transactions L1 took. What fails (a bond that the account
   * can't pay, an answer that L1 owes) is thrown only when all the rest is done: each game has a clock of its own.
   */
  async tick(): Promise<number> {
    const view = await this.reader.read()
    await this.opinion.follow(view)
    const situation = { view, opinion: this.opinion, self: this.sender.address, contracts: this.contracts }
    const failures: unknown[] = []
    const attempt = async <T>(what: () => T | Promise<T>): Promise<T | undefined> => {
      try {
        return await what()
      } catch (error) {
        failures.push(error)
        return undefined
      }
    }
    let taken = 0
    for (const duty of this.duties) {
      const actions = (await attempt(() => duty(situation))) ?? []
      for (const action of actions) if (await attempt(() => this.act(action, view.block.number))) taken++
    }
    if (failures.length > 0) throw failures[0]
    return taken
  }

  private async act(action: Action, block: bigint): Promise<boolean> {
    const key = refusalKey(action)
    const refusedAt = this.refused.get(key)
    if (refusedAt !== undefined && block < refusedAt + retryAfterBlocks) return false
    const sent = await this.sender.send({
      move: action.name,
      to: action.contract === 'rollup' ? this.contracts.rollup : this.contracts.game,
      abi: (action.contract === 'rollup' ? Abis.rollup : Abis.disputeGame) as Abi,
      functionName: action.name,
      args: action.args,
      value: await this.valueOf(action),
    })
    if (sent.ok) this.refused.delete(key)
    else this.refused.set(key, block)
    this.report({ player: this.sender.player, action, sent })
    return sent.ok
  }

  private async valueOf({ bond, leadsTo }: Action): Promise<bigint> {
    const { rollupParameters, gameParameters } = this.contracts
    const bonds = { ...rollupParameters, challengeBond: gameParameters.challengeBond }
    return (bond ? bonds[bond] : 0n) + (leadsTo ? await this.deposit(leadsTo.phase, leadsTo.length) : 0n)
  }

  private async deposit(phase: number, length: bigint): Promise<bigint> {
    const key = `${phase} ${length}`
    const known = this.deposits.get(key)
    if (known !== undefined) return known
    const { client } = this.connection
    const call = { address: this.contracts.game, abi: Abis.disputeGame, functionName: 'deposit' } as const
    const value = await client.readContract({ ...call, args: [phase, length] })
    this.deposits.set(key, value)
    return value
  }
}

function refusalKey({ contract, name, about, args }: Action): Hex | string {
  const text = JSON.stringify(args, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value))
  return `${contract} ${name} ${about} ${text}`
}
