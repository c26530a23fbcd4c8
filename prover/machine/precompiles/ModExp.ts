/** MODEXP: base^exponent mod modulus, of the lengths that the input names. */
import { halt, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as Computation from './native/Computation.ts'
import * as Integer from './native/Integer.ts'
import * as Output from './Output.ts'
import * as PrecompileGas from './PrecompileGas.ts'
import { MODEXP } from './PrecompileTable.ts'

/** EIP-7823. */
const MAX_LENGTH = 1024n

export function runModExp(m: Machine): void {
  const { calldata } = m.frame
  const header = MemoryTree.viewBytes(m, calldata, 0, 96)
  const lengths = [0, 32, 64].map((offset) => Integer.fromBytes(header.subarray(offset, offset + 32)))
  if (lengths.some((length) => length > MAX_LENGTH)) return halt(m)
  const [baseLength, exponentLength, modulusLength] = lengths.map(Number) as [number, number, number]
  const body = MemoryTree.viewRange(m, calldata, 96, baseLength + exponentLength + modulusLength)
  const head = Integer.fromBytes(body.subarray(baseLength, baseLength + Math.min(32, exponentLength)))
  const price = PrecompileGas.modExpPrice(baseLength, exponentLength, modulusLength, head)
  if (!PrecompileGas.pay(m, price)) return
  Output.exitWith(m, Computation.runTotal(MODEXP, Buffer.concat([header, body])))
}
