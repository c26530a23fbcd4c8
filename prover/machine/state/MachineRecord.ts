/** How a committed record is hashed and written: its fields as 32-byte words, one after the other (docs/5-machine.md, 5.1). */
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'

/** A field of a record: a number, a flag, or a word as it is. */
export type Field = number | bigint | boolean | Uint8Array

/** The fields as words: what a witness has of a record that it opens. */
export function encode(fields: readonly Field[]): Uint8Array {
  const bytes = new Uint8Array(32 * fields.length)
  writeFields(bytes, 0, fields)
  return bytes
}

/** The hash of a record: its tag and its fields. */
export function hash(tag: Uint8Array, fields: readonly Field[]): Uint8Array {
  const preimage = new Uint8Array(32 * (fields.length + 1))
  preimage.set(tag)
  writeFields(preimage, 32, fields)
  return keccak256(preimage)
}

/** Whether every field is 0. */
export function isEmpty(fields: readonly Field[]): boolean {
  return fields.every((field) => (field instanceof Uint8Array ? Word.equals(field, Word.zero) : Number(field) === 0))
}

function writeFields(bytes: Uint8Array, offset: number, fields: readonly Field[]): void {
  for (const field of fields) {
    if (field instanceof Uint8Array) bytes.set(field, offset)
    else if (field !== 0 && field !== 0n && field !== false) bytes.set(Word.fromBigint(BigInt(field)), offset)
    offset += 32
  }
}
