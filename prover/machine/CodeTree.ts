/** Contract code as the machine runs it: its bytes and its jump bitmap, each committed as a tree of words. */
import { keccak256 } from '../commitment/Keccak.ts'
import * as MerkleTree from '../commitment/MerkleTree.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as Word from '../commitment/Word.ts'
import type { BaseState } from './BaseState.ts'
import type { Source } from './MemoryTree.ts'

const JUMPDEST = 0x5b
const PUSH1 = 0x60
const PUSH32 = 0x7f

/** Jump destinations of a 32-byte word of code: bit 31 − i is set iff byte i is one. */
export interface WordAnalysis {
  readonly bits: number
  /** How many bytes of the following words are PUSH data. */
  readonly carry: number
}

/** Analyzes the word at `offset` whose first `carry` bytes are PUSH data. */
export function analyzeWord(bytes: Uint8Array, offset: number, carry: number): WordAnalysis {
  let bits = 0
  let position = carry
  for (; position < 32; position++) {
    const opcode = bytes[offset + position] ?? 0
    if (opcode === JUMPDEST) bits |= 1 << (31 - position)
    else if (opcode >= PUSH1 && opcode <= PUSH32) position += opcode - PUSH1 + 1
  }
  return { bits: bits >>> 0, carry: position - 32 }
}

/** Code in a frame. */
export class Code implements Source {
  readonly bytes: Uint8Array
  /** Bit 7 − (i mod 8) of byte i / 8 is set iff byte i of the code is a valid jump destination. */
  readonly jumps: Uint8Array
  /** PUSH operands that were read already, by position of the instruction. */
  operands: readonly (bigint | undefined)[] = []
  #hash: Uint8Array | undefined
  #tree: MerkleTree.Tree | undefined
  #jumpTree: MerkleTree.Tree | undefined

  constructor(bytes: Uint8Array, jumps: Uint8Array = jumpsOf(bytes), hash?: Uint8Array) {
    this.bytes = bytes
    this.jumps = jumps
    this.#hash = hash
  }

  get size(): number {
    return this.bytes.length
  }

  /** The code hash. */
  get hash(): Uint8Array {
    this.#hash ??= keccak256(this.bytes)
    return this.#hash
  }

  isJumpDestination(position: number): boolean {
    return ((this.jumps[position >>> 3]! >> (7 - (position & 7))) & 1) === 1
  }

  /** Remembers the operand of the PUSH whose bytes begin at `position`. */
  keepOperand(position: number, operand: bigint): void {
    // With room for all positions from the first on: an array that is filled here and there becomes a hash table.
    if (this.operands.length === 0) this.operands = new Array<bigint | undefined>(this.size + 1)
    ;(this.operands as (bigint | undefined)[])[position] = operand
  }

  root(): Uint8Array {
    return this.#codeTree().root()
  }

  jumpRoot(): Uint8Array {
    return this.#jumpsTree().root()
  }

  prove(index: number): Uint8Array {
    return this.#codeTree().prove(index)
  }

  proveRange(first: number, last: number): Uint8Array {
    return this.#codeTree().proveRange(first, last)
  }

  /** The word `index` of the jump bitmap and its proof. */
  proveJumps(index: number): Uint8Array {
    return this.#jumpsTree().prove(index)
  }

  /** Writes the next word of code that is being installed, `bits` being its jump destinations. */
  install(offset: number, word: Uint8Array, bits: number): void {
    this.bytes.set(word.subarray(0, Math.min(32, this.size - offset)), offset)
    new DataView(this.jumps.buffer).setUint32(offset >>> 3, bits)
    this.#tree?.touch(offset, Math.min(32, this.size - offset))
    this.#jumpTree?.touch(offset >>> 3, 4)
  }

  /** A copy of code that is being installed. */
  clone(): Code {
    return new Code(this.bytes.slice(), this.jumps.slice())
  }

  #codeTree(): MerkleTree.Tree {
    this.#tree ??= new MerkleTree.Tree(MerkleTree.memoryDepth, this.bytes)
    return this.#tree
  }

  #jumpsTree(): MerkleTree.Tree {
    this.#jumpTree ??= new MerkleTree.Tree(MerkleTree.memoryDepth, this.jumps)
    return this.#jumpTree
  }
}

/** Codes that were run lately, the oldest first: what was found out about them holds for every state and batch. */
const known = new Map<string, Code>()
/** Their operands take up to eight times as much. */
const MAX_KNOWN_BYTES = 1 << 23
let knownBytes = 0

/** The code with this hash, whose name is `key`. */
export function codeOf(codeHash: Uint8Array, key: string, base: BaseState): Code {
  let code = known.get(key)
  if (code === undefined) {
    code = new Code(base.code(codeHash), undefined, codeHash)
    known.set(key, code)
    knownBytes += code.size
    for (const [oldest, { size }] of known) {
      if (knownBytes <= MAX_KNOWN_BYTES) break
      known.delete(oldest)
      knownBytes -= size
    }
  }
  return code
}

/** Code of `size` bytes of which nothing is installed yet. */
export function blankCode(size: number): Code {
  return new Code(new Uint8Array(size), blankJumps(size))
}

/** The code of an account without code. */
export const emptyCode: Code = new Code(new Uint8Array(0), new Uint8Array(0), StateDiff.emptyCodeHash)

/** Stands where a frame has no code (any more): its roots are 0, not those of trees of zeros. */
class NoCode extends Code {
  override root(): Uint8Array {
    return Word.zero
  }

  override jumpRoot(): Uint8Array {
    return Word.zero
  }
}

export const noCode: Code = new NoCode(new Uint8Array(0), new Uint8Array(0), StateDiff.emptyCodeHash)

/** A delegation designator (EIP-7702) is this and an address. */
const DELEGATION = Uint8Array.of(0xef, 0x01, 0x00)

/** The delegation designator of `address`. */
export function delegationTo(address: Uint8Array): Code {
  return new Code(Buffer.concat([DELEGATION, address]))
}

/** The address behind a delegation designator, or undefined. */
export function delegateOf(code: Code): bigint | undefined {
  const { bytes } = code
  if (bytes.length !== 23 || DELEGATION.some((byte, index) => bytes[index] !== byte)) return undefined
  return BigInt(`0x${Buffer.from(bytes.subarray(3)).toString('hex')}`)
}

function jumpsOf(bytes: Uint8Array): Uint8Array {
  const jumps = blankJumps(bytes.length)
  const view = new DataView(jumps.buffer)
  for (let offset = 0, carry = 0; offset < bytes.length; offset += 32) {
    const analysis = analyzeWord(bytes, offset, carry)
    view.setUint32(offset >>> 3, analysis.bits)
    carry = analysis.carry
  }
  return jumps
}

/** Four bytes for each word of code. */
function blankJumps(size: number): Uint8Array {
  return new Uint8Array(4 * Math.ceil(size / 32))
}
