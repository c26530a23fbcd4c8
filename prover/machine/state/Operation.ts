/** An operation of several steps in progress; `kind` is the kind of the next step. Empty between instructions. */
import * as Word from '../../commitment/Word.ts'
import { emptyView, type View } from '../MemoryTree.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineOperation')

/** Values of `next` in a FRAME_EXIT: how the frame ended. */
export const RETURNED = 1
export const REVERTED = 2
export const EXCEPTIONAL_HALT = 3

export interface Record {
  kind: number
  next: number
  source: View
  position: number
  destination: number
  remaining: number
  /** scratch0 … scratch6 side by side, or nothing as long as they are 0. */
  scratch: Uint8Array | undefined
}

/** An operation that has not begun. */
export function ofKind(kind: number): Record {
  return { kind, next: 0, source: emptyView, position: 0, destination: 0, remaining: 0, scratch: undefined }
}

export function fields(record: Record): MachineRecord.Field[] {
  const scratch = Array.from({ length: 7 }, (_, index) =>
    record.scratch === undefined ? Word.zero : record.scratch.subarray(32 * index, 32 * index + 32),
  )
  const { source } = record
  return [
    record.kind,
    record.next,
    source.source.root(),
    source.offset,
    source.length,
    record.position,
    record.destination,
    record.remaining,
    ...scratch,
  ]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}

export function isEmpty(record: Record): boolean {
  return MachineRecord.isEmpty(fields(record))
}
