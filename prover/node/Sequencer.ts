import { type Abi, bytesToHex } from 'viem'
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Abis from '../l1/Abi.ts'
import type { Contracts } from '../l1/Contracts.ts'
import type { Reader } from '../l1/Reader.ts'
import type { Sender, Sent } from '../l1/Sender.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import type { Follower } from './Follower.ts'

/** Seconds between two L2 blocks. */
const blockInterval = 2n
/** A posted batch stands as it is for this many seconds after its first block's time (B-4). */
const maxTimeDrift = 3_600n

/** Raw signed transactions, block by block. */
export type Blocks = readonly (readonly Uint8Array[])[]

/** Seals transactions into batches and posts them. */
export class Sequencer {
  private readonly contracts: Contracts
  private readonly sender: Sender
  private readonly reader: Reader
  private readonly follower: Follower
  /** Whether each batch is claimed in the call that posts it. */
  private readonly claims: boolean

  constructor(options: {
    contracts: Contracts
    sender: Sender
    reader: Reader
    follower: Follower
    claims: boolean
  }) {
    this.contracts = options.contracts
    this.sender = options.sender
    this.reader = options.reader
    this.follower = options.follower
    this.claims = options.claims
  }

  /** Posts the next batch, with its claim if this sequencer claims: the proposal's (T_n, h(Δ_n)). */
  async post(blocks: Blocks): Promise<Sent> {
    const view = await this.reader.read()
    await this.follower.follow(view)
    const { store } = this.follower
    const posted = this.timed(blocks, view.block.time)
    const payload = PayloadCodec.encode(posted)
    const notBefore = posted.at(-1)?.time ?? 0n
    const notAfter = (posted[0]?.time ?? view.block.time) + maxTimeDrift
    // Within the posted time range the result does not depend on the L1 time.
    const { diff } = await this.follower.preview({ payload, l1Time: notBefore })
    const args = [bytesToHex(payload), bytesToHex(store.newest.chainHash), notBefore, notAfter]
    const call = { to: this.contracts.rollup, abi: Abis.rollup as Abi }
    if (!this.claims) return this.sender.send({ ...call, move: 'post', functionName: 'post', args })
    return this.sender.send({
      ...call,
      move: 'postAndClaim',
      functionName: 'postAndClaim',
      args: [...args, bytesToHex(StateDiff.root(diff))],
      value: this.contracts.rollupParameters.claimBond,
    })
  }

  /** Gives the blocks times up to `now`, none before its parent. */
  private timed(blocks: Blocks, now: bigint): PayloadCodec.PostedBlock[] {
    const { state } = this.follower.store
    const head = state.slot(SystemAccount.accountKey, SystemAccount.slotKey(SystemAccount.headSlot))
    const parentTime = SystemAccount.decodeHead(head).time
    return blocks.map((transactions, i) => {
      const time = now - blockInterval * BigInt(blocks.length - 1 - i)
      return { time: time > parentTime ? time : parentTime, transactions }
    })
  }
}
