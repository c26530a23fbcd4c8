/** The official trie vectors: entries that are put into an empty trie one after the other, and the root in the end. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import { directory, fileOf, hexWord } from './Fixtures.ts'

const FOLDER = 'TrieTests'

const schema = z.record(
  z.string(),
  z.object({
    in: z.union([
      z.array(z.tuple([z.string(), z.string().nullable()])),
      z.record(z.string(), z.string().nullable()).transform((entries) => Object.entries(entries)),
      z.array(z.string()).transform(() => undefined),
    ]),
    root: hexWord.optional(),
  }),
)

export interface TrieVector {
  readonly name: string
  /** In the order in which they are made; null removes. Undefined if the vector is about something else than a root. */
  readonly changes: readonly { readonly key: Uint8Array; readonly value: Uint8Array | null }[] | undefined
  readonly root: string | undefined
}

/** The vectors; none if they are not there. Keys are hashed where the file says so. */
export function trieVectors(from = directory): TrieVector[] {
  if (!existsSync(join(from, FOLDER))) return []
  const files = readdirSync(join(from, FOLDER)).filter((file) => file.endsWith('.json'))
  return files.sort().flatMap((file) => {
    const isSecure = /secure_?trie/i.test(file)
    return Object.entries(fileOf(join(FOLDER, file), schema, from)).map(([name, vector]) => ({
      name: `${file}: ${name}`,
      changes: vector.in?.map(([key, value]) => ({
        key: isSecure ? keccak256(textOf(key)) : textOf(key),
        value: value === null ? null : textOf(value),
      })),
      root: vector.root,
    }))
  })
}

/** Bytes in hexadecimal, or a text. */
function textOf(text: string): Uint8Array {
  return Uint8Array.from(/^0x([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text))
}
