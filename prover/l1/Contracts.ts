import { readFile } from 'node:fs/promises'
import type { Address, Hex } from 'viem'
import { z } from 'zod'
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

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, 'expected an address of 20 bytes in hex')

/** deployments/<chainId>.json, as the forge script writes it. */
const deployment = z.object({ rollup: address, game: address, deployedAt: z.number().int().nonnegative().default(0) })

/** Reads the addresses that a deployment left, and the constants from the contracts themselves. */
export async function open(connection: Connection, path: string): Promise<Contracts> {
  const { rollup, game, deployedAt } = await readDeployment(path)
  const at = { connection, rollup: rollup as Address, game: game as Address }
  try {
    const [named, rollupParameters, gameParameters, chainConfig, genesisRoot] = await Promise.all([
      connection.client.readContract({ address: at.rollup, abi: Abi.rollup, functionName: 'game' }),
      readRollupParameters(connection, at.rollup),
      readGameParameters(connection, at.game),
      readChainConfig(connection, at.game),
      connection.client.readContract({
        address: at.rollup,
        abi: Abi.rollup,
        functionName: 'finalStateRoot',
        args: [0n],
      }),
    ])
    if (named.toLowerCase() !== game.toLowerCase()) throw new Error(`the rollup names ${named} as its game`)
    const constants = { rollupParameters, gameParameters, chainConfig, genesisRoot }
    return { rollup: at.rollup, game: at.game, deployedAt: BigInt(deployedAt), ...constants }
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new DeploymentError(
      `${path}: no rollup at ${rollup} with game ${game} on chain ${connection.chain.id}: ${reason}`,
    )
  }
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

async function readDeployment(path: string): Promise<z.infer<typeof deployment>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    throw new DeploymentError(`${path}: no such file; deploy first, or name the file with --deployment`)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new DeploymentError(`${path}: not JSON`)
  }
  const parsed = deployment.safeParse(json)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new DeploymentError(`${path}: ${issue?.path.join('.')}: ${issue?.message}`)
}

export class DeploymentError extends Error {
  override readonly name = 'DeploymentError'
}
