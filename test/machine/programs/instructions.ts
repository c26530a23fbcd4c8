/** Programs in which every instruction succeeds, and fails in each of its ways. */

import { hexToBytes } from 'viem'
import { call } from '../../../prover/machine/Executor.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import {
  addressOf,
  assemble,
  config,
  type Part,
  type Program,
  ProgramBuilder,
  store,
  type TestAccount,
} from './Program.ts'

const MAX = (1n << 256n) - 1n
const SIGN = 1n << 255n
const BIG = 0xfedcba9876543210_0123456789abcdef_0f1e2d3c4b5a6978_8796a5b4c3d2e1f0n
const HUGE = 1n << 32n
const INTRINSIC = 21_000n

/** Operands by mnemonic, the top one first. */
const operands: Readonly<Record<string, readonly (readonly bigint[])[]>> = {
  ADD: [
    [1n, 2n],
    [MAX, 1n],
  ],
  MUL: [
    [3n, 5n],
    [BIG, BIG],
  ],
  SUB: [
    [5n, 3n],
    [3n, 5n],
  ],
  DIV: [
    [BIG, 7n],
    [BIG, 0n],
  ],
  SDIV: [
    [MAX - 6n, 2n],
    [SIGN, MAX],
    [7n, 0n],
  ],
  MOD: [
    [BIG, 1000n],
    [BIG, 0n],
  ],
  SMOD: [
    [MAX - 7n, 3n],
    [7n, MAX - 1n],
    [7n, 0n],
  ],
  ADDMOD: [
    [MAX, MAX, 1001n],
    [1n, 2n, 0n],
  ],
  MULMOD: [
    [BIG, MAX, 1001n],
    [1n, 2n, 0n],
  ],
  EXP: [
    [3n, 0n],
    [3n, 200n],
    [BIG, BIG],
  ],
  SIGNEXTEND: [
    [0n, 0x80n],
    [1n, 0x7fffn],
    [30n, BIG],
    [31n, BIG],
    [HUGE, 5n],
  ],
  LT: [
    [1n, 2n],
    [2n, 1n],
  ],
  GT: [
    [1n, 2n],
    [2n, 1n],
  ],
  SLT: [
    [MAX, 1n],
    [1n, MAX],
  ],
  SGT: [
    [MAX, 1n],
    [1n, MAX],
  ],
  EQ: [
    [BIG, BIG],
    [1n, 2n],
  ],
  ISZERO: [[0n], [BIG]],
  AND: [[BIG, 0xff00n]],
  OR: [[BIG, 0xff00n]],
  XOR: [[BIG, MAX]],
  NOT: [[BIG]],
  BYTE: [
    [0n, BIG],
    [31n, BIG],
    [32n, BIG],
  ],
  SHL: [
    [4n, BIG],
    [256n, BIG],
  ],
  SHR: [
    [4n, BIG],
    [256n, BIG],
  ],
  SAR: [
    [4n, BIG],
    [256n, BIG],
    [MAX, 1n],
  ],
  CLZ: [[0n], [1n], [BIG]],
  KECCAK256: [
    [0n, 0n],
    [3n, 32n],
    [0n, 135n],
    [1n, 136n],
    [0n, 300n],
  ],
  BALANCE: [[0xc0den], [1n], [0xfeedn]],
  CALLDATALOAD: [[0n], [1n], [40n], [MAX]],
  CALLDATACOPY: [
    [0n, 0n, 0n],
    [5n, 3n, 70n],
    [0n, MAX, 40n],
  ],
  CODECOPY: [
    [0n, 0n, 40n],
    [31n, 2n, 2n],
  ],
  EXTCODESIZE: [[0xfeedn], [0xbeefn]],
  EXTCODECOPY: [
    [0xfeedn, 3n, 1n, 50n],
    [0xbeefn, 0n, 0n, 0n],
    [0xbeefn, 0n, 0n, 33n],
  ],
  RETURNDATACOPY: [[0n, 0n, 0n]],
  EXTCODEHASH: [[0xfeedn], [0xbeefn], [0xdeadn]],
  BLOCKHASH: [[7n], [1n], [8n], [MAX]],
  BLOBHASH: [[0n]],
  MLOAD: [[0n], [33n]],
  MSTORE: [
    [0n, BIG],
    [33n, BIG],
  ],
  MSTORE8: [
    [0n, BIG],
    [63n, BIG],
  ],
  MCOPY: [
    [0n, 1n, 70n],
    [40n, 1n, 70n],
    [1n, 0n, 64n],
    [5n, 5n, 40n],
    [0n, 0n, 0n],
    [100n, 3n, 10n],
  ],
  SLOAD: [[0n], [9n]],
  SSTORE: [
    [0n, 0n],
    [0n, 1n],
    [1n, 0n],
    [1n, 1n],
    [1n, 2n],
    [BIG, BIG],
  ],
  TLOAD: [[1n]],
  TSTORE: [
    [1n, BIG],
    [1n, 0n],
  ],
  JUMPI: [[0n, 0n]],
  LOG0: [[0n, 33n]],
  LOG1: [[0n, 0n, BIG]],
  LOG2: [[5n, 3n, 1n, 2n]],
  LOG3: [[0n, 1n, 1n, 2n, 3n]],
  LOG4: [[0n, 1n, 1n, 2n, 3n, 4n]],
  RETURN: [
    [0n, 0n],
    [1n, 40n],
  ],
  REVERT: [
    [0n, 0n],
    [1n, 40n],
  ],
  CREATE: [[0n, 0n, 0n]],
  CREATE2: [[0n, 0n, 40n, 1n]],
  CALL: [
    [1000n, 0xbeefn, 0n, 0n, 0n, 0n, 0n],
    [MAX, 0xfeedn, 1n, 3n, 40n, 1n, 40n],
  ],
  CALLCODE: [
    [1000n, 0xfeedn, 0n, 0n, 0n, 0n, 0n],
    [1000n, 0xfeedn, 1n, 0n, 0n, 0n, 0n],
  ],
  DELEGATECALL: [[1000n, 0xfeedn, 0n, 0n, 0n, 0n]],
  STATICCALL: [[1000n, 0xfeedn, 0n, 5n, 5n, 5n]],
  SELFDESTRUCT: [[0xbeefn], [0xdeadn]],
}

