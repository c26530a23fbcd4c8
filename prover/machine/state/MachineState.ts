/** The hash of a machine, its first and its last state, and the head of a witness (docs/5-machine.md, 5.1 and 5.2). */
import { keccak256Concat } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import type { Machine } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import type { Writer } from '../Witness.ts'
import * as BatchState from './BatchState.ts'
import * as BlockState from './BlockState.ts'
import * as CallFrame from './CallFrame.ts'
import * as CallState from './CallState.ts'
import * as MachineRecord from './MachineRecord.ts'
import * as Operation from './Operation.ts'
import * as TransactionState from './TransactionState.ts'

const runningTag = Word.fromText('MachineRunning')
const haltedTag = Word.fromText('MachineHalted')
/** First byte of the witness of a halted machine's step, which goes nowhere. */
const HALTED_BIT = 0x80

/** The hash of the machine as it is. */
export function machineHash(m: Machine): Uint8Array {
  if (m.haltedRoot !== undefined) return haltedState(m.haltedRoot)
  return keccak256Concat(
    runningTag,
    BatchState.hash(m.batch),
    BlockState.hash(m.block),
    TransactionState.hash(m.transaction),
    m.world.journalHash(),
    CallFrame.hash(m.frame),
    Operation.hash(m.operation),
    CallState.hash(m.call),
  )
}

/** The state of every machine that has ended with this output. */
export function haltedState(diffRoot: Uint8Array): Uint8Array {
  return keccak256Concat(haltedTag, diffRoot)
}

/** Writes the head of the witness of a step that opens the records `opens`. */
export function writeHead(m: Machine, writer: Writer, opens: number): void {
  if (m.haltedRoot !== undefined) {
    writer.u8(HALTED_BIT).word(m.haltedRoot)
    return
  }
  const operation = Operation.fields(m.operation)
  const call = CallState.fields(m.call)
  const hasOperation = !MachineRecord.isEmpty(operation)
  const hasCall = !MachineRecord.isEmpty(call)
  writer.u8(opens | (hasOperation ? StepKinds.OPENS_OPERATION : 0) | (hasCall ? StepKinds.OPENS_CALL : 0))
  const records: readonly [number, () => Uint8Array, () => Uint8Array][] = [
    [StepKinds.OPENS_BATCH, () => MachineRecord.encode(BatchState.fields(m.batch)), () => BatchState.hash(m.batch)],
    [StepKinds.OPENS_BLOCK, () => MachineRecord.encode(BlockState.fields(m.block)), () => BlockState.hash(m.block)],
    [
      StepKinds.OPENS_TRANSACTION,
      () => MachineRecord.encode(TransactionState.fields(m.transaction)),
      () => TransactionState.hash(m.transaction),
    ],
    [StepKinds.OPENS_JOURNAL, () => m.world.journalFields(), () => m.world.journalHash()],
    [StepKinds.OPENS_FRAME, () => CallFrame.encode(m.frame), () => CallFrame.hash(m.frame)],
  ]
  for (const [bit, encode, hash] of records) writer.append((opens & bit) !== 0 ? encode() : hash())
  if (hasOperation) writer.append(MachineRecord.encode(operation))
  if (hasCall) writer.append(MachineRecord.encode(call))
}
