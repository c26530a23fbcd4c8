// The state before the first batch, and the chain constants: a JSON file checked against the genesis rules (B-13).
import { z } from 'zod'
import * as Keccak from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { ChainConfig } from '../machine/ChainConfig.ts'
import * as StepBound from '../machine/StepBound.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import * as Schema from '../Schema.ts'
import type { SortedState } from './StateTrie.ts'

/** An account of the genesis file. */
export interface GenesisAccount {
  readonly address: Uint8Array
  readonly nonce: bigint
  readonly balance: bigint
  readonly code: Uint8Array
  readonly storage: ReadonlyMap<bigint, bigint>
}

export interface Genesis {
  readonly config: ChainConfig
  /** Time of block 0. */
  readonly time: bigint
  /** Base fee of block 1. */
  readonly baseFee: bigint
  /** The system account is among them. */
  readonly accounts: readonly GenesisAccount[]
}

export const maxCodeBytes = 24_576
const maxSupply = 2n ** 128n
const identityTag = Word.fromText('ChainIdentity')

const accountSchema = z.strictObject({
  nonce: Schema.unsigned(64).default(0n),
  balance: Schema.unsigned(256).default(0n),
  code: Schema.bytes.default(new Uint8Array(0)),
  storage: z.record(z.string(), Schema.unsigned(256)).default({}),
})

const genesisSchema = z.strictObject({
  chainId: Schema.unsigned(64),
  feeRecipient: Schema.address,
  blockGasLimit: Schema.unsigned(64),
  batchGasLimit: Schema.unsigned(64),
  maxTransactionBytes: z.number().int().positive().max(StepBound.maxTransactionBytes),
  precompileGasCap: Schema.unsigned(64).refine((gas) => gas <= StepBound.maxPrecompileGas, {
    error: (issue) => `expected at most ${StepBound.maxPrecompileGas}, got ${issue.input}`,
  }),
  time: Schema.unsigned(64),
  baseFee: Schema.unsigned(128),
  accounts: z.record(z.string(), accountSchema),
})

/** The genesis in a JSON text; `what` names the file in errors. */
export function parse(text: string, what: string): Genesis {
  const { time, baseFee, accounts, ...config } = Schema.parseJson(genesisSchema, text, what)
  const parsed = Object.entries(accounts).map(([address, account]) => parseAccount(address, account, what))
  const genesis = { config, time, baseFee, accounts: [...parsed, systemAccount(config.chainId, time, baseFee)] }
  assertRules(genesis, what)
  return genesis
}

/** The state of a genesis under hashed keys, in their order. */
export function toState({ accounts }: Genesis): SortedState {
  return accounts
    .map(({ address, nonce, balance, code, storage }) => ({
      accountKey: Keccak.keccak256(address),
      account: { nonce, balance, codeHash: Keccak.keccak256(code) },
      slots: [...storage]
        .filter(([, value]) => value !== 0n)
        .map(([slot, value]) => [SystemAccount.slotKey(slot), value] as const)
        .sort(([left], [right]) => Buffer.compare(left, right)),
    }))
    .sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
}

/** What a store of this chain has to agree on: a hash of the constants and of every account. */
export function identityOf({ config, accounts }: Genesis): Uint8Array {
  const { chainId, blockGasLimit, batchGasLimit, maxTransactionBytes, precompileGasCap, feeRecipient } = config
  const numbers = [chainId, blockGasLimit, batchGasLimit, BigInt(maxTransactionBytes), precompileGasCap]
  let identity = Keccak.keccak256Concat(identityTag, ...numbers.map(Word.fromBigint), feeRecipient)
  for (const account of accounts.toSorted((left, right) => Buffer.compare(left.address, right.address))) {
    const { address, nonce, balance, code, storage } = account
    const slots = [...storage].sort(([left], [right]) => (left < right ? -1 : 1)).flat()
    const words = [nonce, balance, ...slots].map(Word.fromBigint)
    identity = Keccak.keccak256(Buffer.concat([identity, address, Keccak.keccak256(code), ...words]))
  }
  return identity
}

function parseAccount(name: string, account: z.output<typeof accountSchema>, what: string): GenesisAccount {
  const address = Schema.parse(Schema.address, name, `${what}: accounts`)
  const storage = Object.entries(account.storage).map(
    ([slot, value]) => [Schema.parse(Schema.unsigned(256), slot, `${what}: accounts.${name}.storage`), value] as const,
  )
  const slots = new Map(storage)
  if (slots.size < storage.length) throw new Schema.InputError(`${what}: accounts.${name}.storage names a slot twice`)
  return { ...account, address, storage: slots }
}

function systemAccount(chainId: bigint, time: bigint, baseFee: bigint): GenesisAccount {
  const head = SystemAccount.encodeHead({ number: 0n, time, nextBaseFee: baseFee })
  const storage = new Map([
    [SystemAccount.blockHashSlot(0n), Word.toBigint(SystemAccount.genesisBlockHash(chainId))],
    [SystemAccount.headSlot, head],
  ])
  return { address: SystemAccount.address, nonce: 1n, balance: 0n, code: SystemAccount.code, storage }
}

/** B-13. With these rules a created or deleted account has no base storage, so that a diff needs no "wiped" flag. */
function assertRules({ config, accounts }: Genesis, what: string): void {
  const refuse = (reason: string) => {
    throw new Schema.InputError(`${what}: ${reason}`)
  }
  if (config.blockGasLimit > config.batchGasLimit) {
    refuse(`blockGasLimit ${config.blockGasLimit} is above batchGasLimit ${config.batchGasLimit}`)
  }
  const seen = new Set<string>()
  let supply = 0n
  for (const { address, nonce, balance, code, storage } of accounts) {
    const name = `account 0x${Buffer.from(address).toString('hex')}`
    if (seen.has(name)) refuse(`${name} is given twice, or is the system account`)
    seen.add(name)
    supply += balance
    const hasStorage = [...storage.values()].some((value) => value !== 0n)
    if (nonce === 0n && code.length === 0 && hasStorage) refuse(`${name} has storage, but nonce 0 and no code`)
    if (StateDiff.isEmptyAccount({ nonce, balance, codeHash: Keccak.keccak256(code) })) refuse(`${name} is empty`)
    if (code.length > maxCodeBytes) refuse(`${name} has ${code.length} bytes of code, more than ${maxCodeBytes}`)
  }
  if (supply >= maxSupply) refuse(`the balances add up to ${supply}, not below 2^128`)
}
