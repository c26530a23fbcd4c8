import { bytesToHex } from 'viem'
import { type LocalAccount, privateKeyToAccount } from 'viem/accounts'
import { z } from 'zod'
import * as Schema from './Schema.ts'

/** What a node is told by its command line and environment. */
export interface Config {
  readonly rpc: string
  readonly account: LocalAccount
  /** File with the contracts' addresses; undefined: deployments/<chainId>.json. */
  readonly deployment: string | undefined
  readonly pollSeconds: number
}

const url = z
  .string({ error: 'expected the URL of an L1 RPC: --rpc or L1_RPC_URL' })
  .regex(/^https?:\/\/./, { error: (issue) => `expected an http(s) URL, got ${Schema.show(issue.input)}` })

// The message never shows the value: it may be a key with a typing error.
const privateKey = z
  .string({ error: 'expected the private key of the player in the environment variable PRIVATE_KEY' })
  .regex(/^0x[0-9a-fA-F]{64}$/, { error: 'expected 0x and 64 hexadecimal digits in PRIVATE_KEY' })

const pollSeconds = z.coerce
  .number({ error: 'expected a number of seconds' })
  .positive({ error: (issue) => `expected a number of seconds above 0, got ${Schema.show(issue.input)}` })

/** The L1 to look at. */
export function readRpc(option: string | undefined): string {
  return Schema.parse(url, option ?? process.env.L1_RPC_URL, '--rpc')
}

/** Options first, then the environment. Keys come from the environment alone: a command line is visible to others. */
export function readConfig(options: { rpc?: string; deployment?: string; poll?: string }): Config {
  return {
    rpc: readRpc(options.rpc),
    account: readAccount(process.env.PRIVATE_KEY),
    deployment: options.deployment,
    pollSeconds: Schema.parse(pollSeconds, options.poll ?? '12', '--poll'),
  }
}

function readAccount(key: string | undefined): LocalAccount {
  const digits = Schema.parse(privateKey, key, 'PRIVATE_KEY')
  try {
    return privateKeyToAccount(bytesToHex(Buffer.from(digits.slice(2), 'hex')))
  } catch {
    throw new Schema.InputError('PRIVATE_KEY: expected a number from 1 to the order of secp256k1')
  }
}
