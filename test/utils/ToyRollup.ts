import { readFileSync } from 'node:fs'
import { type Abi, type Address, getContractAddress, type Hex, numberToHex, parseEther, parseGwei } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type Anvil, startAnvil } from '../../prover/devnet/Anvil.ts'
import type { BatchHeader } from '../../prover/dispute/GameState.ts'
import * as Abis from '../../prover/l1/Abi.ts'
import { type Connection, connect, openWallet } from '../../prover/l1/Connection.ts'
import * as Contracts from '../../prover/l1/Contracts.ts'
import { Ledger } from '../../prover/l1/Ledger.ts'
import { Reader } from '../../prover/l1/Reader.ts'
import { Sender } from '../../prover/l1/Sender.ts'
import type { View } from '../../prover/l1/View.ts'
import type { Duty } from '../../prover/players/Duties.ts'
import { type FollowingOpinion, Player, type Report } from '../../prover/players/Player.ts'
import { CounterTrace, runOf } from './CounterTrace.ts'

const mnemonic = 'test test test test test test test test test test test junk'
const genesis = 1n
const roles = ['sequencer', 'proposer', 'challenger', 'liar'] as const
export type Role = (typeof roles)[number]

/** The real Rollup and DisputeGame over the toy machine, on an Anvil of their own. */
export class ToyRollup {
  readonly ledger = new Ledger()
  readonly reports: Report[] = []
  readonly anvil: Anvil
  readonly connection: Connection
  readonly contracts: Contracts.Contracts
  readonly reader: Reader

  private constructor(anvil: Anvil, connection: Connection, contracts: Contracts.Contracts) {
    this.anvil = anvil
    this.connection = connection
    this.contracts = contracts
    this.reader = new Reader(connection, contracts)
  }

  static async start(): Promise<ToyRollup> {
    const anvil = await startAnvil()
    try {
      const connection = await connect(anvil.url)
      return new ToyRollup(anvil, connection, await deploy(connection))
    } catch (error) {
      await anvil.stop()
      throw error
    }
  }

  sender(role: Role): Sender {
    return new Sender(role, this.connection, openWallet(this.connection, accountOf(role)), this.ledger)
  }

  player(role: Role, opinion: FollowingOpinion, ...duties: Duty[]): Player {
    const { connection, contracts } = this
    const reader = new Reader(connection, contracts)
    const report = (entry: Report) => this.reports.push(entry)
    return new Player({ connection, contracts, sender: this.sender(role), reader, opinion, duties, report })
  }

  /** Posts batches of these lengths. */
  async post(...lengths: number[]): Promise<void> {
    const sender = this.sender('sequencer')
    const call = { move: 'post', to: this.contracts.rollup, abi: Abis.rollup as Abi, functionName: 'post' }
    for (const length of lengths) {
      const { batches } = await this.reader.read()
      const { client } = this.connection
      const number = BigInt(batches.length)
      const args = [number] as const
      const previous = await client.readContract({
        address: call.to,
        abi: Abis.rollup,
        functionName: 'chainHash',
        args,
      })
      const payload: Hex = `0x${'00'.repeat(length)}`
      const sent = await sender.send({ ...call, args: [payload, previous, 0n, (1n << 64n) - 1n] })
      if (!sent.ok) throw new Error(sent.reason)
    }
  }
}

/** The honest view of the toy: S_n is a number, and Δ_n adds the payload's length, and 1 if S_{n-1} is odd. */
export class ToyOpinion implements FollowingOpinion {
  private states = [genesis]
  private headers: BatchHeader[] = []
  private view: View | undefined

  async follow(view: View): Promise<void> {
    this.view = view
    this.states = [genesis]
    this.headers = view.batches.map(({ header }) => header)
    for (const { payloadLength } of this.headers) {
      const state = this.states.at(-1) as bigint
      this.states.push(state + BigInt(payloadLength) + (state % 2n))
    }
  }

  checkpointRoot(batch: bigint): Hex | undefined {
    return this.stateRoot(batch)
  }

  stateRoot(batch: bigint): Hex {
    return numberToHex(this.state(batch), { size: 32 })
  }

  diffRoot(batch: bigint): Hex {
    return numberToHex(this.state(batch) - this.state(batch - 1n), { size: 32 })
  }

  execution(batch: bigint): CounterTrace {
    const { payloadLength } = this.header(batch)
    return new CounterTrace(runOf(this.stateRoot(batch - 1n)), BigInt(payloadLength), this.state(batch - 1n) % 2n)
  }

  fold(batch: bigint): CounterTrace {
    return new CounterTrace('CounterFold', this.state(batch) - this.state(batch - 1n), this.state(batch - 1n))
  }

  header(batch: bigint): BatchHeader {
    const header = this.headers[Number(batch) - 1]
    if (!header) throw new RangeError(`no batch ${batch}`)
    return header
  }

  finalDiff(): undefined {
    return undefined
  }

  get batchCount(): bigint {
    return BigInt(this.view?.batches.length ?? 0)
  }

  private state(batch: bigint): bigint {
    const state = this.states[Number(batch)]
    if (state === undefined) throw new RangeError(`no batch ${batch}`)
    return state
  }
}

function accountOf(role: Role) {
  return mnemonicToAccount(mnemonic, { addressIndex: roles.indexOf(role) })
}

async function deploy(connection: Connection): Promise<Contracts.Contracts> {
  const wallet = openWallet(connection, mnemonicToAccount(mnemonic, { addressIndex: 9 }))
  const from = wallet.account.address
  const create = async (contract: string, args: readonly unknown[]): Promise<Address> => {
    const hash = await wallet.deployContract({ ...artifactOf(contract), args })
    const { contractAddress } = await connection.client.waitForTransactionReceipt({ hash })
    return contractAddress as Address
  }
  const machine = await create('CounterMachine', [])
  const rollup = getContractAddress({ from, nonce: 2n })
  const game = await create('DisputeGame', [rollup, machine, machine, chainConfig, gameParameters])
  await create('Rollup', [game, numberToHex(genesis, { size: 32 }), rollupParameters])
  return Contracts.read(connection, rollup, game, 0n)
}

function artifactOf(contract: string): { abi: Abi; bytecode: Hex } {
  const path = new URL(`../../out/${contract}.sol/${contract}.json`, import.meta.url)
  const { abi, bytecode } = JSON.parse(readFileSync(path, 'utf8')) as { abi: Abi; bytecode: { object: Hex } }
  return { abi, bytecode: bytecode.object }
}

const day = 86_400n

const gameParameters = {
  arity: 4,
  maxDepth: 8,
  clockAllowance: 2n * day,
  clockIncrement: 3_600n,
  stepWindow: day,
  challengeBond: parseEther('0.1'),
  depositGasPrice: parseGwei('10'),
}

const rollupParameters = {
  sequencer: accountOf('sequencer').address,
  sequencerTimeout: day,
  maxClaimLength: 64,
  challengeWindow: 7n * day,
  checkpointWindow: 8n * day,
  backingPeriod: 3n * day,
  claimBond: parseEther('1'),
  checkpointBond: parseEther('2'),
  convictionGas: 1_000_000n,
  convictionTip: parseGwei('1'),
}

const chainConfig = {
  chainId: 1000n,
  feeRecipient: accountOf('sequencer').address,
  blockGasLimit: 30_000_000n,
  batchGasLimit: 120_000_000n,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000n,
}
