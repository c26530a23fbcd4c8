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

/** What is wrong with bytes that are no RLP. */
export type Fault =
  | 'nothing there'
  | 'a header on a single byte'
  | 'a length with leading zeros'
  | 'a long form for a short length'
  | 'a length past the end'
  | 'bytes after the end'

/** What is wrong with `bytes`, by the definition of RLP and not by the decoder: the outermost fault, the first in order. */
export function faultOf(bytes: Uint8Array): Fault | undefined {
  if (bytes.length === 0) return 'nothing there'
  const first = bytes[0]!
  if (first < 0x80) return bytes.length > 1 ? 'bytes after the end' : undefined
  const short = first - (first < 0xc0 ? 0x80 : 0xc0)
  const lengthBytes = Math.max(0, short - 55)
  const long = bytes.subarray(1, 1 + lengthBytes)
  if (long.length < lengthBytes) return 'a length past the end'
  if (long[0] === 0) return 'a length with leading zeros'
  const length = lengthBytes === 0 ? BigInt(short) : BigInt(`0x${Buffer.from(long).toString('hex')}`)
  if (lengthBytes > 0 && length < 56n) return 'a long form for a short length'
  const content = bytes.subarray(1 + lengthBytes)
  if (BigInt(content.length) < length) return 'a length past the end'
  if (BigInt(content.length) > length) return 'bytes after the end'
  if (first === 0x81 && content[0]! < 0x80) return 'a header on a single byte'
  return first < 0xc0 ? undefined : faultInList(content)
}

/** The fault of the first item that has one. */
function faultInList(content: Uint8Array): Fault | undefined {
  for (let rest = content; rest.length > 0; ) {
    const end = endOfItem(rest)
    const fault = faultOf(rest.subarray(0, end))
    if (fault !== undefined) return fault
    rest = rest.subarray(end)
  }
  return undefined
}

/** Where the first item ends, as far as its header can be believed. */
function endOfItem(bytes: Uint8Array): number {
  const short = bytes[0]! < 0x80 ? 0 : bytes[0]! - (bytes[0]! < 0xc0 ? 0x80 : 0xc0)
  const lengthBytes = Math.max(0, short - 55)
  const long = bytes.subarray(1, 1 + lengthBytes).reduce((length, byte) => length * 256 + byte, 0)
  return 1 + (lengthBytes > 0 ? lengthBytes + long : short)
}

export interface RlpVector {
  readonly name: string
  readonly encoded: Uint8Array
  /** What it stands for, 'INVALID', or 'VALID' for anything. */
  readonly input: unknown
  /** What is wrong with an invalid one, by its name. */
  readonly fault: Fault | undefined
}

/** The invalid vectors say in their names what they are about. */
const faultsByName: readonly [RegExp, Fault][] = [
  [/^emptyEncoding/, 'nothing there'],
  [/^bytesShouldBeSingleByte/, 'a header on a single byte'],
  [/^leadingZerosInLongLength|^incorrectLengthInArray|^randomRLP/, 'a length with leading zeros'],
  [/^nonOptimalLongLength|^wrongSizeList/, 'a long form for a short length'],
  [/^lessThan(Short|Long)Length|^int32Overflow/, 'a length past the end'],
]

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
        fault: vector.in === 'INVALID' ? faultsByName.find(([pattern]) => pattern.test(name))?.[1] : undefined,
      })),
    )
}
