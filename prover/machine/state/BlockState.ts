/** The block that is being executed. */
import * as Word from '../../commitment/Word.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineBlock')

export interface Record {
  number: bigint
  time: bigint
  baseFee: bigint
  gasUsed: bigint
  parentHash: Uint8Array
  prevRandao: Uint8Array
  transactionsHash: Uint8Array
  /** Where the block's body ends in the payload. */
  end: number
}

export function empty(): Record {
  return {
    number: 0n,
    time: 0n,
    baseFee: 0n,
    gasUsed: 0n,
    parentHash: Word.zero,
    prevRandao: Word.zero,
    transactionsHash: Word.zero,
    end: 0,
  }
}

export function fields(record: Record): MachineRecord.Field[] {
  return [
    record.number,
    record.time,
    record.baseFee,
    record.gasUsed,
    record.parentHash,
    record.prevRandao,
    record.transactionsHash,
    record.end,
  ]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}
