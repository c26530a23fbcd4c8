import { type Address, type Hex, numberToHex } from 'viem'
import * as PayloadCodec from '../batch/PayloadCodec.ts'
import { type Draft, Session } from './Session.ts'
import { transactionsOf } from './Users.ts'

/** What a transaction does: runs to its end, is included but reverted or halted, or has no effect at all (B-3, B-8). */
export type Outcome = 'succeeds' | 'fails' | 'skipped'

/** A raw signed transaction, or what somebody passes off as one. */
export interface Transaction {
  readonly raw: Uint8Array
  /** What it is meant to be, for reports: `swap`, `coin transfer`, `wrong nonce` … */
  readonly label: string
  readonly outcome: Outcome
}

/** Transactions that go into one L2 block; the sequencer chooses its time. */
export interface Block {
  readonly transactions: readonly Transaction[]
}

/** The blocks of one batch. */
export interface Batch {
  readonly blocks: readonly Block[]
}

export interface Workload {
  /** Who pays for it, as the accounts of a genesis file. All else is deployed by the first transactions. */
  readonly accounts: Readonly<Record<Address, { readonly balance: Hex }>>
  readonly batches: readonly Batch[]
}

export interface Options {
  /** The same seed and sizes give the same bytes. */
  readonly seed: string
  readonly chainId: number
  /** Keys besides the deployer's. */
  readonly users: number
  readonly batches: number
  readonly transactionsPerBatch: number
  readonly transactionsPerBlock: number
  /** Sums of the gas limits stay below these, so that no transaction is skipped for want of room. */
  readonly blockGasLimit: bigint
  readonly batchGasLimit: bigint
  /** Bytes of a batch's payload, with its prefixes. */
  readonly batchBytes: number
}

/** The size of the main job: 1,200 transactions of 65 keys in 24 batches. */
export const fullSize: Omit<Options, 'seed' | 'chainId'> = {
  users: 64,
  batches: 24,
  transactionsPerBatch: 50,
  transactionsPerBlock: 20,
  blockGasLimit: 30_000_000n,
  batchGasLimit: 60_000_000n,
  batchBytes: 100_000,
}

/** 2^80 wei each: the supply of a full workload is far below the 2^128 of rule B-13. */
const balance = numberToHex(1n << 80n)

/** Real transactions of many keys: the first deploy OpenZeppelin's tokens and Uniswap V2, the others use them. */
export function generate(options: Options): Workload {
  const session = new Session(options.seed, options.chainId, options.users)
  const accounts = Object.fromEntries([session.deployer, ...session.users].map(({ address }) => [address, { balance }]))
  return { accounts, batches: pack(transactionsOf(session), options) }
}

function pack(drafts: Iterable<Draft>, options: Options): Batch[] {
  const batches: Transaction[][][] = [[[]]]
  let [batchCount, batchGas, blockGas, bytes] = [0, 0n, 0n, PayloadCodec.blockHeaderBytes]
  for (const { transaction, gas } of drafts) {
    const size = PayloadCodec.transactionHeaderBytes + transaction.raw.length
    assertFits(transaction, gas, size, options)
    const isBatchFull =
      batchCount === options.transactionsPerBatch ||
      batchGas + gas > options.batchGasLimit ||
      bytes + PayloadCodec.blockHeaderBytes + size > options.batchBytes
    if (isBatchFull) {
      if (batches.length === options.batches) break
      batches.push([[]])
      ;[batchCount, batchGas, blockGas, bytes] = [0, 0n, 0n, PayloadCodec.blockHeaderBytes]
    }
    const blocks = batches.at(-1)!
    if (blocks.at(-1)!.length === options.transactionsPerBlock || blockGas + gas > options.blockGasLimit) {
      blocks.push([])
      blockGas = 0n
      bytes += PayloadCodec.blockHeaderBytes
    }
    blocks.at(-1)!.push(transaction)
    batchCount += 1
    batchGas += gas
    blockGas += gas
    bytes += size
  }
  return batches.map((blocks) => ({ blocks: blocks.map((transactions) => ({ transactions })) }))
}

function assertFits({ label }: Transaction, gas: bigint, size: number, options: Options): void {
  if (gas > options.blockGasLimit || gas > options.batchGasLimit) {
    throw new RangeError(`expected a block and a batch to have room for ${gas} gas (${label})`)
  }
  if (2 * PayloadCodec.blockHeaderBytes + size > options.batchBytes) {
    throw new RangeError(`expected a batch to have room for ${size} bytes (${label}), got ${options.batchBytes}`)
  }
}
