/** Ways to change a witness. What a change does to the bytes, script/campaign/steps/StepsHarness.sol knows. */
import { mix } from './Sampler.ts'

/** The same numbers as in StepsHarness.sol. */
export const kinds = {
  FLIP: 0,
  SET: 1,
  DROP: 2,
  REPEAT: 3,
  SWAP: 4,
  TRUNCATE: 5,
  APPEND: 6,
  SPLICE: 7,
  PRE_STATE: 8,
} as const
type Kind = keyof typeof kinds

export interface Corruption {
  readonly kind: Kind
  readonly a: number
  readonly b: number
}

/** The bytes before the first word of a witness: which records it opens. */
const MASK_BYTES = 1
const WORD = 32

/** What there is to choose from for a witness. */
interface Material {
  readonly length: number
  /** A number below `limit`, another one at each call. */
  readonly below: (limit: number) => number
  /** Witnesses of other steps in the same call of the harness: where, and their length. */
  readonly others: readonly { readonly index: number; readonly length: number }[]
}

type Make = (material: Material) => Corruption | undefined

/** A word as they stand from the first record on, or as they stand before the end. */
function wordAt({ length, below }: Material, fromEnd: boolean): number | undefined {
  const words = Math.floor((length - MASK_BYTES) / WORD)
  if (words < 1) return undefined
  return fromEnd ? length - WORD * (1 + below(words)) : MASK_BYTES + WORD * below(words)
}

function atWord(kind: 'DROP' | 'REPEAT', fromEnd: boolean): Make {
  return (material) => {
    const a = wordAt(material, fromEnd)
    return a === undefined ? undefined : { kind, a, b: WORD }
  }
}

function swap(fromEnd: boolean): Make {
  return (material) => {
    const [a, b] = [wordAt(material, fromEnd), wordAt(material, fromEnd)]
    return a === undefined || b === undefined || a === b ? undefined : { kind: 'SWAP', a, b }
  }
}

/** The witness of another step: whole, or from some word on. */
function splice(isWhole: boolean): Make {
  return ({ length, below, others }) => {
    const other = others[below(others.length)]
    if (other === undefined) return undefined
    const shared = Math.min(length, other.length)
    return { kind: 'SPLICE', a: other.index, b: isWhole ? 0 : Math.min(shared, MASK_BYTES + WORD * below(shared >> 5)) }
  }
}

const makers: readonly Make[] = [
  ({ length, below }) => ({ kind: 'FLIP', a: below(8 * length), b: 0 }),
  () => ({ kind: 'APPEND', a: 1, b: 0 }),
  atWord('DROP', true),
  swap(true),
  ({ below }) => ({ kind: 'FLIP', a: below(8 * MASK_BYTES), b: 0 }),
  splice(true),
  ({ length, below }) => ({ kind: 'SET', a: below(length), b: below(256) }),
  ({ length, below }) => ({ kind: 'TRUNCATE', a: below(length), b: 0 }),
  splice(false),
  atWord('REPEAT', true),
  swap(false),
  atWord('DROP', false),
  () => ({ kind: 'APPEND', a: WORD, b: 0 }),
  atWord('REPEAT', false),
  () => ({ kind: 'TRUNCATE', a: 0, b: 0 }),
  ({ length, below }) => ({ kind: 'DROP', a: below(length), b: 1 }),
  ({ length, below }) => ({ kind: 'SET', a: below(length), b: 0 }),
  ({ below }) => ({ kind: 'APPEND', a: 1, b: 1 + below(255) }),
]

/** `count` corruptions of a witness; `salt` and its length decide which. The first one is of the state before. */
export function corruptionsOf(
  count: number,
  salt: number,
  length: number,
  others: Material['others'],
): readonly Corruption[] {
  let calls = 0
  const below = (limit: number) => (limit === 0 ? 0 : mix(salt, ++calls) % limit)
  const material = { length, below, others }
  const made: Corruption[] = [{ kind: 'PRE_STATE', a: below(256), b: 0 }]
  for (let index = 0; made.length <= count; index++) {
    // After one of each, bits at random.
    const corruption = (makers[index] ?? makers[0]!)(material)
    if (corruption !== undefined) made.push(corruption)
  }
  return made
}

/** As the harness reads it. */
export function encode(corruptions: readonly Corruption[]): Uint8Array {
  const bytes = Buffer.alloc(9 * corruptions.length)
  for (const [index, { kind, a, b }] of corruptions.entries()) {
    bytes.writeUInt8(kinds[kind], 9 * index)
    bytes.writeUInt32BE(a, 9 * index + 1)
    bytes.writeUInt32BE(b, 9 * index + 5)
  }
  return bytes
}
