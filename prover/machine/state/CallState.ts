/** A call or a creation between its instruction and the frame that it enters. */
import * as Word from '../../commitment/Word.ts'
import { type Code, noCode } from '../CodeTree.ts'
import { emptyView, type View } from '../MemoryTree.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineCall')

/** Values of `kind`. */
export const CALL = 1
export const CALLCODE = 2
export const DELEGATECALL = 3
export const STATICCALL = 4
export const CREATE = 5
export const CREATE2 = 6

export interface Record {
  kind: number
  target: bigint
  delegate: bigint
  value: bigint
  /** What the instruction asks for; of a creation what it gets. */
  gas: bigint
  input: View
  outOffset: number
  outLength: number
  /** CREATE2: hash of the initcode. */
  codeHash: Uint8Array
  code: Code
  salt: bigint
  /** The target is an empty account of the base state, which any call deletes (EIP-161). */
  touch: boolean
}

export function empty(): Record {
  return {
    kind: 0,
    target: 0n,
    delegate: 0n,
    value: 0n,
    gas: 0n,
    input: emptyView,
    outOffset: 0,
    outLength: 0,
    codeHash: Word.zero,
    code: noCode,
    salt: 0n,
    touch: false,
  }
}

export function fields(record: Record): MachineRecord.Field[] {
  const { input, code } = record
  return [
    record.kind,
    record.target,
    record.delegate,
    record.value,
    record.gas,
    input.source.root(),
    input.offset,
    input.length,
    record.outOffset,
    record.outLength,
    record.codeHash,
    code.root(),
    code.jumpRoot(),
    code.size,
    record.salt,
    record.touch,
  ]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}

export function isEmpty(record: Record): boolean {
  return MachineRecord.isEmpty(fields(record))
}
