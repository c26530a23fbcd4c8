/** One case: a state, and a batch on it. As JSON it is a file that is run for ever. */
import { z } from 'zod'
import * as PayloadCodec from '../../../prover/batch/PayloadCodec.ts'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import type * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import * as Address from '../../../prover/machine/Address.ts'
import type { BaseAccount, ProvableState } from '../../../prover/machine/BaseState.ts'
import type { ChainConfig } from '../../../prover/machine/ChainConfig.ts'
import type { BatchInput } from '../../../prover/machine/Executor.ts'
import * as SystemAccount from '../../../prover/machine/SystemAccount.ts'
import * as Schema from '../../../prover/Schema.ts'
import { StateTrie } from '../../../prover/state/StateTrie.ts'
import * as TransactionForm from './TransactionForm.ts'

export interface CaseAccount {
  readonly nonce: bigint
  readonly balance: bigint
  readonly code: Uint8Array
  readonly storage: ReadonlyMap<bigint, bigint>
}

/** Raw bytes, for what no form can say. */
export type CaseTransaction = TransactionForm.TransactionForm | Uint8Array

export interface CaseBlock {
  readonly time: bigint
  readonly transactions: readonly CaseTransaction[]
}

export interface FuzzCase {
  /** The newest block of the base state. */
  readonly head: SystemAccount.Head
  readonly l1Time: bigint
  readonly blockGasLimit: bigint
  readonly batchGasLimit: bigint
  /** By address; the system account is not among them. */
  readonly accounts: ReadonlyMap<bigint, CaseAccount>
  readonly blocks: readonly CaseBlock[]
  /** Bytes that the payload is short of its end. */
  readonly cut: number
}

/** A batch and the state that it is executed on. */
export interface Program<State extends ProvableState = ProvableState> {
  readonly base: State
  readonly input: BatchInput
  readonly config: ChainConfig
}

export const chainId = 31_337n
export const feeRecipient = 0xfee0_0000_0000_0000_0000_0000_0000_0000_0000_0feen
/** Of the ring of block hashes the base state has the newest. */
const knownHashes = 260n

interface Entry {
  readonly accountKey: Uint8Array
  readonly account: StateDiff.Account
  readonly slots: readonly (readonly [Uint8Array, bigint])[]
}

/** The case on a state that can prove what it says. */
export function programOf(fuzzCase: FuzzCase): Program<StateTrie> {
  const { entries, codes } = stateOf(fuzzCase)
  const sorted = entries
    .sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
    .map((entry) => ({ ...entry, slots: entry.slots.toSorted(([left], [right]) => Buffer.compare(left, right)) }))
  const base = StateTrie.build(sorted, (hash) => codes.get(hex(hash))!)
  return { base, ...batchOf(fuzzCase) }
}

/** The case on a state that proves nothing, which is fast to make. */
export function flatProgramOf(fuzzCase: FuzzCase): Program {
  return { base: new FlatState(stateOf(fuzzCase)), ...batchOf(fuzzCase) }
}

class FlatState implements ProvableState {
  readonly stateRoot = Word.zero
  readonly #accounts = new Map<string, BaseAccount>()
  readonly #slots = new Map<string, bigint>()
  readonly #codes: ReadonlyMap<string, Uint8Array>

  constructor({ entries, codes }: { entries: readonly Entry[]; codes: ReadonlyMap<string, Uint8Array> }) {
    this.#codes = codes
    for (const { accountKey, account, slots } of entries) {
      this.#accounts.set(hex(accountKey), { ...account, hasStorage: slots.length > 0 })
      for (const [slotKey, value] of slots) this.#slots.set(hex(accountKey) + hex(slotKey), value)
    }
  }

  account(accountKey: Uint8Array): BaseAccount | undefined {
    return this.#accounts.get(hex(accountKey))
  }

  slot(accountKey: Uint8Array, slotKey: Uint8Array): bigint {
    return this.#slots.get(hex(accountKey) + hex(slotKey)) ?? 0n
  }

  code(codeHash: Uint8Array): Uint8Array {
    const code = this.#codes.get(hex(codeHash))
    if (code === undefined) throw new Error(`no account of the state has code 0x${hex(codeHash)}`)
    return code
  }

  accountNodes(): Uint8Array[] {
    throw new Error('this state proves nothing')
  }

  storageNodes(): Uint8Array[] {
    throw new Error('this state proves nothing')
  }
}

function stateOf({ head, accounts }: FuzzCase): { entries: Entry[]; codes: Map<string, Uint8Array> } {
  const codes = new Map<string, Uint8Array>()
  const entries = [...accounts, systemAccount(head)].map(([address, { nonce, balance, code, storage }]) => {
    const codeHash = keccak256(code)
    codes.set(hex(codeHash), code)
    const slots = [...storage].filter(([, value]) => value !== 0n).map(([slot, value]) => [keyOf(slot), value] as const)
    return { accountKey: Address.keyOf(address), account: { nonce, balance, codeHash }, slots }
  })
  return { entries, codes }
}

