/**
 * Keccak-256 as a WebAssembly module of 3 kB, written out here instruction by instruction: a state of 25 lanes needs
 * 64-bit registers, which JavaScript does not have, and no library has a module that is entered once per hash, or makes two
 * hashes at once in registers of 128 bits, in the time of one.
 * FIPS 202, with the padding of Ethereum (one bit, not SHA-3's three). Tests compare it with @noble/hashes.
 */

/** Where the hash is found, and behind it the second one. */
export const hashOffset = 0
const roundConstantsOffset = 64
/** What is not the module's own begins here. */
export const freeOffset = 256

/** Bytes of a block: 1,600 bits of state less twice those of the hash. */
export const blockBytes = 136

const rounds = 24
/** Memory grows by pages. */
export const pageBytes = 65_536

type Code = readonly (number | Code)[]

/** What is used of the global object, which the types of Node.js 20 lack. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object) => { readonly exports: unknown }
}

/** The exports of the module. */
export interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  /** Hashes `length` bytes at an address. The memory has to have room for the padded message: whole blocks. */
  readonly hash: (address: number, length: number) => void
  /** Hashes two messages that take as many blocks. */
  readonly hashPair: (address: number, length: number, secondAddress: number, secondLength: number) => void
}

export function instantiate(): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(assemble())).exports as Exports
}

const five = [0, 1, 2, 3, 4] as const
const plane = five.flatMap((y) => five.map((x) => [x, y] as const))

const get = (local: number): Code => [0x20, unsigned(local)]
const set = (local: number): Code => [0x21, unsigned(local)]
const tee = (local: number): Code => [0x22, unsigned(local)]
const number32 = (value: number): Code => [0x41, signed(value)]
const number64 = (value: number): Code => [0x42, signed(value)]
const load64 = (offset: number): Code => [0x29, 3, unsigned(offset)]
const store64 = (offset: number): Code => [0x37, 3, unsigned(offset)]
const load8 = (offset: number): Code => [0x2d, 0, unsigned(offset)]
const store8 = (offset: number): Code => [0x3a, 0, unsigned(offset)]
const loop = (body: Code): Code => [0x03, 0x40, body, 0x0b]
const again: Code = [0x0d, 0]
const fillMemory: Code = [0xfc, 0x0b, 0]
const add: Code = [0x6a]
const subtract: Code = [0x6b]
const multiply: Code = [0x6c]
const divide: Code = [0x6e]
const or: Code = [0x72]
const isBelow: Code = [0x49]
const and64: Code = [0x83]
const xor64: Code = [0x85]
const rotateLeft: Code = [0x89]
/** An instruction on vectors of 128 bits. */
const vector128 = (code: number, ...operands: Code[]): Code => [0xfd, unsigned(code), operands]
const [andNot128, or128, xor128, shiftLeft, shiftRight] = [0x4f, 0x50, 0x51, 0xcb, 0xcd].map((code) => vector128(code))
/** Reads a lane into both halves, or into one; writes one half. */
const loadBoth = (offset: number): Code => vector128(0x0a, [3, unsigned(offset)])
const loadHalf = (offset: number, half: number): Code => vector128(0x57, [3, unsigned(offset), half])
const storeHalf = (offset: number, half: number): Code => vector128(0x5b, [3, unsigned(offset), half])

/** What differs between one hash and two at once: a lane is one of 64 bits, or one of each state in a vector of 128. */
interface Width {
  readonly messages: number
  /** The type of a lane. */
  readonly type: number
  readonly xor: Code
  /** What stands `offset` behind each address. */
  load(addresses: readonly Code[], offset: number): Code
  /** The same for all messages. */
  loadSame(address: Code, offset: number): Code
  store(lane: Code, offset: number): Code
  /** `a` and not `b`. */
  andNot(a: Code, b: Code): Code
  rotate(lane: Code, bits: number, spare: number): Code
}

const single: Width = {
  messages: 1,
  type: 0x7e,
  xor: xor64,
  load: ([address], offset) => [address!, load64(offset)],
  loadSame: (address, offset) => [address, load64(offset)],
  store: (lane, offset) => [number32(0), lane, store64(offset)],
  andNot: (a, b) => [b, number64(-1), xor64, a, and64],
  rotate: (lane, bits) => [lane, number64(bits), rotateLeft],
}

const paired: Width = {
  messages: 2,
  type: 0x7b,
  xor: xor128!,
  load: ([first, second], offset) => [second!, first!, loadBoth(offset), loadHalf(offset, 1)],
  loadSame: (address, offset) => [address, loadBoth(offset)],
  store: (lane, offset) => [0, 1].map((half) => [number32(0), lane, storeHalf(offset + 32 * half, half)]),
  andNot: (a, b) => [a, b, andNot128!],
  rotate: (lane, bits, spare) =>
    bits === 0
      ? lane
      : [lane, tee(spare), number32(bits), shiftLeft!, get(spare), number32(64 - bits), shiftRight!, or128!],
}

