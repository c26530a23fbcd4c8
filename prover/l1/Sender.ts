import {
  type Abi,
  type Address,
  BaseError,
  ContractFunctionRevertedError,
  encodeFunctionData,
  type Hex,
  NonceTooLowError,
  size,
  type TransactionReceipt,
  WaitForTransactionReceiptTimeoutError,
} from 'viem'
import * as Abis from './Abi.ts'
import type { Connection, Wallet } from './Connection.ts'
import type { Ledger } from './Ledger.ts'

/** One call of a contract that changes L1. */
export interface Call {
  /** What the ledger and the narration call it. */
  readonly move: string
  readonly to: Address
  readonly abi: Abi
  readonly functionName: string
  readonly args: readonly unknown[]
  readonly value?: bigint
}

/** A sent call, or the contract's reason for refusing it: a lost race or a reorg is not an error of the player. */
export type Sent =
  | { readonly ok: true; readonly receipt: TransactionReceipt }
  | { readonly ok: false; readonly reason: string }

/** Sends the transactions of one account one after another, so that its nonces have one owner. */
export class Sender {
  readonly player: string
  private readonly connection: Connection
  private readonly wallet: Wallet
  private readonly ledger: Ledger
  private readonly patience: number
  private tail: Promise<unknown> = Promise.resolve()

  /** `patience`: milliseconds without inclusion after which a transaction is replaced by a dearer one. */
  constructor(player: string, connection: Connection, wallet: Wallet, ledger: Ledger, patience = 60_000) {
    this.player = player
    this.connection = connection
    this.wallet = wallet
    this.ledger = ledger
    this.patience = patience
  }

  get address(): Address {
    return this.wallet.account.address
  }

  send(call: Call): Promise<Sent> {
    const next = this.tail.then(() => this.sendNow(call))
    this.tail = next.catch(() => undefined)
    return next
  }

  private async sendNow(call: Call): Promise<Sent> {
    const { client } = this.connection
    const account = this.wallet.account
    const data = encodeFunctionData({ abi: call.abi, functionName: call.functionName, args: call.args })
    const value = call.value ?? 0n
    let gas: bigint
    try {
      gas = await client.estimateContractGas({
        ...call,
        abi: withErrors(call.abi),
        address: call.to,
        account,
        value,
      })
    } catch (error) {
      return { ok: false, reason: refusal(error) }
    }
    // Read for each transaction: after a reorg or a restart the chain knows better than we do.
    const nonce = await client.getTransactionCount({ address: account.address, blockTag: 'pending' })
    const request = { to: call.to, data, value, nonce, gas: withMargin(gas), ...(await this.fees()) }
    let hash: Hex
    try {
      hash = await this.wallet.sendTransaction(request)
    } catch (error) {
      if (!isNonceTooLow(error)) throw error
      return { ok: false, reason: `nonce ${nonce} was used by another process of this account` }
    }
    const receipt = await this.include(request, hash)
    this.ledger.add({ player: this.player, move: call.move, gas: receipt.gasUsed, calldataBytes: size(data) })
    if (receipt.status === 'success') return { ok: true, receipt }
    return { ok: false, reason: await this.replay(data, call, receipt.blockNumber) }
  }

  /** Waits for inclusion. A transaction that L1 prices out is replaced, so that it can't hold up its account past a clock. */
  private async include(request: Request, first: Hex): Promise<TransactionReceipt> {
    for (let hash = first; ; ) {
      try {
        return await this.connection.client.waitForTransactionReceipt({ hash, timeout: this.patience })
      } catch (error) {
        if (!(error instanceof WaitForTransactionReceiptTimeoutError)) throw error
      }
      const fees = await this.fees()
      request = {
        ...request,
        maxFeePerGas: dearer(request.maxFeePerGas, fees.maxFeePerGas),
        maxPriorityFeePerGas: dearer(request.maxPriorityFeePerGas, fees.maxPriorityFeePerGas),
      }
      try {
        hash = await this.wallet.sendTransaction(request)
      } catch (error) {
        // The one before it was mined in the meantime: its receipt is there.
        if (!isNonceTooLow(error)) throw error
      }
    }
  }

  private async fees(): Promise<Fees> {
    const { maxFeePerGas, maxPriorityFeePerGas } = await this.connection.client.estimateFeesPerGas()
    return { maxFeePerGas, maxPriorityFeePerGas }
  }

  /** Why a mined transaction failed: the call once more on the block before it. */
  private async replay(data: Hex, call: Call, blockNumber: bigint): Promise<string> {
    const { client } = this.connection
    try {
      await client.simulateContract({
        ...call,
        abi: withErrors(call.abi),
        address: call.to,
        account: this.wallet.account,
        blockNumber,
      })
      return `reverted in block ${blockNumber} (${size(data)} bytes of calldata)`
    } catch (error) {
      return refusal(error)
    }
  }
}

interface Fees {
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

interface Request extends Fees {
  readonly to: Address
  readonly data: Hex
  readonly value: bigint
  readonly nonce: number
  readonly gas: bigint
}

/** What replaces a fee: today's, and a quarter more than the old one, as pools ask for a tenth at least. */
function dearer(old: bigint, today: bigint): bigint {
  const raised = old + old / 4n + 1n
  return raised > today ? raised : today
}

function isNonceTooLow(error: unknown): boolean {
  return error instanceof BaseError && error.walk((cause) => cause instanceof NonceTooLowError) !== null
}

/** The contracts call each other, so an error may be any of theirs. */
function withErrors(abi: Abi): Abi {
  return [...abi, ...Abis.errors]
}

/** EIP-7825. */
const transactionGasCap = 1n << 24n

/** The state may move between estimate and inclusion: a fifth more, within what L1 lets one transaction have. */
function withMargin(gas: bigint): bigint {
  const more = gas + gas / 5n
  return more < transactionGasCap ? more : transactionGasCap
}

/** The contract's custom error with its values; anything that is not a refusal by the contract is thrown on. */
function refusal(error: unknown): string {
  if (!(error instanceof BaseError)) throw error
  const reverted = error.walk((cause) => cause instanceof ContractFunctionRevertedError)
  if (!(reverted instanceof ContractFunctionRevertedError)) throw error
  const { data, signature, reason } = reverted
  if (data) return `${data.errorName}(${(data.args ?? []).map(String).join(', ')})`
  return reason ?? signature ?? reverted.shortMessage
}
