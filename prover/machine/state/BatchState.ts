/** What the machine is given of its batch, and how far it has read and what gas it has used. */
import * as Word from '../../commitment/Word.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineBatch')

export interface Record {
  baseRoot: Uint8Array
  payloadRoot: Uint8Array
  payloadLength: number
  l1Time: bigint
  chainId: bigint
  feeRecipient: bigint
  blockGasLimit: bigint
  batchGasLimit: bigint
  maxTransactionBytes: number
  precompileGasCap: bigint
  cursor: number
  gasUsed: bigint
}

/** A copy of the same shape as what `Machine.create` makes. */
export function clone(record: Record): Record {
  return {
    baseRoot: record.baseRoot,
    payloadRoot: record.payloadRoot,
    payloadLength: record.payloadLength,
    l1Time: record.l1Time,
    chainId: record.chainId,
    feeRecipient: record.feeRecipient,
    blockGasLimit: record.blockGasLimit,
    batchGasLimit: record.batchGasLimit,
    maxTransactionBytes: record.maxTransactionBytes,
    precompileGasCap: record.precompileGasCap,
    cursor: record.cursor,
    gasUsed: record.gasUsed,
  }
}

export function fields(record: Record): MachineRecord.Field[] {
  return [
    record.baseRoot,
    record.payloadRoot,
    record.payloadLength,
    record.l1Time,
    record.chainId,
    record.feeRecipient,
    record.blockGasLimit,
    record.batchGasLimit,
    record.maxTransactionBytes,
    record.precompileGasCap,
    record.cursor,
    record.gasUsed,
  ]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}
