/** BATCH_BEGIN, BATCH_PARENT, BATCH_END, and the payload. */
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import * as SystemAccount from '../SystemAccount.ts'

const CHUNK_BYTES = 1024

export const systemAddress = Address.fromBytes(SystemAccount.address)

export function stepBatchBegin(m: Machine): void {
  const head = SystemAccount.decodeHead(m.world.openSlot(systemAddress, SystemAccount.headSlot))
  m.block.number = head.number
  m.block.time = head.time
  m.block.baseFee = head.nextBaseFee
  setOperation(m, StepKinds.BATCH_PARENT)
}

export function stepBatchParent(m: Machine): void {
  const slot = SystemAccount.blockHashSlot(m.block.number)
  m.block.parentHash = Word.fromBigint(m.world.openSlot(systemAddress, slot))
  setOperation(m, StepKinds.BLOCK_BEGIN)
}

export function stepBatchEnd(m: Machine): void {
  const { number, time, baseFee } = m.block
  m.world.openSlot(systemAddress, SystemAccount.headSlot)
  const head = SystemAccount.encodeHead({ number, time, nextBaseFee: baseFee })
  m.world.writeSlot(systemAddress, SystemAccount.headSlot, head)
  m.haltedRoot = m.world.diffRoot()
}

/** Bytes of the payload; the caller never reads past its end. */
export function payloadBytes(m: Machine, position: number, count: number): Uint8Array {
  recordChunks(m, position, count)
  return m.payload.bytes.slice(position, position + count)
}

/** The number in four bytes of the payload. */
export function payloadNumber(m: Machine, position: number): number {
  recordChunks(m, position, 4)
  let value = 0
  for (let index = position; index < position + 4; index++) value = value * 256 + m.payload.bytes[index]!
  return value
}

/** Records the chunks that hold `count` bytes. */
function recordChunks(m: Machine, position: number, count: number): void {
  if (m.recorder === undefined) return
  const last = Math.floor((position + count - 1) / CHUNK_BYTES)
  for (let index = Math.floor(position / CHUNK_BYTES); index <= last; index++) {
    m.recorder.append(m.payload.proveChunk(index))
  }
}