/** Operands that reach memory which no gas can pay for. */
const beyond: Readonly<Record<string, readonly bigint[]>> = {
  KECCAK256: [HUGE, 1n],
  CALLDATACOPY: [0n, 0n, HUGE],
  CODECOPY: [HUGE, 0n, 1n],
  EXTCODECOPY: [0xfeedn, MAX, 0n, 1n],
  RETURNDATACOPY: [0n, 0n, 1n],
  MLOAD: [HUGE],
  MSTORE: [MAX, 0n],
  MSTORE8: [HUGE, 0n],
  MCOPY: [0n, MAX, 1n],
  LOG0: [0n, MAX],
  RETURN: [HUGE, 1n],
  REVERT: [0n, HUGE],
  CREATE: [0n, HUGE, 1n],
  CREATE2: [0n, 0n, 49_153n, 0n],
  CALL: [0n, 0xfeedn, 0n, HUGE, 1n, 0n, 0n],
  CALLCODE: [0n, 0xfeedn, 0n, 0n, 0n, HUGE, 1n],
  DELEGATECALL: [0n, 0xfeedn, 0n, 1n, MAX, 0n],
  STATICCALL: [0n, 0xfeedn, 0n, 1n, 0n, MAX],
  JUMP: [MAX],
  JUMPI: [3n, 1n],
}

/** Instructions that a static frame halts on. */
const writing = [
  'SSTORE',
  'TSTORE',
  'LOG0',
  'LOG1',
  'LOG2',
  'LOG3',
  'LOG4',
  'CREATE',
  'CREATE2',
  'SELFDESTRUCT',
] as const

const storage = { 1: 5n, 9: BIG }

/** The operands in the order in which they are pushed, and the instruction. */
function runOf(name: string, items: readonly bigint[]): Part[] {
  return [...items.toReversed(), name]
}

/** Code that leads to each case: memory that is not empty, and return data. */
const prelude: readonly Part[] = [store(Buffer.alloc(64, 0xa7))]

/** Every instruction in success, and with one gas too little. */
export function successes(names: (opcode: Opcodes.Opcode) => boolean): Program {
  const builder = new ProgramBuilder()
  putOthers(builder)
  const cases = Opcodes.all.filter(names).flatMap(({ name, stackIn }) => {
    if (name === 'JUMP') return [[4, 'JUMP', 'INVALID', 'JUMPDEST']]
    const jump: Part[][] = name === 'JUMPI' ? [[1, 6, 'JUMPI', 'INVALID', 'JUMPDEST']] : []
    const sets = operands[name] ?? [Array.from({ length: stackIn }, (_, index) => BigInt(index + 1))]
    return [...sets.map((items) => [...prelude, ...runOf(name, items)]), ...jump]
  })
  const account: TestAccount = { balance: 1000n, storage }
  for (const parts of cases) {
    const to = builder.run(parts, { data: `0x${'c5'.repeat(70)}` }, account)
    const gas = gasOf(builder, to) - 1n
    const again = builder.contract(parts, account)
    builder.run([store(Buffer.alloc(70, 0xc5)), 0, 0, 70, 0, 0, BigInt(again), gas, 'CALL'])
  }
  return builder.build()
}

