/** What a revert restores: the running diff and the sets of the transaction, as roots. */
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineJournal')
const destroyedTag = Word.fromText('Destroyed')

export interface Record {
  readonly diffRoot: Uint8Array
  readonly warmAddresses: Uint8Array
  readonly warmSlots: Uint8Array
  readonly transient: Uint8Array
  readonly created: Uint8Array
  readonly destroyed: Uint8Array
  readonly refund: number
}

/** The chain of destroyed contracts with one more. */
export function hashDestroyed(previous: Uint8Array, address: bigint): Uint8Array {
  const preimage = new Uint8Array(96)
  preimage.set(destroyedTag)
  preimage.set(previous, 32)
  preimage.set(Word.fromBigint(address), 64)
  return keccak256(preimage)
}

export function fields(record: Record): MachineRecord.Field[] {
  const { diffRoot, warmAddresses, warmSlots, transient, created, destroyed, refund } = record
  return [diffRoot, warmAddresses, warmSlots, transient, created, destroyed, refund]
}

export function hash(record: Record): Uint8Array {
  return MachineRecord.hash(tag, fields(record))
}
