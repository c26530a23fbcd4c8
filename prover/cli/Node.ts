import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { bytesToHex } from 'viem'
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import { type Config, readConfig } from '../config.ts'
import { type Connection, connect, openWallet } from '../l1/Connection.ts'
import * as Contracts from '../l1/Contracts.ts'
import { Ledger } from '../l1/Ledger.ts'
import { Reader } from '../l1/Reader.ts'
import { Sender } from '../l1/Sender.ts'
import { defaultInterval } from '../node/Checkpoints.ts'
import { Follower } from '../node/Follower.ts'
import { Mempool } from '../node/Mempool.ts'
import { serveRpc } from '../node/rpc/Server.ts'
import { type Blocks, Sequencer } from '../node/Sequencer.ts'
import { RecoveryWorker } from '../node/threads/RecoveryWorker.ts'
import * as Duties from '../players/Duties.ts'
import { Player, type Report } from '../players/Player.ts'
import * as Schema from '../Schema.ts'
import * as Genesis from '../state/Genesis.ts'
import { defaultLimit } from '../state/RecordCache.ts'
import { Store } from '../state/Store.ts'
import { loadJudge, positiveOption, readText, unsignedOption } from './Chain.ts'
import { toJson } from './Output.ts'

interface NodeOptions {
  readonly genesis: string
  readonly data: string
  readonly rpc?: string
  readonly deployment?: string
  readonly poll?: string
  readonly once?: boolean
  readonly check?: boolean
  readonly prune?: boolean
  readonly checkpointInterval: bigint
  readonly memory: bigint
  readonly json?: boolean
}

/** An opened node: L1, the contracts, the store. */
interface Node {
  readonly config: Config
  readonly connection: Connection
  readonly contracts: Contracts.Contracts
  readonly follower: Follower
  readonly reader: Reader
  readonly sender: Sender
  readonly recovery: RecoveryWorker
}

export function register(program: Command): void {
  nodeOptions(program.command('challenger'))
    .description('follow L1, execute every batch, and dispute every false claim and checkpoint')
    .action((options: NodeOptions) =>
      runPlayer('challenger', options, [Duties.pursueChallenges, Duties.challengeFalseClaims, Duties.collect]),
    )
  nodeOptions(program.command('proposer'))
    .description('claim what L1 ordered, propose checkpoints, and defend both')
    .option('--claim-length <number>', 'most batches in one claim', positiveOption, 16n)
    .action((options: NodeOptions & { claimLength: bigint }) => {
      const claims = [Duties.claimBatches(options.claimLength), Duties.proposeCheckpoints(options.checkpointInterval)]
      return runPlayer('proposer', options, [Duties.defendClaims, Duties.collect, ...claims])
    })
  nodeOptions(program.command('sequencer'))
    .description('seal transactions into batches and post them')
    .option('--transactions <file>', 'raw signed transactions, one in hexadecimal a line; - is standard input')
    .option('--serve <port>', 'take transactions, and answer questions, over JSON-RPC on this port', unsignedOption)
    .option('--claim', 'claim each batch in the call that posts it')
    .option('--batch-transactions <number>', 'most transactions in a batch', positiveOption, 50n)
    .action(runSequencer)
}

function nodeOptions(command: Command): Command {
  return command
    .requiredOption('--genesis <file>', 'the genesis file')
    .requiredOption('--data <directory>', "the node's store")
    .option('--rpc <url>', 'L1 (default: L1_RPC_URL)')
    .option('--deployment <file>', "the contracts' addresses (default: deployments/<chainId>.json)")
    .option('--poll <seconds>', 'time between two looks at L1', '12')
    .option('--check', 'run every batch again on @ethereumjs/vm, and stop before posting if anything differs')
    .option('--prune', 'forget the diffs and states below every game that is or may be played')
    .option('--checkpoint-interval <number>', 'batches between checkpoints', positiveOption, BigInt(defaultInterval))
    .option('--memory <MiB>', 'room for accounts and slots, all or those used last', positiveOption, defaultMemory)
    .option('--once', 'stop as soon as there is nothing to do')
    .option('--json', 'print one JSON object for each transaction')
    .addHelpText('after', '\nThe private key of the player comes from the environment variable PRIVATE_KEY.')
}

async function runPlayer(name: string, options: NodeOptions, duties: readonly Duties.Duty[]): Promise<void> {
  await withNode(name, options, async ({ config, connection, contracts, follower, reader, sender }) => {
    const report = (entry: Report) => console.log(options.json ? toJson(lineOf(entry)) : textOf(entry))
    const player = new Player({ connection, contracts, sender, reader, opinion: follower, duties, report })
    const interrupted = interruption()
    while (!interrupted.aborted) {
      const taken = options.once ? await player.tick() : await player.tick().catch(complain)
      if (taken === 0 && options.once && !follower.checkpoints.isBusy) return
      if (options.once) await follower.checkpoints.settled()
      else if (taken === 0) await sleep(config.pollSeconds, interrupted)
    }
  })
}

/** An L1 that is away for a while ends no player: it looks again later. */
function complain(error: Error): number {
  console.error(`error: ${error.message.split('\n')[0]}`)
  return 0
}

function warn(message: string): void {
  console.error(`warning: ${message}`)
}

interface SequencerOptions extends NodeOptions {
  readonly transactions?: string
  readonly serve?: bigint
  readonly claim?: boolean
  readonly batchTransactions: bigint
}

