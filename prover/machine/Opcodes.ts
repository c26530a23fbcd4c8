/**
 * The opcode table (docs/5-machine.md, 5.4): the instructions of Osaka.
 * This file is the one source; `npm run generate` writes src/machine/Opcodes.sol from it.
 */
import * as StepKinds from './StepKinds.ts'

/** The instruction families; one file each in `instructions/`. 0 marks an undefined opcode. */
export const families = [
  'Undefined',
  'Arithmetic',
  'Comparison',
  'Bitwise',
  'Keccak',
  'Environment',
  'Block',
  'Stack',
  'Memory',
  'Storage',
  'ControlFlow',
  'Log',
  'System',
] as const

export type Family = (typeof families)[number]

export interface Opcode {
  readonly opcode: number
  readonly name: string
  /** Items that the instruction takes from the stack (DUPn: n, SWAPn: n + 1). */
  readonly stackIn: number
  /** Items that it gives (DUPn: n + 1, SWAPn: n + 1). */
  readonly stackOut: number
  /** Gas charged by the prologue; what depends on operands or state comes on top. */
  readonly gas: number
  readonly family: Family
  /** The records that the step opens, as the bits of StepKinds. */
  readonly opens: number
}

const B = StepKinds.OPENS_BATCH
const K = StepKinds.OPENS_BLOCK
const T = StepKinds.OPENS_TRANSACTION
const J = StepKinds.OPENS_JOURNAL
const F = StepKinds.OPENS_FRAME

type Row = readonly [opcode: number, name: string, stackIn: number, stackOut: number, gas: number, opens: number]

