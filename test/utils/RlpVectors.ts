import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Rlp from '../../prover/commitment/Rlp.ts'

/** What RLP stands for: bytes, or a list of such. */
export type RlpValue = Uint8Array | RlpValue[]

/** The value that is all of `bytes`, or undefined if any item of it is malformed. */
export function decode(bytes: Uint8Array, start = 0, end: number = bytes.length): RlpValue | undefined {
  const item = Rlp.item(bytes, start, end)
  if (item === undefined || item.end !== end) return undefined
  if (!item.isList) return bytes.slice(item.start, item.end)
  const values: RlpValue[] = []
  for (let position = item.start; position < item.end; ) {
    const next = Rlp.item(bytes, position, item.end)
    const value = next === undefined ? undefined : decode(bytes, position, next.end)
    if (next === undefined || value === undefined) return undefined
    values.push(value)
    position = next.end
  }
  return values
}

/** The encoding of a value. */
export function encode(value: RlpValue): Uint8Array {
  return Array.isArray(value) ? Rlp.encodeList(value.map(encode)) : Rlp.encodeString(value)
}

export interface RlpVector {
  readonly name: string
  readonly encoded: Uint8Array
  /** What it stands for, 'INVALID', or 'VALID' for anything. */
  readonly input: unknown
}

const directory = join(process.env.STATE_TESTS ?? '../shared/state-tests', 'RLPTests')

/** Why the official vectors are not run, or false. */
export const skip = existsSync(directory)
  ? false
  : `no official vectors in ${directory}; name their folder in STATE_TESTS`

/** The official vectors; none if they are not there. */
export function officialVectors(): RlpVector[] {
  if (skip !== false) return []
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .flatMap((path) =>
      Object.entries(
        JSON.parse(readFileSync(join(directory, path), 'utf8')) as Record<string, { in: unknown; out: string }>,
      ).map(([name, vector]) => ({
        name: `${path}: ${name}`,
        encoded: Uint8Array.from(Buffer.from(vector.out.replace(/^0x/, ''), 'hex')),
        input: vector.in,
      })),
    )
}
