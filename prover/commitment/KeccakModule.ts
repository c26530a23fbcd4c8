/**
 * Keccak-256 as a WebAssembly module of 1.3 kB, written out here instruction by instruction: a state of 25 lanes needs
 * 64-bit registers, which JavaScript does not have, and no library has a module that is entered once per hash.
 * FIPS 202, with the padding of Ethereum (one bit, not SHA-3's three). Tests compare it with @noble/hashes.
 */

/** Where the message is put, and where its hash is found. */
export const messageOffset = 256
export const hashOffset = 0

/** Bytes of a block: 1,600 bits of state less twice those of the hash. */
export const blockBytes = 136

const roundConstantsOffset = 64
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
  /** Hashes the `length` bytes at `messageOffset`. The memory has to have room for the padded message. */
  readonly hash: (length: number) => void
}

export function instantiate(): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(assemble())).exports as Exports
}

// Local 0 is the parameter; the others in the order of their declaration.
const length = 0
const block = 1
const end = 2
const round = 3
const state = (x: number, y: number) => 4 + x + 5 * y
const moved = (x: number, y: number) => 29 + x + 5 * y
const parity = (x: number) => 54 + x
const effect = (x: number) => 59 + x
const counters = 3
const lanes = 60

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

const hashCode: Code = [padding(), loop([absorbing(), permuting(), nextBlock()]), output()]

/** A one after the message, a one at the end of its last block, and zeros between them. */
function padding(): Code {
  return [
    [get(length), number32(blockBytes), divide, number32(1), add, number32(blockBytes), multiply, set(end)],
    [number32(messageOffset), get(length), add, number32(0), get(end), get(length), subtract, fillMemory],
    [get(length), number32(1), store8(messageOffset)],
    [get(end), get(end), load8(messageOffset - 1), number32(0x80), or, store8(messageOffset - 1)],
  ]
}

function absorbing(): Code {
  return plane
    .slice(0, blockBytes / 8)
    .map(([x, y], lane) => [get(state(x, y)), get(block), load64(messageOffset + 8 * lane), xor64, set(state(x, y))])
}

function permuting(): Code {
  const next = [get(round), number32(8), add, tee(round), number32(8 * rounds), isBelow, again]
  return [number32(0), set(round), loop([theta(), rhoAndPi(), chiAndIota(), next])]
}

/** What the columns beside a lane add to it: its effect is added where the lane is moved. */
function theta(): Code {
  const parities = five.map((x) => [
    five.map((y) => (y === 0 ? get(state(x, 0)) : [get(state(x, y)), xor64])),
    set(parity(x)),
  ])
  const effects = five.map((x) => [
    [get(parity((x + 4) % 5)), get(parity((x + 1) % 5)), number64(1), rotateLeft, xor64],
    set(effect(x)),
  ])
  return [parities, effects]
}

function rhoAndPi(): Code {
  const rotations = rotationsOf()
  return plane.map(([x, y]) => [
    [get(state(x, y)), get(effect(x)), xor64, number64(rotations[x + 5 * y]!), rotateLeft],
    set(moved(y, (2 * x + 3 * y) % 5)),
  ])
}

function chiAndIota(): Code {
  return plane.map(([x, y]) => [
    [get(moved(x, y)), get(moved((x + 1) % 5, y)), number64(-1), xor64, get(moved((x + 2) % 5, y)), and64, xor64],
    x + y === 0 ? [get(round), load64(roundConstantsOffset), xor64] : [],
    set(state(x, y)),
  ])
}

function nextBlock(): Code {
  return [get(block), number32(blockBytes), add, tee(block), get(end), isBelow, again]
}

function output(): Code {
  return five.slice(0, 4).map((x) => [number32(0), get(state(x, 0)), store64(hashOffset + 8 * x)])
}

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
  const [i32, i64] = [0x7f, 0x7e]
  const name = (text: string): Code => vector([...Buffer.from(text)])
  const body = sized([2, counters, i32, lanes, i64, hashCode, 0x0b])
  const data = [0, number32(roundConstantsOffset), 0x0b, vector([...roundConstants()])]
  const sections: Code = [
    [1, sized(vector([[0x60, vector([i32]), vector([])]]))],
    [3, sized(vector([0]))],
    [5, sized(vector([[0, 1]]))],
    [7, sized(vector([[name('memory'), 2, 0] as Code, [name('hash'), 0, 0] as Code]))],
    [10, sized(vector([body]))],
    [11, sized(vector([data]))],
  ]
  return Uint8Array.from(flatten([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, sections]))
}

/** Pages that have room for a message of `length` bytes, padded. */
export function pagesFor(length: number): number {
  return Math.ceil((messageOffset + length + blockBytes) / pageBytes)
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
