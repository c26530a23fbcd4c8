/** Which function makes a step: by operation kind, and for instructions by opcode. */
import * as AccessList from './boundary/AccessList.ts'
import * as Authorization from './boundary/Authorization.ts'
import * as Batch from './boundary/Batch.ts'
import * as Block from './boundary/Block.ts'
import * as Fees from './boundary/Fees.ts'
import * as Transaction from './boundary/Transaction.ts'
import * as Copy from './bulk/Copy.ts'
import * as KeccakBlock from './bulk/KeccakBlock.ts'
import * as Ripemd160Block from './bulk/Ripemd160Block.ts'
import * as Sha256Block from './bulk/Sha256Block.ts'
import * as CallAccess from './calls/CallAccess.ts'
import * as CreateFrame from './calls/CreateFrame.ts'
import * as Credit from './calls/Credit.ts'
import * as FrameExit from './calls/FrameExit.ts'
import * as SelfDestruct from './calls/SelfDestruct.ts'
import * as Arithmetic from './instructions/Arithmetic.ts'
import * as Bitwise from './instructions/Bitwise.ts'
import * as BlockFamily from './instructions/Block.ts'
import * as Comparison from './instructions/Comparison.ts'
import * as ControlFlow from './instructions/ControlFlow.ts'
import * as Environment from './instructions/Environment.ts'
import * as Keccak from './instructions/Keccak.ts'
import * as Log from './instructions/Log.ts'
import * as Memory from './instructions/Memory.ts'
import * as Stack from './instructions/Stack.ts'
import * as Storage from './instructions/Storage.ts'
import * as System from './instructions/System.ts'
import type { Machine } from './Machine.ts'
import * as Opcodes from './Opcodes.ts'
import * as Precompile from './precompiles/Precompile.ts'
import * as StepKinds from './StepKinds.ts'

type Instruction = (m: Machine, opcode: number) => void
type Step = (m: Machine) => void

const functions: Readonly<Record<string, unknown>> = {
  ...Arithmetic,
  ...Bitwise,
  ...BlockFamily,
  ...Comparison,
  ...ControlFlow,
  ...Environment,
  ...Keccak,
  ...Log,
  ...Memory,
  ...Stack,
  ...Storage,
  ...System,
}

/** `op` and the mnemonic; PUSH1 to PUSH32, DUPn, SWAPn and LOGn are one function each. */
function functionNameOf(name: string): string {
  const family = /^(PUSH|DUP|SWAP|LOG)\d+$/.exec(name)?.[1]
  const mnemonic = name === 'PUSH0' || family === undefined ? name : family
  return `op${mnemonic[0]}${mnemonic.slice(1).toLowerCase()}`
}

/** By opcode; undefined opcodes have none. */
export const instructions: readonly (Instruction | undefined)[] = Opcodes.table.map((entry) => {
  if (entry === undefined) return undefined
  const instruction = functions[functionNameOf(entry.name)]
  if (typeof instruction !== 'function') throw new Error(`no instruction ${functionNameOf(entry.name)}`)
  return instruction as Instruction
})

