/**
 * The precompiles that one step does: on L1 it calls the same precompile there, here a library computes. What can fail
 * names its first element that is not valid, so that L1 need not run a call that burns all its gas.
 */
import { halt, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import { runModExp } from './ModExp.ts'
import * as Computation from './native/Computation.ts'
import * as Output from './Output.ts'
import * as PrecompileGas from './PrecompileGas.ts'
import * as PrecompileTable from './PrecompileTable.ts'

/** Stands in the witness where every element is valid. */
const NONE_BAD = 0xffff

/** Runs the precompile at the address `number`. */
export function runDelegated(m: Machine, number: number): void {
  const { length } = m.frame.calldata
  if (number === PrecompileTable.MODEXP) return runModExp(m)
  const entry = PrecompileTable.entryOf(number)
  if (!takesLength(entry, length) || PrecompileGas.isSumTooLong(m, number, length)) return halt(m)
  if (number === PrecompileTable.BLAKE2F) return runBlake2f(m, entry)
  if (!PrecompileGas.pay(m, PrecompileGas.price(number, Math.floor(length / entry.elementSize)))) return
  if (number === PrecompileTable.P256VERIFY) return runP256Verify(m, entry)
  runFallible(m, entry)
}

function takesLength({ lengths, elementSize }: PrecompileTable.Entry, length: number): boolean {
  if (lengths === PrecompileTable.ANY_LENGTH) return true
  if (lengths === PrecompileTable.ONE_ELEMENT) return length === elementSize
  return length % elementSize === 0 && (length > 0 || lengths === PrecompileTable.ELEMENTS_OR_NONE)
}

/** One gas for each round, whose number stands in the input. */
function runBlake2f(m: Machine, { address, elementSize }: PrecompileTable.Entry): void {
  const input = MemoryTree.viewRange(m, m.frame.calldata, 0, elementSize)
  // The last byte is the flag of the final block.
  if (input[elementSize - 1]! > 1) return halt(m)
  const rounds = Buffer.from(input).readUInt32BE(0)
  if (!PrecompileGas.pay(m, PrecompileGas.price(address, rounds))) return
  Output.exitWith(m, Computation.runTotal(address, input))
}

/** An input of another length is paid for and has no output. */
function runP256Verify(m: Machine, { address, elementSize }: PrecompileTable.Entry): void {
  const { calldata } = m.frame
  if (calldata.length !== elementSize) return Output.exitWith(m, new Uint8Array(0))
  Output.exitWith(m, Computation.runTotal(address, MemoryTree.viewRange(m, calldata, 0, elementSize)))
}

function runFallible(m: Machine, { address, lengths, elementSize }: PrecompileTable.Entry): void {
  const { calldata } = m.frame
  const length = lengths === PrecompileTable.ANY_LENGTH ? elementSize : calldata.length
  const result = Computation.run(address, bytesOf(calldata, length))
  if ('bad' in result) {
    m.recorder?.u16(result.bad)
    MemoryTree.viewRange(m, calldata, result.bad * elementSize, elementSize)
    return halt(m)
  }
  m.recorder?.u16(NONE_BAD)
  MemoryTree.viewRange(m, calldata, 0, length)
  Output.exitWith(m, result.output)
}

/** The first `length` bytes of a view, with zeros past its length. What of them goes into the witness, the result decides. */
function bytesOf({ source, offset, length: available }: MemoryTree.View, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(source.bytes.subarray(offset, offset + Math.min(available, length)))
  return bytes
}
