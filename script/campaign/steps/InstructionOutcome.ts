/** What an INSTRUCTION step came to. */
import * as Gas from '../../../prover/machine/Gas.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import { wordsFor } from '../../../prover/machine/MemoryTree.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import * as OperandStack from '../../../prover/machine/OperandStack.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import { type Before, hasHalted } from './Outcome.ts'

const { code } = Opcodes
const isOneOf = (...names: readonly string[]) => {
  const opcodes = new Set(names.map((name) => code[name]))
  return (opcode: number) => opcodes.has(opcode)
}
const isStateChange = isOneOf(
  'LOG0',
  'LOG1',
  'LOG2',
  'LOG3',
  'LOG4',
  'SSTORE',
  'TSTORE',
  'CREATE',
  'CREATE2',
  'SELFDESTRUCT',
)
const isCreation = isOneOf('CREATE', 'CREATE2')
const isJump = isOneOf('JUMP', 'JUMPI')
const isCopy = isOneOf('CALLDATACOPY', 'CODECOPY', 'EXTCODECOPY', 'RETURNDATACOPY')
const isExternal = isOneOf('BALANCE', 'EXTCODESIZE', 'EXTCODEHASH', 'EXTCODECOPY')
const isReturn = isOneOf('RETURN', 'REVERT')
const MAX_INITCODE_SIZE = 49_152n

export function outcomeOf(before: Before, m: Machine): string {
  return hasHalted(m) ? `halt: ${haltReasonOf(before)}` : successOf(before, m)
}

/** Why the instruction halted: the first of its checks that fails, in the order in which it makes them. */
function haltReasonOf(before: Before): string {
  const { opcode, stackSize, gas, operands, frame } = before
  const entry = Opcodes.table[opcode]
  if (entry === undefined) return 'undefined'
  const { name, stackIn, stackOut, gas: base } = entry
  if (stackSize < stackIn) return 'stack underflow'
  if (stackSize - stackIn + stackOut > OperandStack.limit) return 'stack overflow'
  if (gas < base) return 'gas'
  if (name === 'INVALID') return 'invalid'
  if (isJump(opcode)) return operands[0]! >= before.codeSize ? 'jump past the code' : 'jump to no JUMPDEST'
  if (frame.isStatic && isStateChange(opcode)) return 'static'
  if (frame.isStatic && name === 'CALL' && operands[2] !== 0n) return 'static'
  if (name === 'SSTORE') return gas <= Gas.SSTORE_SENTRY ? 'sentry' : 'access gas'
  if (name === 'SLOAD') return 'access gas'
  if (name === 'EXP') return 'exponent gas'
  if (isCreation(opcode) && operands[2]! > MAX_INITCODE_SIZE) return 'initcode size'
  if (name === 'RETURNDATACOPY' && operands[1]! + operands[2]! > before.returndataLength) return 'returndata'
  return memoryReasonOf(before, gas - base)
}

/** Why an instruction that takes a range of memory halted; `gas` is what it had left for that. */
function memoryReasonOf(before: Before, gas: number): string {
  const { opcode } = before
  const memory = memoryCostOf(before)
  if (memory === undefined) return 'memory offset'
  if (gas < memory) return 'memory gas'
  if (isExternal(opcode)) return gas < memory + copyCostOf(before) ? 'copy gas' : 'access gas'
  if (isCopy(opcode) || opcode === code.MCOPY) return 'copy gas'
  return 'data gas'
}

/** What the memory of the instruction costs; undefined if it is past what gas can pay. */
function memoryCostOf(before: Before): number | undefined {
  let words = before.memoryWords
  for (const [offset, size] of rangesOf(before)) {
    const needed = wordsFor(offset, size)
    if (needed === undefined) return undefined
    words = Math.max(words, needed)
  }
  return Gas.memoryCost(words) - Gas.memoryCost(before.memoryWords)
}

function copyCostOf({ opcode, operands }: Before): number {
  return opcode === code.EXTCODECOPY ? Gas.COPY_WORD * Gas.words(Number(operands[3])) : 0
}