/** By step kind; each makes exactly one step. */
export const steps: readonly (Step | undefined)[] = byKind<Step>([
  [StepKinds.BATCH_BEGIN, Batch.stepBatchBegin],
  [StepKinds.BATCH_PARENT, Batch.stepBatchParent],
  [StepKinds.BLOCK_BEGIN, Block.stepBlockBegin],
  [StepKinds.TX_BEGIN, Transaction.stepTxBegin],
  [StepKinds.TX_LOAD, Transaction.stepTxLoad],
  [StepKinds.TX_DECODE, Transaction.stepTxDecode],
  [StepKinds.TX_SENDER, Transaction.stepTxSender],
  [StepKinds.TX_LIST, AccessList.stepTxList],
  [StepKinds.AUTH_RECOVER, Authorization.stepAuthRecover],
  [StepKinds.AUTH_APPLY, Authorization.stepAuthApply],
  [StepKinds.TX_START, Transaction.stepTxStart],
  [StepKinds.TX_REFUND, Fees.stepTxRefund],
  [StepKinds.TX_FEE, Fees.stepTxFee],
  [StepKinds.TX_DESTROY, Fees.stepTxDestroy],
  [StepKinds.TX_END, Transaction.stepTxEnd],
  [StepKinds.BLOCK_END, Block.stepBlockEnd],
  [StepKinds.BATCH_END, Batch.stepBatchEnd],
  [StepKinds.CALL_ACCESS, CallAccess.stepCallAccess],
  [StepKinds.CALL_DELEGATE, CallAccess.stepCallDelegate],
  [StepKinds.CALL_CHARGE, CallAccess.stepCallCharge],
  [StepKinds.CREATE_CREATOR, CreateFrame.stepCreateCreator],
  [StepKinds.CREATE_TARGET, CreateFrame.stepCreateTarget],
  [StepKinds.CREATE_DEBIT, CreateFrame.stepCreateDebit],
  [StepKinds.CREDIT, Credit.stepCredit],
  [StepKinds.CODE_INSTALL, CreateFrame.stepCodeInstall],
  [StepKinds.FRAME_EXIT, FrameExit.stepFrameExit],
  [StepKinds.CREATE_RETURN, CreateFrame.stepCreateReturn],
  [StepKinds.DEPOSIT, CreateFrame.stepDeposit],
  [StepKinds.SELFDESTRUCT_CREDIT, SelfDestruct.stepSelfdestructCredit],
  [StepKinds.SELFDESTRUCT_DEBIT, SelfDestruct.stepSelfdestructDebit],
  [StepKinds.COPY, Copy.stepCopy],
  [StepKinds.MEMORY_COPY, Copy.stepMemoryCopy],
  [StepKinds.KECCAK, KeccakBlock.stepKeccak],
  [StepKinds.SHA256, Sha256Block.stepSha256],
  [StepKinds.RIPEMD160, Ripemd160Block.stepRipemd160],
  [StepKinds.PRECOMPILE, Precompile.stepPrecompile],
])

/** An operation of many steps: how many it has left, and all of them at once. */
export interface Bulk {
  readonly stepsLeft: (m: Machine) => number
  readonly finish: Step
}

/** By step kind: the operations that can't fail once they have begun, and whose steps need no look in between. */
export const bulks: readonly (Bulk | undefined)[] = byKind<Bulk>([
  [StepKinds.TX_LOAD, { stepsLeft: Transaction.txLoadSteps, finish: Transaction.finishTxLoad }],
  [
    StepKinds.CODE_INSTALL,
    { stepsLeft: (m) => CreateFrame.codeInstallSteps(m.operation), finish: CreateFrame.finishCodeInstall },
  ],
  [StepKinds.COPY, { stepsLeft: (m) => Copy.copySteps(m.operation), finish: Copy.finishCopy }],
  [StepKinds.MEMORY_COPY, { stepsLeft: (m) => Copy.memoryCopySteps(m.operation), finish: Copy.finishMemoryCopy }],
  [StepKinds.KECCAK, { stepsLeft: (m) => KeccakBlock.keccakSteps(m.operation), finish: KeccakBlock.finishKeccak }],
  [StepKinds.SHA256, { stepsLeft: (m) => Sha256Block.sha256Steps(m.operation), finish: Sha256Block.finishSha256 }],
  [
    StepKinds.RIPEMD160,
    { stepsLeft: (m) => Ripemd160Block.ripemd160Steps(m.operation), finish: Ripemd160Block.finishRipemd160 },
  ],
])

function byKind<T>(entries: readonly (readonly [number, T])[]): readonly (T | undefined)[] {
  const table = new Array<T | undefined>(StepKinds.all.at(-1)!.kind + 1).fill(undefined)
  for (const [kind, entry] of entries) table[kind] = entry
  return table
}