async function runSequencer(options: SequencerOptions): Promise<void> {
  const { transactions, serve } = options
  if ((transactions === undefined) === (serve === undefined)) {
    throw new Schema.InputError('sequencer: expected either --transactions or --serve')
  }
  await withNode('sequencer', options, async (node) => {
    const { contracts, follower, reader, sender } = node
    const sequencer = new Sequencer({ contracts, sender, reader, follower, claims: options.claim ?? false })
    const post = async (blocks: Blocks) => {
      const sent = await sequencer.post(blocks)
      if (!sent.ok) throw new Error(`L1 refused the batch: ${sent.reason}`)
      const number = follower.store.newest.number + 1
      const line = { batch: number, transactions: blocks.flat().length, gas: sent.receipt.gasUsed }
      console.log(
        options.json ? toJson(line) : `posted batch ${number}: ${line.transactions} transactions, ${line.gas} gas`,
      )
    }
    const interrupted = interruption()
    if (serve !== undefined) return serveUsers(node, Number(serve), post, interrupted)
    for await (const block of blocksOf(transactions as string, Number(options.batchTransactions))) {
      if (interrupted.aborted) return
      await post([block])
    }
  })
}

/** Posts what users send over JSON-RPC, until it is interrupted. */
async function serveUsers(
  { follower, reader, config, recovery }: Node,
  port: number,
  post: (blocks: Blocks) => Promise<void>,
  interrupted: AbortSignal,
): Promise<void> {
  const { store } = follower
  const mempool = new Mempool(store)
  const server = await serveRpc(store, mempool, port, { recovery })
  console.error(`JSON-RPC of chain ${store.genesis.config.chainId} on ${server.url}`)
  const tick = async () => {
    await follower.follow(await reader.read())
    mempool.dropStale()
    const blocks = mempool.nextBlocks(maxPayload)
    if (blocks.length > 0) await post(blocks)
    return blocks.length
  }
  try {
    while (!interrupted.aborted) if ((await tick().catch(complain)) === 0) await sleep(config.pollSeconds, interrupted)
  } finally {
    await server.close()
  }
}

/** Opens everything that a node needs, and closes it whatever happens. */
async function withNode(name: string, options: NodeOptions, use: (node: Node) => Promise<void>): Promise<void> {
  const config = readConfig(options)
  const genesis = Genesis.parse(await readText(options.genesis), options.genesis)
  const connection = await connect(config.rpc)
  const contracts = await Contracts.open(connection, config.deployment ?? `deployments/${connection.chain.id}.json`)
  const store = await Store.open(options.data, genesis, Number(options.memory) * mebibyte)
  const recovery = new RecoveryWorker(warn)
  try {
    // Whoever stops soon has no use for it.
    if (!options.once) void loadState(store, options.memory)
    Contracts.assertGenesis(contracts, bytesToHex(store.genesisRoot), genesis.config)
    const sender = new Sender(name, connection, openWallet(connection, config.account), new Ledger())
    const reader = new Reader(connection, contracts)
    const follower = new Follower(store, await loadJudge(options), {
      prunes: options.prune ?? false,
      recovery,
      beside: { warn },
      checkpointInterval: Number(options.checkpointInterval),
    })
    try {
      await use({ config, connection, contracts, follower, reader, sender, recovery })
    } finally {
      await follower.checkpoints.close()
    }
  } finally {
    await recovery.close()
    await store.close()
  }
}

/** Reads the state into memory while the node has begun to work. */
async function loadState(store: Store, mebibytes: bigint): Promise<void> {
  try {
    await store.loadState(() => warn(`the state is read from the disk: it has no room in --memory ${mebibytes}`))
  } catch (error) {
    if (!store.isClosed) warn(`the state could not be read into memory: ${(error as Error).message}`)
  }
}

/** Blocks of at most `size` transactions, and of at most what a payload holds. */
async function* blocksOf(path: string, size: number): AsyncGenerator<Uint8Array[]> {
  const input = path === '-' ? process.stdin : createReadStream(path)
  let block: Uint8Array[] = []
  let number = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    const raw = Schema.parse(Schema.bytes, line.trim(), `${path}: line ${number}`)
    const grown = PayloadCodec.blockLength({ time: 0n, transactions: [...block, raw] })
    if (block.length > 0 && (block.length === size || grown > maxPayload)) {
      yield block
      block = []
    }
    block.push(raw)
  }
  if (block.length > 0) yield block
}

const mebibyte = 1 << 20
const defaultMemory = BigInt(defaultLimit / mebibyte)

/** What fits into one L1 transaction in the pool (90% of 128 KiB) with the call around it. */
const maxPayload = 117_000

function lineOf({ player, action, sent }: Report): object {
  const { contract, name, about, note } = action
  const outcome = sent.ok
    ? { gas: sent.receipt.gasUsed, transaction: sent.receipt.transactionHash }
    : { refused: sent.reason }
  return { player, contract, name, about, note, ...outcome }
}

function textOf({ action, sent }: Report): string {
  return `${action.name}: ${action.note}: ${sent.ok ? `${sent.receipt.gasUsed} gas` : `refused: ${sent.reason}`}`
}

/** Aborted by SIGINT or SIGTERM: the tick that runs is finished, then the node closes. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort())
  return controller.signal
}

function sleep(seconds: number, interrupted: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1_000)
    interrupted.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