/** The ranges of memory that the instruction takes, each an offset and a size. */
function rangesOf({ opcode, operands }: Before): readonly (readonly [bigint, bigint])[] {
  const at = (offset: number, size: number) => [operands[offset]!, operands[size]!] as const
  const { name } = Opcodes.table[opcode]!
  if (name === 'MLOAD' || name === 'MSTORE') return [[operands[0]!, 32n]]
  if (name === 'MSTORE8') return [[operands[0]!, 1n]]
  if (name === 'MCOPY') return [at(0, 2), at(1, 2)]
  if (name === 'EXTCODECOPY') return [at(1, 3)]
  if (isCopy(opcode)) return [at(0, 2)]
  if (isCreation(opcode)) return [at(1, 2)]
  if (name === 'CALL' || name === 'CALLCODE') return [at(3, 4), at(5, 6)]
  if (name === 'DELEGATECALL' || name === 'STATICCALL') return [at(2, 3), at(4, 5)]
  return name === 'KECCAK256' || name.startsWith('LOG') || isReturn(opcode) ? [at(0, 1)] : []
}

function successOf(before: Before, m: Machine): string {
  const { opcode, operands, pc, codeSize } = before
  const { kind } = m.operation
  if (opcode >= code.PUSH1! && opcode <= code.PUSH32!) {
    const end = pc + 1 + opcode - code.PUSH0!
    if (end > codeSize) return 'past the code'
    return (end - 1) >>> 5 === pc >>> 5 ? 'in one word' : 'in two words'
  }
  if (opcode === code.JUMPI) return operands[1] === 0n ? 'no jump' : 'jump'
  if (opcode === code.SLOAD) return before.gas - m.frame.gas >= Gas.COLD_SLOT ? 'cold' : 'warm'
  if (opcode === code.SSTORE) return storeOf(before, m)
  if (opcode === code.MLOAD || opcode === code.MSTORE) return operands[0]! % 32n === 0n ? 'aligned' : 'unaligned'
  if (isCopy(opcode)) return `${coldness(before, m)}${kind === StepKinds.COPY ? 'bytes' : 'nothing'}`
  if (isExternal(opcode)) return coldness(before, m).trim()
  if (opcode === code.MCOPY) {
    if (kind !== StepKinds.MEMORY_COPY) return 'nothing'
    return operands[0]! <= operands[1]! ? 'forward' : 'backward'
  }
  if (opcode === code.BLOCKHASH) {
    const { number } = m.block
    return operands[0]! < number && number - operands[0]! <= 256n ? 'known' : 'unknown'
  }
  if (opcode === code.CALLDATALOAD) {
    if (operands[0]! >= before.calldata.length) return 'past the end'
    return operands[0]! + 32n > before.calldata.length ? 'over the end' : 'within'
  }
  if (opcode === code.STOP) return `${pc >= codeSize ? 'past the code' : 'in the code'}${creation(m)}`
  if (isReturn(opcode)) return `${m.operation.source.length === 0 ? 'nothing' : 'bytes'}${creation(m)}`
  return 'success'
}

/** Cold or warm, of an instruction that opens another account. */
function coldness(before: Before, m: Machine): string {
  if (!isExternal(before.opcode)) return ''
  const paid = before.gas - m.frame.gas - memoryCostOfDone(before) - copyCostOf(before)
  return paid >= Gas.COLD_ACCOUNT ? 'cold ' : 'warm '
}

function memoryCostOfDone(before: Before): number {
  const cost = memoryCostOf(before)
  if (cost === undefined) throw new Error('an instruction that has succeeded takes memory that nobody can pay')
  return cost
}

function creation(m: Machine): string {
  return m.operation.kind === StepKinds.CREATE_RETURN ? ' of a creation' : ''
}

const storePrices: Readonly<Record<number, string>> = {
  [Gas.WARM_ACCESS]: 'warm no change or dirty',
  [Gas.SSTORE_RESET]: 'warm reset',
  [Gas.SSTORE_SET]: 'warm set',
  [Gas.COLD_SLOT + Gas.WARM_ACCESS]: 'cold no change',
  [Gas.COLD_SLOT + Gas.SSTORE_RESET]: 'cold reset',
  [Gas.COLD_SLOT + Gas.SSTORE_SET]: 'cold set',
}

/** By its price and its refund. A slot that was written in the transaction before (a dirty one) is warm. */
function storeOf(before: Before, m: Machine): string {
  const price = storePrices[before.gas - m.frame.gas]
  if (price === undefined) throw new Error(`no SSTORE costs ${before.gas - m.frame.gas}`)
  const { refund } = m.world
  if (refund === before.refund) return price
  return `${price}, refund ${refund > before.refund ? 'more' : 'less'}`
}
