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
  private tail: Promise<unknown> = Promise.resolve()

  constructor(player: string, connection: Connection, wallet: Wallet, ledger: Ledger) {
    this.player = player
    this.connection = connection
    this.wallet = wallet
    this.ledger = ledger
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
    let hash: Hex
    try {
      hash = await this.wallet.sendTransaction({ to: call.to, data, value, nonce, gas: withMargin(gas) })
    } catch (error) {
      if (error instanceof BaseError && error.walk((cause) => cause instanceof NonceTooLowError) !== null) {
        return { ok: false, reason: `nonce ${nonce} was used by another process of this account` }
      }
      throw error
    }
    const receipt = await client.waitForTransactionReceipt({ hash })
    this.ledger.add({ player: this.player, move: call.move, gas: receipt.gasUsed, calldataBytes: size(data) })
    if (receipt.status === 'success') return { ok: true, receipt }
    return { ok: false, reason: await this.replay(data, call, receipt.blockNumber) }
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
