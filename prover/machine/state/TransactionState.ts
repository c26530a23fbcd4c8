/** The transaction that is being executed. */
import * as Word from '../../commitment/Word.ts'
import type { RawTransaction } from '../boundary/RawTransaction.ts'
import type { Startpoint } from '../World.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineTransaction')

export interface Record {
  /** The raw bytes, as far as they are loaded. */
  raw: RawTransaction | undefined
  length: number
  hash: Uint8Array
  origin: bigint
  nonce: bigint
  isCreate: boolean
  /** The target; of a creation the new address, from TX_SENDER on. */
  to: bigint
  value: bigint
  gasLimit: number
  executionGas: number
  maxFeePerGas: bigint
  gasPrice: bigint
  priorityFee: bigint
  floorGas: number
  dataOffset: number
  dataLength: number
  listCursor: number
  listEnd: number
  listAddress: bigint
  slotsEnd: number
  authCursor: number
  authEnd: number
  /** The diff at TX_START: original values of slots are read from it. */
  start: Startpoint | undefined
}

export function empty(): Record {
  return {
    raw: undefined,
    length: 0,
    hash: Word.zero,
    origin: 0n,
    nonce: 0n,
    isCreate: false,
    to: 0n,
    value: 0n,
    gasLimit: 0,
    executionGas: 0,
    maxFeePerGas: 0n,
    gasPrice: 0n,
    priorityFee: 0n,
    floorGas: 0,
    dataOffset: 0,
    dataLength: 0,
    listCursor: 0,
    listEnd: 0,
    listAddress: 0n,
    slotsEnd: 0,
    authCursor: 0,
    authEnd: 0,
    start: undefined,
  }
}

export function fields(record: Record): MachineRecord.Field[] {
  return [
    record.raw?.root() ?? Word.zero,
    record.length,
    record.hash,
    record.origin,
    record.nonce,
    record.isCreate,
    record.to,
    record.value,
    record.gasLimit,
    record.executionGas,
    record.maxFeePerGas,
    record.gasPrice,
    record.priorityFee,
    record.floorGas,
    record.dataOffset,
    record.dataLength,
    record.listCursor,
    record.listEnd,
    record.listAddress,
    record.slotsEnd,
    record.authCursor,
    record.authEnd,
    record.start?.diffRoot() ?? Word.zero,
  ]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}
