/** Batches that are made to reach particular steps: contracts in assembly, signed transactions, and a state below them. */
import { hexToBytes, type TransactionSerializable } from 'viem'
import * as PayloadCodec from '../../../prover/batch/PayloadCodec.ts'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import { BatchTrace } from '../../../prover/machine/BatchTrace.ts'
import type { ChainConfig } from '../../../prover/machine/ChainConfig.ts'
import type { BatchInput } from '../../../prover/machine/Executor.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import * as SystemAccount from '../../../prover/machine/SystemAccount.ts'
import { StateTrie } from '../../../prover/state/StateTrie.ts'
import { Signer } from '../../../prover/workload/Signer.ts'

export const chainId = 31_337
export const config: ChainConfig = {
  chainId: BigInt(chainId),
  feeRecipient: Buffer.from('fee0000000000000000000000000000000000fee', 'hex'),
  blockGasLimit: 1n << 32n,
  batchGasLimit: 1n << 40n,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000n,
}
const l1Time = 1_800_000_000n
const ether = 10n ** 18n

/** A mnemonic, a number to push with the shortest PUSH, or bytes as they are. */
export type Part = string | bigint | number | Uint8Array

/** The code of `parts`. */
export function assemble(...parts: readonly Part[]): Uint8Array {
  return Buffer.concat(parts.map(encodePart))
}

function encodePart(part: Part): Uint8Array {
  if (part instanceof Uint8Array) return part
  if (typeof part === 'string') {
    const opcode = Opcodes.code[part]
    if (opcode === undefined) throw new Error(`no opcode ${part}`)
    return Uint8Array.of(opcode)
  }
  const value = BigInt(part)
  if (value === 0n) return Uint8Array.of(Opcodes.code.PUSH0!)
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Uint8Array.of(Opcodes.code.PUSH0! + bytes.length), bytes])
}

/** Code that stores `bytes` in memory at `offset`, word by word. */
export function store(bytes: Uint8Array, offset = 0): Uint8Array {
  const parts: Part[] = []
  for (let at = 0; at < bytes.length; at += 32) {
    const word = new Uint8Array(32)
    word.set(bytes.subarray(at, at + 32))
    parts.push(Word.toBigint(word), offset + at, 'MSTORE')
  }
  return assemble(...parts)
}

export interface TestAccount {
  readonly nonce?: bigint
  readonly balance?: bigint
  readonly code?: Uint8Array
  readonly storage?: Readonly<Record<string, bigint>>
}

/** A batch and the state that it is executed on. */
export interface Program {
  readonly base: StateTrie
  readonly input: BatchInput
  readonly config: ChainConfig
}

export function traceOf(program: Program): BatchTrace {
  return BatchTrace.of(program.base, program.input, program.config)
}

/** Collects the contracts and transactions of one program. */
export class ProgramBuilder {
  readonly signer = new Signer(keccak256(Buffer.from('sender')))
  readonly #accounts = new Map<string, TestAccount>()
  readonly #transactions: Uint8Array[] = []
  #nextAddress = 0xc0de_0000n

  constructor() {
    this.put(this.signer.address, { balance: 1_000_000n * ether })
  }

  /** Makes `account` part of the state. */
  put(address: string, account: TestAccount): void {
    this.#accounts.set(address.toLowerCase(), account)
  }

  /** A contract with `parts` as its code. */
  contract(parts: readonly Part[], account: TestAccount = {}): `0x${string}` {
    const address = addressOf(this.#nextAddress++)
    this.put(address, { nonce: 1n, ...account, code: assemble(...parts) })
    return address
  }

  /** A transaction of the sender; type 2 unless `fields` says otherwise. */
  send(fields: object): void {
    const fees = { type: 'eip1559', maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
    const transaction = { ...('type' in fields ? {} : fees), chainId, gas: 1_000_000n, ...fields }
    this.raw(this.signer.signTransaction({ nonce: this.signer.nonce++, ...transaction } as TransactionSerializable))
  }

  /** A contract and a transaction that calls it. */
  run(parts: readonly Part[], fields: object = {}, account: TestAccount = {}): `0x${string}` {
    const to = this.contract(parts, account)
    this.send({ ...fields, to })
    return to
  }

  raw(transaction: Uint8Array): void {
    this.#transactions.push(transaction)
  }

  /** The state as it is so far. */
  base(): StateTrie {
    return stateOf(new Map([...this.#accounts, systemAccount()]))
  }

  /** The program of one block with all transactions, or of a payload that is made of them. */
  build(payloadOf: (transactions: readonly Uint8Array[]) => Uint8Array = oneBlock): Program {
    return { base: this.base(), input: { payload: payloadOf(this.#transactions), l1Time }, config }
  }
}

export function addressOf(value: bigint): `0x${string}` {
  return `0x${value.toString(16).padStart(40, '0')}`
}

function oneBlock(transactions: readonly Uint8Array[]): Uint8Array {
  return PayloadCodec.encode([{ time: l1Time - 12n, transactions }])
}

/** The system account after block 7, whose ring has the hashes of all blocks before. */
function systemAccount(): [string, TestAccount] {
  const storage: Record<string, bigint> = {}
  for (let number = 0; number <= 7; number++) {
    storage[number] = Word.toBigint(keccak256(Buffer.from(`block ${number}`)))
  }
  const head = { number: 7n, time: l1Time - 100n, nextBaseFee: 7n }
  storage[String(SystemAccount.headSlot)] = SystemAccount.encodeHead(head)
  const address = `0x${Buffer.from(SystemAccount.address).toString('hex')}`
  return [address, { nonce: 1n, code: SystemAccount.code, storage }]
}

function stateOf(accounts: ReadonlyMap<string, TestAccount>): StateTrie {
  const codes = new Map<string, Uint8Array>()
  const sorted = [...accounts].map(
    ([address, { nonce = 0n, balance = 0n, code = new Uint8Array(0), storage = {} }]) => {
      const codeHash = keccak256(code)
      codes.set(Buffer.from(codeHash).toString('hex'), code)
      const slots = Object.entries(storage)
        .map(([slot, value]) => [SystemAccount.slotKey(BigInt(slot)), value] as const)
        .sort(([left], [right]) => Buffer.compare(left, right))
      return {
        accountKey: keccak256(hexToBytes(address as `0x${string}`)),
        account: { nonce, balance, codeHash },
        slots,
      }
    },
  )
  sorted.sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
  const codeOf = (codeHash: Uint8Array) => codes.get(Buffer.from(codeHash).toString('hex'))!
  return StateTrie.build(sorted, codeOf)
}
