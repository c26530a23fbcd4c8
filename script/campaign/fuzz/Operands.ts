/** Operands of instructions: mostly such that they go through, now and then at an edge. */
import type { Chance } from './Chance.ts'
import { CodeWriter } from './CodeWriter.ts'

/** What a program may name. */
export interface Surroundings {
  /** Contracts that come after this one, so that most call graphs end. */
  readonly later: readonly bigint[]
  readonly contracts: readonly bigint[]
  /** Everything else that is worth an address. */
  readonly others: readonly bigint[]
  /** Accounts whose code is initcode. */
  readonly libraries: readonly bigint[]
  /** Salts for which addresses are known. */
  readonly salts: number
}

/** The largest word. */
export const MAX = (1n << 256n) - 1n
/** Where programs keep the address of what they have created. */
export const CREATED_SLOT = 0x77n
const environment = [
  'ADDRESS ORIGIN CALLER CALLVALUE CALLDATASIZE CODESIZE GASPRICE RETURNDATASIZE COINBASE TIMESTAMP NUMBER PREVRANDAO',
  'GASLIMIT CHAINID SELFBALANCE BASEFEE BLOBBASEFEE PC MSIZE GAS',
].flatMap((names) => names.split(' '))
const binary = 'ADD MUL SUB DIV SDIV MOD SMOD EXP SIGNEXTEND LT GT SLT SGT EQ AND OR XOR BYTE SHL SHR SAR'.split(' ')
const unary = ['ISZERO', 'NOT', 'CLZ', 'BLOBHASH']

/** Code in the making, with what pushes one item to its stack. */
export class Operands {
  readonly code = new CodeWriter()
  protected readonly chance: Chance
  protected readonly around: Surroundings

  constructor(chance: Chance, surroundings: Surroundings) {
    this.chance = chance
    this.around = surroundings
  }

  value(depth = 1): CodeWriter {
    const { code } = this
    const chance = this.chance
    if (depth > 0 && chance.once(2)) {
      const [name, count] = chance.weighted<readonly [string, number]>([
        [8, [chance.pick(binary), 2]],
        [1, [chance.pick(unary), 1]],
        [2, [chance.pick(['ADDMOD', 'MULMOD']), 3]],
      ])
      for (let left = count; left > 0; left--) this.value(depth - 1)
      return code.op(name)
    }
    return chance.weighted<() => CodeWriter>([
      [6, () => this.number()],
      [4, () => code.op(chance.pick(environment))],
      [2, () => this.slot().op('SLOAD')],
      [1, () => this.slot().op('TLOAD')],
      [2, () => this.offset().op('MLOAD')],
      [2, () => this.offset().op('CALLDATALOAD')],
      [2, () => this.address().op(chance.pick(['BALANCE', 'EXTCODESIZE', 'EXTCODEHASH']))],
      [1, () => this.blockNumber().op('BLOCKHASH')],
      [1, () => (code.depth > 0 ? code.op(`DUP${chance.between(1, Math.min(16, code.depth))}`) : code.op('GAS'))],
    ])()
  }

  number(): CodeWriter {
    const chance = this.chance
    const value = chance.weighted<() => bigint>([
      [4, () => BigInt(chance.below(4))],
      [3, () => BigInt(chance.below(300))],
      [2, () => (1n << BigInt(chance.below(256))) - BigInt(chance.below(2))],
      [1, () => MAX - BigInt(chance.below(3))],
      [1, () => (1n << 255n) + BigInt(chance.below(3)) - 1n],
      [2, () => chance.wide(chance.between(1, 256))],
    ])()
    return this.code.push(value, chance.once(8) ? chance.between(1, 32) : undefined)
  }

  slot(): CodeWriter {
    return this.code.push(
      this.chance.weighted([
        [9, BigInt(this.chance.below(4))],
        [1, MAX],
      ]),
    )
  }

  offset(): CodeWriter {
    const chance = this.chance
    const value = chance.weighted<() => bigint>([
      [20, () => BigInt(chance.below(200))],
      [20, () => BigInt(chance.pick([0, 1, 31, 32, 33, 63, 64, 65, 96, 127, 128]))],
      [3, () => BigInt(chance.below(3000))],
      [
        1,
        () => chance.pick([0xffff_ffffn, 1n << 32n, (1n << 32n) - 31n, (1n << 32n) - 32n, 1n << 64n, MAX, MAX - 31n]),
      ],
    ])()
    return this.code.push(value)
  }

  size(): CodeWriter {
    const chance = this.chance
    const value = chance.weighted<() => bigint>([
      [10, () => BigInt(chance.below(100))],
      [10, () => BigInt(chance.pick([0, 0, 1, 31, 32, 33, 64, 135, 136, 137, 271, 272, 273]))],
      [1, () => BigInt(chance.below(2000))],
    ])()
    return this.code.push(value)
  }

  /** Offset over size; an empty range may begin anywhere. */
  range(): CodeWriter {
    const chance = this.chance
    if (chance.once(12)) return this.code.push(0).push(chance.pick([0xffff_ffffn, 1n << 32n, 1n << 64n, MAX]))
    this.size()
    return this.offset()
  }

  address(): CodeWriter {
    const { code } = this
    const chance = this.chance
    const { later, contracts, others, libraries } = this.around
    const constant = (addresses: readonly bigint[]) => () => {
      const dirt = chance.once(10) ? chance.wide(96) << 160n : 0n
      return code.push(addresses.length === 0 ? 0xdeadn : chance.pick(addresses) + dirt, 20)
    }
    return chance.weighted<() => CodeWriter>([
      [10, constant(later)],
      [3, constant(contracts)],
      [8, constant(others)],
      [1, constant(libraries)],
      [2, () => code.op('ADDRESS')],
      [1, () => code.op('CALLER')],
      [1, () => code.op('ORIGIN')],
      [1, () => code.op('COINBASE')],
      [5, () => code.push(CREATED_SLOT).op('TLOAD')],
    ])()
  }

  blockNumber(): CodeWriter {
    const chance = this.chance
    if (chance.once(6)) return this.number()
    return this.code
      .push(chance.pick([0, 1, 2, 3, 7, 255, 256, 257, 258]))
      .op('NUMBER')
      .op('SUB')
  }

  /** The gas operand of a call. */
  gas(): CodeWriter {
    const { code } = this
    const chance = this.chance
    const edge = () =>
      BigInt(chance.pick([0, 1, 2_299, 2_300, 2_301, 100, 700, 2_600, 3_000, 6_000, 9_000, 20_000, 32_000]))
    return chance.weighted<() => CodeWriter>([
      [14, () => code.op('GAS')],
      [4, () => code.push(MAX)],
      [4, () => code.push(edge(), 3)],
      [6, () => code.push(BigInt(chance.below(120_000)), 3)],
      // About 63/64 of what is left: just below, at and above what may be given.
      [
        2,
        () =>
          code
            .push(BigInt(chance.below(130)))
            .push(64)
            .op('GAS')
            .op('DIV')
            .op('GAS')
            .op('SUB')
            .op('SUB'),
      ],
      [1, () => code.push(1n << 64n)],
    ])()
  }

  callValue(): CodeWriter {
    const chance = this.chance
    return chance.weighted<() => CodeWriter>([
      [12, () => this.code.push(0)],
      [6, () => this.code.push(chance.between(1, 5))],
      [1, () => this.code.op('SELFBALANCE')],
      [1, () => this.code.push(1).op('SELFBALANCE').op('ADD')],
      [1, () => this.code.push(MAX)],
    ])()
  }
}
