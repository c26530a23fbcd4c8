import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import * as Rlp from '../../../prover/commitment/Rlp.ts'
import { directory, fileOf } from './Fixtures.ts'

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

const FOLDER = 'RLPTests'

const schema = z.record(z.string(), z.object({ in: z.unknown(), out: z.string().regex(/^(0x)?([0-9a-f]{2})*$/i) }))

/** The official vectors; none if they are not there. */
export function rlpVectors(from = directory): RlpVector[] {
  if (!existsSync(join(from, FOLDER))) return []
  const paths = readdirSync(join(from, FOLDER), { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.json'))
    .sort()
    .flatMap((path) =>
      Object.entries(fileOf(join(FOLDER, path), schema, from)).map(([name, vector]) => ({
        name: `${path}: ${name}`,
        encoded: Uint8Array.from(Buffer.from(vector.out.replace(/^0x/, ''), 'hex')),
        input: vector.in,
      })),
    )
}
