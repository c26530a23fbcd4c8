import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Address, bytesToHex, type Hex } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { type Connection, connect, openWallet } from '../l1/Connection.ts'
import * as Contracts from '../l1/Contracts.ts'
import { deploymentEnvironment } from '../l1/Deployment.ts'
import { Ledger } from '../l1/Ledger.ts'
import { Reader } from '../l1/Reader.ts'
import { Sender } from '../l1/Sender.ts'
import { Follower } from '../node/Follower.ts'
import { Sequencer } from '../node/Sequencer.ts'
import type { Duty } from '../players/Duties.ts'
import { type FollowingOpinion, Player, type Report } from '../players/Player.ts'
import * as Genesis from '../state/Genesis.ts'
import { Store } from '../state/Store.ts'
import * as Workload from '../workload/Workload.ts'
import { type Anvil, startAnvil } from './Anvil.ts'

/** Anvil's accounts, each with 10,000 ether; the last one deploys. */
const mnemonic = 'test test test test test test test test test test test junk'
const roles = [
  'sequencer',
  'proposer',
  'challenger',
  'lying proposer',
  'lying challenger',
  'stranger',
  'deployer',
] as const
export type Role = (typeof roles)[number]

const l2ChainId = 42_069
const gwei = 1_000_000_000n

export type Size = Omit<Workload.Options, 'seed' | 'chainId'>

/** An L1 with the contracts, a workload for the L2, and one honest node. */
export class Devnet {
  readonly ledger = new Ledger()
  readonly anvil: Anvil
  readonly connection: Connection
  readonly contracts: Contracts.Contracts
  readonly reader: Reader
  readonly follower: Follower
  readonly workload: Workload.Workload
  /** The genesis file. */
  readonly genesis: string
  /** Hears of every action of every player. */
  report: (report: Report) => void = () => undefined

  private constructor(options: {
    anvil: Anvil
    connection: Connection
    contracts: Contracts.Contracts
    workload: Workload.Workload
    genesis: string
    store: Store
  }) {
    this.anvil = options.anvil
    this.connection = options.connection
    this.contracts = options.contracts
    this.reader = new Reader(options.connection, options.contracts)
    this.follower = new Follower(options.store)
    this.workload = options.workload
    this.genesis = options.genesis
  }

  static async start(seed: string, size: Size): Promise<Devnet> {
    const workload = Workload.generate({ ...size, seed, chainId: l2ChainId })
    const directory = await mkdtemp(join(tmpdir(), 'devnet-'))
    // Also when a signal ends the process.
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
    const anvil = await startAnvil()
    try {
      const connection = await connect(anvil.url)
      const { timestamp } = await connection.client.getBlock()
      const genesis = JSON.stringify(genesisOf(workload, size, timestamp))
      const store = await Store.open(directory, Genesis.parse(genesis, 'the devnet genesis'))
      const contracts = await deploy(connection, store)
      return new Devnet({ anvil, connection, contracts, workload, genesis, store })
    } catch (error) {
      await anvil.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    await this.anvil.stop()
    await this.follower.store.close()
  }

  player(role: Role, opinion: FollowingOpinion, duties: readonly Duty[]): Player {
    const { connection, contracts } = this
    const reader = new Reader(connection, contracts)
    const report = (entry: Report) => this.report(entry)
    return new Player({ connection, contracts, sender: this.sender(role), reader, opinion, duties, report })
  }

  /** Posts the whole workload. */
  async postAll(claims: boolean): Promise<void> {
    const { contracts, reader, follower } = this
    const sequencer = new Sequencer({ contracts, sender: this.sender('sequencer'), reader, follower, claims })
    for (const [index, { blocks }] of this.workload.batches.entries()) {
      const sent = await sequencer.post(blocks.map(({ transactions }) => transactions.map(({ raw }) => raw)))
      if (!sent.ok) throw new Error(`batch ${index + 1} was not posted: ${sent.reason}`)
    }
  }

  addressOf(role: Role): Address {
    return accountOf(role).address
  }

  private sender(role: Role): Sender {
    return new Sender(role, this.connection, openWallet(this.connection, accountOf(role)), this.ledger)
  }
}

function accountOf(role: Role) {
  return mnemonicToAccount(mnemonic, { addressIndex: roles.indexOf(role) })
}

/** The key of a role, for a process that has to be given one. */
export function privateKeyOf(role: Role): Hex {
  return bytesToHex(accountOf(role).getHdKey().privateKey ?? new Uint8Array(32))
}

function genesisOf(workload: Workload.Workload, size: Size, time: bigint) {
  return {
    chainId: l2ChainId,
    feeRecipient: accountOf('sequencer').address,
    blockGasLimit: size.blockGasLimit.toString(),
    batchGasLimit: size.batchGasLimit.toString(),
    maxTransactionBytes: 65_536,
    precompileGasCap: 6_000_000,
    time: time.toString(),
    baseFee: gwei.toString(),
    accounts: workload.accounts,
  }
}

/** Runs the forge script. The file that it writes is this process's own, so that devnets don't meet in one. */
async function deploy(connection: Connection, { genesis, genesisRoot }: Store): Promise<Contracts.Contracts> {
  const file = `deployments/devnet-${process.pid}.json`
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const forge = [
    'lib/foundry.mjs',
    'forge',
    'script',
    'script/Deploy.s.sol',
    '--broadcast',
    '--slow',
    '--rpc-url',
    connection.url,
  ]
  await run(process.execPath, [...forge, '--private-key', privateKeyOf('deployer')], root, {
    ...process.env,
    ...deploymentEnvironment(genesis.config, bytesToHex(genesisRoot)),
    SEQUENCER: accountOf('sequencer').address,
    DEPLOYMENT: file,
  })
  const contracts = await Contracts.open(connection, join(root, file))
  await rm(join(root, file))
  return contracts
}

/** Runs a program to its end; what it printed is shown if it fails. */
function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (data: Buffer) => {
      output += data.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', reject)
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`forge script ended with status ${code}:\n${output}`))
    })
  })
}
