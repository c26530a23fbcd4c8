/** BLAKE2F (EIP-152): the compression function of BLAKE2b with any number of rounds. */

/** Which words of the message a round mixes in (RFC 7693, 2.7). */
const sigma: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
]

/** The four words that each of a round's eight mixings works on: the columns, then the diagonals. */
const mixings: readonly (readonly [number, number, number, number])[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]

/** The initialization vector, which is SHA-512's. */
const initial: readonly bigint[] = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
]

/** A 64-bit word i as its halves: the low one at 2i, the high one at 2i + 1. */
type Words = Int32Array

/** Takes the 213 bytes rounds ‖ state ‖ message ‖ two counters ‖ final flag; gives the 64 bytes of the new state. */
export function compress(input: Uint8Array): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.length)
  const wordsAt = (offset: number, count: number) =>
    Int32Array.from({ length: 2 * count }, (_, half) => view.getInt32(offset + 4 * half, true))
  const state = wordsAt(4, 8)
  const message = wordsAt(68, 16)
  const counters = wordsAt(196, 2)
  const words = new Int32Array(32)
  words.set(state)
  for (const [index, word] of initial.entries()) {
    words[16 + 2 * index] = Number(word & 0xffffffffn)
    words[17 + 2 * index] = Number(word >> 32n)
  }
  for (let half = 0; half < 4; half++) words[24 + half]! ^= counters[half]!
  if (input[212] === 1) for (const half of [28, 29]) words[half] = ~words[half]!
  mixRounds(words, message, view.getUint32(0))
  const output = new DataView(new ArrayBuffer(64))
  for (let half = 0; half < 16; half++) {
    output.setInt32(4 * half, state[half]! ^ words[half]! ^ words[16 + half]!, true)
  }
  return new Uint8Array(output.buffer)
}

function mixRounds(words: Words, message: Words, rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    const order = sigma[round % 10]!
    for (let index = 0; index < 8; index++) {
      const [a, b, c, d] = mixings[index]!
      mix(words, 2 * a, 2 * b, 2 * c, 2 * d, message, 2 * order[2 * index]!, 2 * order[2 * index + 1]!)
    }
  }
}

/** The mixing G of four words with two of the message (RFC 7693, 3.1); all are given by the place of their low half. */
function mix(words: Words, a: number, b: number, c: number, d: number, message: Words, x: number, y: number): void {
  let bLow = words[b]!
  let bHigh = words[b + 1]!
  let dLow = words[d]!
  let dHigh = words[d + 1]!
  // a := a + b + x
  let sum = (words[a]! >>> 0) + (bLow >>> 0) + (message[x]! >>> 0)
  let aLow = sum | 0
  let aHigh = (words[a + 1]! + bHigh + message[x + 1]! + carryOf(sum)) | 0
  // d := (d ^ a) rotated by 32
  const swapped = dLow ^ aLow
  dLow = dHigh ^ aHigh
  dHigh = swapped
  // c := c + d
  sum = (words[c]! >>> 0) + (dLow >>> 0)
  let cLow = sum | 0
  let cHigh = (words[c + 1]! + dHigh + carryOf(sum)) | 0
  // b := (b ^ c) rotated by 24
  let low = bLow ^ cLow
  let high = bHigh ^ cHigh
  bLow = (low >>> 24) | (high << 8)
  bHigh = (high >>> 24) | (low << 8)
  // a := a + b + y
  sum = (aLow >>> 0) + (bLow >>> 0) + (message[y]! >>> 0)
  aLow = sum | 0
  aHigh = (aHigh + bHigh + message[y + 1]! + carryOf(sum)) | 0
  // d := (d ^ a) rotated by 16
  low = dLow ^ aLow
  high = dHigh ^ aHigh
  dLow = (low >>> 16) | (high << 16)
  dHigh = (high >>> 16) | (low << 16)
  // c := c + d
  sum = (cLow >>> 0) + (dLow >>> 0)
  cLow = sum | 0
  cHigh = (cHigh + dHigh + carryOf(sum)) | 0
  // b := (b ^ c) rotated by 63
  low = bLow ^ cLow
  high = bHigh ^ cHigh
  words[b] = (high >>> 31) | (low << 1)
  words[b + 1] = (low >>> 31) | (high << 1)
  words[a] = aLow
  words[a + 1] = aHigh
  words[c] = cLow
  words[c + 1] = cHigh
  words[d] = dLow
  words[d + 1] = dHigh
}

/** What a sum of low halves adds to the high ones. */
function carryOf(sum: number): number {
  return (sum / 2 ** 32) | 0
}