const rows: Partial<Record<Family, readonly Row[]>> = {
  Arithmetic: [
    [0x01, 'ADD', 2, 1, 3, F],
    [0x02, 'MUL', 2, 1, 5, F],
    [0x03, 'SUB', 2, 1, 3, F],
    [0x04, 'DIV', 2, 1, 5, F],
    [0x05, 'SDIV', 2, 1, 5, F],
    [0x06, 'MOD', 2, 1, 5, F],
    [0x07, 'SMOD', 2, 1, 5, F],
    [0x08, 'ADDMOD', 3, 1, 8, F],
    [0x09, 'MULMOD', 3, 1, 8, F],
    [0x0a, 'EXP', 2, 1, 10, F],
    [0x0b, 'SIGNEXTEND', 2, 1, 5, F],
  ],
  Comparison: [
    [0x10, 'LT', 2, 1, 3, F],
    [0x11, 'GT', 2, 1, 3, F],
    [0x12, 'SLT', 2, 1, 3, F],
    [0x13, 'SGT', 2, 1, 3, F],
    [0x14, 'EQ', 2, 1, 3, F],
    [0x15, 'ISZERO', 1, 1, 3, F],
  ],
  Bitwise: [
    [0x16, 'AND', 2, 1, 3, F],
    [0x17, 'OR', 2, 1, 3, F],
    [0x18, 'XOR', 2, 1, 3, F],
    [0x19, 'NOT', 1, 1, 3, F],
    [0x1a, 'BYTE', 2, 1, 3, F],
    [0x1b, 'SHL', 2, 1, 3, F],
    [0x1c, 'SHR', 2, 1, 3, F],
    [0x1d, 'SAR', 2, 1, 3, F],
    [0x1e, 'CLZ', 1, 1, 5, F],
  ],
  Keccak: [[0x20, 'KECCAK256', 2, 1, 30, F]],
  Environment: [
    [0x30, 'ADDRESS', 0, 1, 2, F],
    [0x31, 'BALANCE', 1, 1, 0, B | T | J | F],
    [0x32, 'ORIGIN', 0, 1, 2, T | F],
    [0x33, 'CALLER', 0, 1, 2, F],
    [0x34, 'CALLVALUE', 0, 1, 2, F],
    [0x35, 'CALLDATALOAD', 1, 1, 3, F],
    [0x36, 'CALLDATASIZE', 0, 1, 2, F],
    [0x37, 'CALLDATACOPY', 3, 0, 3, F],
    [0x38, 'CODESIZE', 0, 1, 2, F],
    [0x39, 'CODECOPY', 3, 0, 3, F],
    [0x3a, 'GASPRICE', 0, 1, 2, T | F],
    [0x3b, 'EXTCODESIZE', 1, 1, 0, B | T | J | F],
    [0x3c, 'EXTCODECOPY', 4, 0, 0, B | T | J | F],
    [0x3d, 'RETURNDATASIZE', 0, 1, 2, F],
    [0x3e, 'RETURNDATACOPY', 3, 0, 3, F],
    [0x3f, 'EXTCODEHASH', 1, 1, 0, B | T | J | F],
    [0x47, 'SELFBALANCE', 0, 1, 5, B | J | F],
  ],
  Block: [
    [0x40, 'BLOCKHASH', 1, 1, 20, B | K | J | F],
    [0x41, 'COINBASE', 0, 1, 2, B | F],
    [0x42, 'TIMESTAMP', 0, 1, 2, K | F],
    [0x43, 'NUMBER', 0, 1, 2, K | F],
    [0x44, 'PREVRANDAO', 0, 1, 2, K | F],
    [0x45, 'GASLIMIT', 0, 1, 2, B | F],
    [0x46, 'CHAINID', 0, 1, 2, B | F],
    [0x48, 'BASEFEE', 0, 1, 2, K | F],
    [0x49, 'BLOBHASH', 1, 1, 3, F],
    [0x4a, 'BLOBBASEFEE', 0, 1, 2, F],
  ],
  Stack: [
    [0x50, 'POP', 1, 0, 2, F],
    [0x5f, 'PUSH0', 0, 1, 2, F],
    ...series(32, (n): Row => [0x5f + n, `PUSH${n}`, 0, 1, 3, F]),
    ...series(16, (n): Row => [0x7f + n, `DUP${n}`, n, n + 1, 3, F]),
    ...series(16, (n): Row => [0x8f + n, `SWAP${n}`, n + 1, n + 1, 3, F]),
  ],
  Memory: [
    [0x51, 'MLOAD', 1, 1, 3, F],
    [0x52, 'MSTORE', 2, 0, 3, F],
    [0x53, 'MSTORE8', 2, 0, 3, F],
    [0x59, 'MSIZE', 0, 1, 2, F],
    [0x5e, 'MCOPY', 3, 0, 3, F],
  ],
  Storage: [
    [0x54, 'SLOAD', 1, 1, 0, B | T | J | F],
    [0x55, 'SSTORE', 2, 0, 0, B | T | J | F],
    [0x5c, 'TLOAD', 1, 1, 100, J | F],
    [0x5d, 'TSTORE', 2, 0, 100, J | F],
  ],
  ControlFlow: [
    [0x00, 'STOP', 0, 0, 0, F],
    [0x56, 'JUMP', 1, 0, 8, F],
    [0x57, 'JUMPI', 2, 0, 10, F],
    [0x58, 'PC', 0, 1, 2, F],
    [0x5a, 'GAS', 0, 1, 2, F],
    [0x5b, 'JUMPDEST', 0, 0, 1, F],
  ],
  Log: [
    [0xa0, 'LOG0', 2, 0, 375, F],
    [0xa1, 'LOG1', 3, 0, 750, F],
    [0xa2, 'LOG2', 4, 0, 1125, F],
    [0xa3, 'LOG3', 5, 0, 1500, F],
    [0xa4, 'LOG4', 6, 0, 1875, F],
  ],
  System: [
    [0xf0, 'CREATE', 3, 1, 32000, F],
    [0xf1, 'CALL', 7, 1, 0, F],
    [0xf2, 'CALLCODE', 7, 1, 0, F],
    [0xf3, 'RETURN', 2, 0, 0, F],
    [0xf4, 'DELEGATECALL', 6, 1, 0, F],
    [0xf5, 'CREATE2', 4, 1, 32000, F],
    [0xfa, 'STATICCALL', 6, 1, 0, F],
    [0xfd, 'REVERT', 2, 0, 0, F],
    [0xfe, 'INVALID', 0, 0, 0, F],
    [0xff, 'SELFDESTRUCT', 1, 0, 5000, B | J | F],
  ],
}

function series(count: number, row: (n: number) => Row): Row[] {
  return Array.from({ length: count }, (_, index) => row(index + 1))
}

/** The defined opcodes, in ascending order. */
export const all: readonly Opcode[] = Object.entries(rows)
  .flatMap(([family, entries]) =>
    entries.map(([opcode, name, stackIn, stackOut, gas, opens]) => {
      return { opcode, name, stackIn, stackOut, gas, family: family as Family, opens }
    }),
  )
  .sort((a, b) => a.opcode - b.opcode)

/** Indexed by opcode; undefined opcodes are absent. */
export const table: readonly (Opcode | undefined)[] = (() => {
  const byOpcode = new Array<Opcode | undefined>(256).fill(undefined)
  for (const entry of all) byOpcode[entry.opcode] = entry
  return byOpcode
})()

/** Opcode numbers by name: `Opcodes.code.SSTORE`. */
export const code: Readonly<Record<string, number>> = Object.fromEntries(all.map(({ name, opcode }) => [name, opcode]))

/** The name of `opcode`, for traces and messages. */
export function nameOf(opcode: number): string {
  return table[opcode]?.name ?? `UNDEFINED_0x${opcode.toString(16).padStart(2, '0')}`
}
