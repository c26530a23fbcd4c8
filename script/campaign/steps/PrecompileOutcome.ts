/** What a PRECOMPILE step came to. */
import * as Word from '../../../prover/commitment/Word.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import type { View } from '../../../prover/machine/MemoryTree.ts'
import * as PrecompileGas from '../../../prover/machine/precompiles/PrecompileGas.ts'
import * as PrecompileTable from '../../../prover/machine/precompiles/PrecompileTable.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import { type Before, hasHalted } from './Outcome.ts'

const { ANY_LENGTH, BLAKE2F, ELEMENTS_OR_NONE, MODEXP, ONE_ELEMENT } = PrecompileTable
/** EIP-7823 */
const MAX_MODEXP_LENGTH = 1024n

export function outcomeOf(before: Before, m: Machine): string {
  if (hasHalted(m)) return `halt: ${haltReasonOf(before, m)}`
  if (m.operation.kind !== StepKinds.FRAME_EXIT) return 'begins'
  return m.operation.source.length === 0 ? 'empty output' : 'output'
}

/** The first check that fails. Those that are not delegated halt only for want of gas. */
function haltReasonOf(before: Before, m: Machine): string {
  const number = Number(before.frame.target)
  if (number < MODEXP) return 'gas'
  const { calldata } = before
  const { length } = calldata
  const entry = PrecompileTable.entryOf(number)
  if (!takesLength(entry, length)) return 'length'
  if (PrecompileGas.isSumTooLong(m, number, length)) return 'sum too long'
  if (number === BLAKE2F && bytesOf(calldata, 213)[212]! > 1) return 'flag'
  const price = priceOf(entry, calldata)
  if (price === undefined) return 'length'
  if (BigInt(price) > m.batch.precompileGasCap) return 'cap'
  return price > before.gas ? 'gas' : 'invalid input'
}

function takesLength({ lengths, elementSize }: PrecompileTable.Entry, length: number): boolean {
  if (lengths === ANY_LENGTH) return true
  if (lengths === ONE_ELEMENT) return length === elementSize
  return length % elementSize === 0 && (length > 0 || lengths === ELEMENTS_OR_NONE)
}

/** Undefined if the input names a length that has no price. */
function priceOf({ address, elementSize }: PrecompileTable.Entry, calldata: View): number | undefined {
  if (address === BLAKE2F) return PrecompileGas.price(address, Buffer.from(bytesOf(calldata, 4)).readUInt32BE())
  if (address !== MODEXP) return PrecompileGas.price(address, Math.floor(calldata.length / elementSize))
  const header = bytesOf(calldata, 96)
  const lengths = [0, 32, 64].map((offset) => Word.toBigint(header.subarray(offset, offset + 32)))
  if (lengths.some((length) => length > MAX_MODEXP_LENGTH)) return undefined
  const [baseLength, exponentLength, modulusLength] = lengths.map(Number) as [number, number, number]
  const head = Math.min(32, exponentLength)
  const exponent = bytesOf(calldata, 96 + baseLength + head).subarray(96 + baseLength)
  const value = exponent.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n)
  return PrecompileGas.modExpPrice(baseLength, exponentLength, modulusLength, value)
}

/** The first `count` bytes, with zeros past the end. */
function bytesOf({ source, offset, length }: View, count: number): Uint8Array {
  const bytes = new Uint8Array(count)
  bytes.set(source.bytes.subarray(offset, offset + Math.min(length, count)))
  return bytes
}