/** Every instruction without its operands, and on a full stack if it gives more than it takes. */
export function stackFaults(names: (opcode: Opcodes.Opcode) => boolean): Program {
  const builder = new ProgramBuilder()
  for (const { name, stackIn, stackOut } of Opcodes.all.filter(names)) {
    if (stackIn > 0) builder.run([...Array<Part>(stackIn - 1).fill('CALLER'), name])
    if (stackOut > stackIn) builder.run([...Array<Part>(1024).fill('CALLER'), name])
  }
  return builder.build()
}

/** Memory out of reach, jumps to nowhere, static frames, undefined opcodes. */
export function otherFaults(): Program {
  const builder = new ProgramBuilder()
  putOthers(builder)
  for (const [name, items] of Object.entries(beyond)) builder.run([...prelude, ...runOf(name, items)])
  for (const name of writing) {
    const items = operands[name]!.at(-1)!
    const target = builder.contract(runOf(name, items), { balance: 1n })
    builder.run([0, 0, 0, 0, BigInt(target), 'GAS', 'STATICCALL'])
  }
  const sender = builder.contract(runOf('CALL', operands.CALL![1]!), { balance: 1n })
  builder.run([0, 0, 0, 0, BigInt(sender), 'GAS', 'STATICCALL'])
  // Not a JUMPDEST, one within PUSH data, the first byte past the code, and a JUMPDEST far into it.
  builder.run([0, 'JUMP'])
  builder.run([4, 'JUMP', 0x5b5bn, 'JUMPDEST'])
  builder.run([3, 'JUMP'])
  builder.run([1, 3, 'JUMPI'])
  builder.run([0x150, 'JUMP', Buffer.alloc(0x14c, 0x5a), 'JUMPDEST'])
  for (const undefinedOpcode of [0x0c, 0x1f, 0x21, 0x4b, 0xa5, 0xef, 0xfc])
    builder.run([Uint8Array.of(undefinedOpcode)])
  // Operands of a PUSH in the next word, and past the end of the code.
  builder.run([Buffer.alloc(20, 0x5a), Uint8Array.of(0x7f), Buffer.alloc(32, 0x77), 'POP'])
  builder.run([Buffer.alloc(30, 0x5a), Uint8Array.of(0x7f), Buffer.alloc(5, 0x77)])
  builder.run([Buffer.alloc(31, 0x5a), Uint8Array.of(0x60)])
  // SSTORE at the sentry, and gas of the whole transaction spent.
  builder.run([1, 1, 'SSTORE'], { gas: INTRINSIC + 6n + 2300n })
  builder.run(['JUMPDEST', 0, 'JUMP'], { gas: INTRINSIC + 1000n })
  return builder.build()
}

/** Every way in which SSTORE can be priced and refunded: original, current and new value. */
export function storageCosts(): Program {
  const builder = new ProgramBuilder()
  for (const original of [0n, 7n]) {
    for (const current of [0n, 7n, 8n]) {
      for (const value of [0n, 7n, 8n, 9n]) {
        builder.run(
          [current, 0, 'SSTORE', value, 0, 'SSTORE', 0, 'SLOAD'],
          {},
          { storage: original === 0n ? {} : { 0: original } },
        )
      }
    }
  }
  // A write that is reverted, and one whose revert takes back a refund and a warm slot.
  const inner = builder.contract([0, 1, 'SSTORE', 5, 2, 'SSTORE', 0, 0, 'REVERT'], { storage: { 1: 1n } })
  builder.run([0, 0, 0, 0, BigInt(inner), 'GAS', 'DELEGATECALL', 2, 'SLOAD'], {}, { storage: { 1: 1n } })
  builder.run([1, 5, 'TSTORE', 5, 'TLOAD', 0, 5, 'TSTORE', 5, 'TLOAD'])
  return builder.build()
}

function putOthers(builder: ProgramBuilder): void {
  // One with more code than fits a word, an account without code; 0xdead is nobody.
  builder.put(addressOf(0xfeedn), { nonce: 1n, code: assemble(store(Buffer.alloc(64, 0x3c)), 64, 0, 'RETURN') })
  builder.put(addressOf(0xbeefn), { balance: 1n })
}

/** What a call of a contract of the program costs. */
function gasOf(builder: ProgramBuilder, to: `0x${string}`): bigint {
  const from = hexToBytes(builder.signer.address)
  const data = Buffer.alloc(70, 0xc5)
  const request = { from, to: hexToBytes(to), data, value: 0n, gas: 1_000_000 }
  return BigInt(call(builder.base(), request, config).gasUsed)
}
