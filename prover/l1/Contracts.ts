import { readFile } from 'node:fs/promises'
import { type Address, bytesToHex, getAddress, type Hex, isAddressEqual } from 'viem'
import { z } from 'zod'
import type { ChainConfig } from '../machine/ChainConfig.ts'
import * as Schema from '../Schema.ts'
import * as Abi from './Abi.ts'
import type { Connection } from './Connection.ts'

/** The rollup's contracts on one L1, with their constants. */
export interface Contracts {
  readonly rollup: Address
  readonly game: Address
  /** Where their events begin. */
  readonly deployedAt: bigint
  readonly rollupParameters: Awaited<ReturnType<typeof readRollupParameters>>
  readonly gameParameters: Awaited<ReturnType<typeof readGameParameters>>
  readonly chainConfig: Awaited<ReturnType<typeof readChainConfig>>
  readonly genesisRoot: Hex
}

/** deployments/<chainId>.json, as the forge script writes it. */
const deploymentSchema = z.object({
  rollup: Schema.address,
  game: Schema.address,
  deployedAt: z.number().int().nonnegative().default(0),
})

/** Reads the addresses that a deployment left, and the constants from the contracts themselves. */
export async function open(connection: Connection, path: string): Promise<Contracts> {
  const deployment = await readDeployment(path)
  const [rollup, game] = [bytesToHex(deployment.rollup), bytesToHex(deployment.game)]
  try {
    return await read(connection, rollup, game, BigInt(deployment.deployedAt))
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new Schema.InputError(
      `${path}: no rollup at ${rollup} with game ${game} on chain ${connection.chain.id}: ${reason}`,
    )
  }
}

/** A node of another chain would hold every claim to be false. */
export function assertGenesis(contracts: Contracts, genesisRoot: Hex, config: ChainConfig): void {
  const { chainConfig } = contracts
  if (contracts.genesisRoot !== genesisRoot) {
    throw new Schema.InputError(`genesis: its state root is ${genesisRoot}, but L1 has ${contracts.genesisRoot}`)
  }
  const own = { ...config, feeRecipient: getAddress(bytesToHex(config.feeRecipient)) }
  for (const name of Object.keys(chainConfig) as (keyof typeof chainConfig)[]) {
    if (own[name] === chainConfig[name]) continue
    throw new Schema.InputError(`genesis: ${name} is ${own[name]}, but L1 has ${chainConfig[name]}`)
  }
}

/** The contracts at these addresses. */
export async function read(
  connection: Connection,
  rollup: Address,
  game: Address,
  deployedAt: bigint,
): Promise<Contracts> {
  const { client } = connection
  const [named, rollupParameters, gameParameters, chainConfig, genesisRoot] = await Promise.all([
    client.readContract({ address: rollup, abi: Abi.rollup, functionName: 'game' }),
    readRollupParameters(connection, rollup),
    readGameParameters(connection, game),
    readChainConfig(connection, game),
    client.readContract({ address: rollup, abi: Abi.rollup, functionName: 'finalStateRoot', args: [0n] }),
  ])
  if (!isAddressEqual(named, game)) throw new Error(`the rollup names ${named} as its game`)
  return { rollup, game, deployedAt, rollupParameters, gameParameters, chainConfig, genesisRoot }
}

function readRollupParameters({ client }: Connection, rollup: Address) {
  return client.readContract({ address: rollup, abi: Abi.rollup, functionName: 'parameters' })
}

function readGameParameters({ client }: Connection, game: Address) {
  return client.readContract({ address: game, abi: Abi.disputeGame, functionName: 'parameters' })
}

function readChainConfig({ client }: Connection, game: Address) {
  return client.readContract({ address: game, abi: Abi.disputeGame, functionName: 'chainConfig' })
}

async function readDeployment(path: string): Promise<z.output<typeof deploymentSchema>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new Schema.InputError(`${path}: no such file: deploy first, or name the deployment's file`)
  }
  return Schema.parseJson(deploymentSchema, text, path)
}
