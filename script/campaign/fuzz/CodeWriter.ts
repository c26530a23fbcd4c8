import * as Word from '../../../prover/commitment/Word.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'

const PUSH0 = 0x5f
/** Labels are pushed as this many bytes. */
const labelBytes = 2

/** Code in the making; knows how many items its stack has. */
export class CodeWriter {
  readonly #bytes: number[] = []
  readonly #uses: { readonly at: number; readonly label: number }[] = []
  readonly #labels: number[] = []
  /** Items on the stack that this code has put there. */
  depth = 0

  get length(): number {
    return this.#bytes.length
  }

  /** One instruction without immediate bytes. */
  op(name: string): this {
    const opcode = Opcodes.table[Opcodes.code[name] ?? -1]
    if (opcode === undefined) throw new Error(`no opcode ${name}`)
    this.#bytes.push(opcode.opcode)
    this.depth += opcode.stackOut - opcode.stackIn
    return this
  }

  /** A constant, in the shortest push or in one of `width` bytes. */
  push(value: bigint | number, width?: number): this {
    const number = BigInt(value)
    const needed = number === 0n ? 0 : Math.ceil(number.toString(16).length / 2)
    const size = Math.max(needed, width ?? 0)
    this.#bytes.push(PUSH0 + size, ...Word.fromBigint(number).subarray(32 - size))
    this.depth++
    return this
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array | readonly number[]): this {
    for (const byte of bytes) this.#bytes.push(byte)
    return this
  }

  newLabel(): number {
    return this.#labels.push(-1) - 1
  }

  pushLabel(label: number): this {
    this.#bytes.push(PUSH0 + labelBytes)
    this.#uses.push({ at: this.#bytes.length, label })
    this.depth++
    return this.raw(new Uint8Array(labelBytes))
  }

  /** Where jumps to the label go: a JUMPDEST. */
  place(label: number): this {
    this.#labels[label] = this.#bytes.length
    return this.op('JUMPDEST')
  }

  /** The code, with labels that were never placed going to its end. */
  bytes(): Uint8Array {
    const code = Buffer.from(this.#bytes)
    for (const { at, label } of this.#uses) {
      const target = this.#labels[label]!
      code.writeUInt16BE(target < 0 ? code.length & 0xffff : target, at)
    }
    return Uint8Array.from(code)
  }
}
