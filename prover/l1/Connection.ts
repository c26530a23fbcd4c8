import {
  type Chain,
  createPublicClient,
  createWalletClient,
  defineChain,
  http,
  type LocalAccount,
  type PublicClient,
  type Transport,
  type WalletClient,
} from 'viem'
import * as Schema from '../Schema.ts'

/** A reachable L1. */
export interface Connection {
  readonly url: string
  readonly chain: Chain
  readonly client: PublicClient<Transport, Chain>
}

/** Connects, and fails with one clear line if the RPC is down or answers nonsense. */
export async function connect(url: string, pollingInterval = 50): Promise<Connection> {
  const transport = http(url, { retryCount: 2, timeout: 20_000 })
  let chainId: number
  try {
    chainId = await createPublicClient({ transport }).getChainId()
  } catch (error) {
    throw notAnRpc(url, error)
  }
  if (!Number.isSafeInteger(chainId) || chainId <= 0) throw notAnRpc(url, new Error(`chain id ${chainId}`))
  const chain = defineChain({
    id: chainId,
    name: `L1 ${chainId}`,
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [url] } },
  })
  return { url, chain, client: createPublicClient({ chain, transport, pollingInterval, cacheTime: 0 }) }
}

export type Wallet = WalletClient<Transport, Chain, LocalAccount>

export function openWallet(connection: Connection, account: LocalAccount): Wallet {
  return createWalletClient({
    account,
    chain: connection.chain,
    transport: http(connection.url, { retryCount: 2, timeout: 20_000 }),
  })
}

function notAnRpc(url: string, cause: unknown): Schema.InputError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
  return new Schema.InputError(`L1 at ${url} does not answer as an Ethereum RPC: ${reason}`, { cause })
}