/** A function that hashes messages of as many blocks. Its parameters: of each the address and the length. */
function hashing(width: Width): { type: number; body: Code } {
  const { messages, xor } = width
  const first = 2 * messages
  const [blocks, end, round] = [first, first + 1, first + 2]
  const counters = 3
  const lanes = 61
  const state = (x: number, y: number) => first + counters + x + 5 * y
  const moved = (x: number, y: number) => state(x, y) + 25
  const parity = (x: number) => state(0, 0) + 50 + x
  const effect = (x: number) => state(0, 0) + 55 + x
  const spare = state(0, 0) + 60
  const addresses = Array.from({ length: messages }, (_, index) => 2 * index)

  /** A one after the message, a one at the end of its last block, and zeros between them. */
  const padding = addresses.map((address): Code => {
    const length = address + 1
    return [
      [get(length), number32(blockBytes), divide, number32(1), add, tee(blocks)],
      [number32(blockBytes), multiply, get(address), add, set(end)],
      [get(address), get(length), add, tee(length), number32(0), get(end), get(length), subtract, fillMemory],
      [get(length), number32(1), store8(0)],
      [get(end), number32(1), subtract, tee(end), get(end), load8(0), number32(0x80), or, store8(0)],
    ]
  })
  const absorbing = plane
    .slice(0, blockBytes / 8)
    .map(([x, y], lane) => [get(state(x, y)), width.load(addresses.map(get), 8 * lane), xor, set(state(x, y))])
  // Theta: what the columns beside a lane add to it. Its effect is added where the lane is moved.
  const parities = five.map((x) => [
    five.map((y) => (y === 0 ? get(state(x, 0)) : [get(state(x, y)), xor])),
    set(parity(x)),
  ])
  const effects = five.map((x) => [
    [get(parity((x + 4) % 5)), width.rotate(get(parity((x + 1) % 5)), 1, spare), xor],
    set(effect(x)),
  ])
  const rotations = rotationsOf()
  const rhoAndPi = plane.map(([x, y]) => [
    width.rotate([get(state(x, y)), get(effect(x)), xor], rotations[x + 5 * y]!, spare),
    set(moved(y, (2 * x + 3 * y) % 5)),
  ])
  const chiAndIota = plane.map(([x, y]) => [
    [get(moved(x, y)), width.andNot(get(moved((x + 2) % 5, y)), get(moved((x + 1) % 5, y))), xor],
    x + y === 0 ? [width.loadSame(get(round), roundConstantsOffset), xor] : [],
    set(state(x, y)),
  ])
  const nextRound = [get(round), number32(8), add, tee(round), number32(8 * rounds), isBelow, again]
  const permuting = [number32(0), set(round), loop([parities, effects, rhoAndPi, chiAndIota, nextRound])]
  const nextBlock = [
    addresses.map((address) => [get(address), number32(blockBytes), add, set(address)]),
    [get(blocks), number32(1), subtract, tee(blocks), again],
  ]
  const output = five.slice(0, 4).map((x) => width.store(get(state(x, 0)), hashOffset + 8 * x))
  const code = [padding, loop([absorbing, permuting, nextBlock]), output]
  return { type: messages - 1, body: sized([2, counters, int32, lanes, width.type, code, 0x0b]) }
}

const int32 = 0x7f

/** By how much rho rotates each lane. */
function rotationsOf(): number[] {
  const rotations = new Array<number>(25).fill(0)
  let [x, y] = [1, 0]
  for (let step = 0; step < 24; step++) {
    rotations[x + 5 * y] = (((step + 1) * (step + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return rotations
}

/** The constants of iota: bits of a linear feedback shift register, at positions 2^j − 1. */
function roundConstants(): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(8 * rounds))
  let register = 1
  for (let index = 0; index < rounds; index++) {
    let constant = 0n
    for (let bit = 0n; bit < 7n; bit++) {
      if ((register & 1) === 1) constant |= 1n << ((1n << bit) - 1n)
      register = (register << 1) ^ ((register >> 7) * 0x171)
    }
    bytes.setBigUint64(8 * index, constant, true)
  }
  return new Uint8Array(bytes.buffer)
}

/** The module in the binary format of WebAssembly 2.0. */
function assemble(): Uint8Array<ArrayBuffer> {
  const name = (text: string): Code => vector([...Buffer.from(text)])
  const functions = [hashing(single), hashing(paired)]
  const types = [1, 2]
    .map((messages) => new Array<number>(2 * messages).fill(int32))
    .map((parameters): Code => [0x60, vector(parameters), vector([])])
  const exported: Code[] = [
    [name('memory'), 2, 0],
    [name('hash'), 0, 0],
    [name('hashPair'), 0, 1],
  ]
  const data = [0, number32(roundConstantsOffset), 0x0b, vector([...roundConstants()])]
  const sections: Code = [
    [1, sized(vector(types))],
    [3, sized(vector(functions.map(({ type }) => type)))],
    [5, sized(vector([[0, 1]]))],
    [7, sized(vector(exported))],
    [10, sized(vector(functions.map(({ body }) => body)))],
    [11, sized(vector([data]))],
  ]
  return Uint8Array.from(flatten([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections]))
}

/** Pages that have room for a message of `length` bytes at an address, padded. */
export function pagesFor(address: number, length: number): number {
  return Math.ceil((address + length + blockBytes) / pageBytes)
}

function vector(items: Code): Code {
  return [unsigned(items.length), items]
}

function sized(content: Code): Code {
  return vector(flatten(content))
}

function flatten(code: Code): number[] {
  return code.flatMap((part) => (typeof part === 'number' ? part : flatten(part)))
}

/** LEB128 of a number that is not negative. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, unsigned(value >>> 7)]
}

/** LEB128 in two's complement. */
function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, signed(value >> 7)]
}
