/** Edges of BLAKE2F: around the period of ten rounds, and counters and states whose sums carry. */
import { BLAKE2F } from '../../../../prover/machine/precompiles/PrecompileTable.ts'
import { Random } from '../../../utils/Random.ts'
import { type Input, integer, join } from '../inputs.ts'

const random = new Random('edges of BLAKE2F')
const full = (length: number) => new Uint8Array(length).fill(0xff)

const bodies: readonly (readonly [name: string, body: Uint8Array])[] = [
  ['zeros', new Uint8Array(208)],
  ['all bits', full(208)],
  ['a full counter', join(random.bytes(192), full(16))],
  ['a counter that fills its low word', join(random.bytes(192), full(8), new Uint8Array(8))],
  ['a counter in its high word', join(random.bytes(192), new Uint8Array(8), integer(1, 8))],
  ['any bytes', random.bytes(208)],
]
const rounds = [0, 1, 2, 9, 10, 11, 12, 20, 21, 0x100, 0x1000]

export const edges = (): Input[] =>
  bodies.flatMap(([name, body]) =>
    rounds.flatMap((count) =>
      [0, 1].map((flag) => ({
        address: BLAKE2F,
        name: `${count} rounds with flag ${flag} on ${name}`,
        input: join(integer(count, 4), body, integer(flag, 1)),
      })),
    ),
  )