function systemAccount(head: SystemAccount.Head): [bigint, CaseAccount] {
  const storage = new Map<bigint, bigint>()
  const first = head.number < knownHashes ? 0n : head.number - knownHashes
  for (let number = first; number <= head.number; number++) {
    storage.set(SystemAccount.blockHashSlot(number), Word.toBigint(keyOf(number)))
  }
  storage.set(SystemAccount.headSlot, SystemAccount.encodeHead(head))
  return [Address.fromBytes(SystemAccount.address), { nonce: 1n, balance: 0n, code: SystemAccount.code, storage }]
}

const keys = new Map<bigint, Uint8Array>()

/** The key of a slot; the few that all cases use are hashed once. */
function keyOf(slot: bigint): Uint8Array {
  let key = keys.get(slot)
  if (key === undefined) {
    key = SystemAccount.slotKey(slot)
    if (keys.size < 10_000) keys.set(slot, key)
  }
  return key
}

function batchOf(fuzzCase: FuzzCase): { input: BatchInput; config: ChainConfig } {
  const blocks = fuzzCase.blocks.map(({ time, transactions }) => ({ time, transactions: transactions.map(rawOf) }))
  const whole = PayloadCodec.encode(blocks)
  const payload = whole.slice(0, Math.max(0, whole.length - fuzzCase.cut))
  return { input: { payload, l1Time: fuzzCase.l1Time }, config: configOf(fuzzCase) }
}

export function rawOf(transaction: CaseTransaction): Uint8Array {
  return transaction instanceof Uint8Array ? transaction : TransactionForm.encode(transaction)
}

function configOf({ blockGasLimit, batchGasLimit }: FuzzCase): ChainConfig {
  const recipient = Address.toBytes(feeRecipient)
  const limits = { maxTransactionBytes: 65_536, precompileGasCap: 6_000_000n }
  return { chainId, feeRecipient: recipient, blockGasLimit, batchGasLimit, ...limits }
}

/** The case as JSON that `parse` reads. */
export function stringify(fuzzCase: FuzzCase): string {
  const replace = (_: string, value: unknown) => {
    if (typeof value === 'bigint') return `0x${value.toString(16)}`
    if (value instanceof Map)
      return Object.fromEntries([...value].map(([key, entry]) => [`0x${key.toString(16)}`, entry]))
    return value instanceof Uint8Array ? `0x${hex(value)}` : value
  }
  // Buffers turn themselves into JSON before a replacer sees them.
  return JSON.stringify(withPlainBytes(fuzzCase), replace, 2)
}

function withPlainBytes(fuzzCase: FuzzCase): FuzzCase {
  const blocks = fuzzCase.blocks.map((block) => ({
    ...block,
    transactions: block.transactions.map((transaction) =>
      transaction instanceof Uint8Array
        ? Uint8Array.from(transaction)
        : { ...transaction, data: Uint8Array.from(transaction.data) },
    ),
  }))
  const accounts = [...fuzzCase.accounts].map(
    ([address, account]) => [address, { ...account, code: Uint8Array.from(account.code) }] as const,
  )
  return { ...fuzzCase, accounts: new Map(accounts), blocks }
}

const numberMap = <T>(value: z.ZodType<T>) =>
  z.record(z.string().regex(/^0x[0-9a-f]+$/), value).transform((record) => {
    return new Map(Object.entries(record).map(([key, entry]) => [BigInt(key), entry]))
  })

const integer = Schema.unsigned(256)
const addressSchema = Schema.unsigned(160)

const formSchema = z.strictObject({
  signer: z
    .number()
    .int()
    .min(0)
    .max(TransactionForm.signerCount - 1),
  type: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(4)]),
  chainId: integer,
  nonce: integer,
  gas: integer,
  maxFee: integer,
  priorityFee: integer,
  to: addressSchema.optional(),
  value: integer,
  data: Schema.bytes,
  accessList: z.array(z.strictObject({ address: addressSchema, keys: z.array(integer) })),
  authorizations: z.array(
    z.strictObject({
      signer: z
        .number()
        .int()
        .min(0)
        .max(TransactionForm.signerCount - 1),
      chainId: integer,
      address: addressSchema,
      nonce: integer,
    }),
  ),
})

const caseSchema = z.strictObject({
  head: z.strictObject({ number: Schema.unsigned(64), time: Schema.unsigned(64), nextBaseFee: Schema.unsigned(128) }),
  l1Time: Schema.unsigned(64),
  blockGasLimit: Schema.unsigned(64),
  batchGasLimit: Schema.unsigned(64),
  accounts: numberMap(
    z.strictObject({ nonce: Schema.unsigned(64), balance: integer, code: Schema.bytes, storage: numberMap(integer) }),
  ),
  blocks: z.array(
    z.strictObject({ time: Schema.unsigned(64), transactions: z.array(z.union([Schema.bytes, formSchema])) }),
  ),
  cut: z.number().int().min(0),
})

/** The case that `text` is; `what` names it in the error. */
export function parse(text: string, what: string): FuzzCase {
  return Schema.parseJson(caseSchema, text, what)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
