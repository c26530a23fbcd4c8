/** A step as the verifier gets it, with what is reported of it. */
import { bytesToHex, type Hex } from 'viem'
import { nextStep, witnessOf } from '../../../prover/machine/BatchTrace.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import * as Opcodes from '../../../prover/machine/Opcodes.ts'
import * as MachineState from '../../../prover/machine/state/MachineState.ts'
import type { Observer } from './Outcome.ts'

export interface TakenStep {
  /** The source's id and the number of the step in its run: enough to take it again. */
  readonly source: string
  readonly number: number
  /** What steps are reported together: the family of an instruction, or the kind. */
  readonly group: string
  /** The cell of the coverage matrix. */
  readonly row: string
  readonly outcome: string
  readonly preState: Hex
  readonly witness: Hex
  readonly postState: Hex
  /** Of the calldata of a transaction that has the step verified. */
  readonly bytes: number
  /** What that transaction pays for its calldata, at the usual price and at least (EIP-7623). */
  readonly intrinsicGas: number
  readonly floorGas: number
  /** Whether this L2 takes transactions as long as the one that the step belongs to. */
  readonly isWithinLimits: boolean
}

const TRANSACTION_GAS = 21_000
const TOKEN_GAS = 4
const FLOOR_TOKEN_GAS = 10
/** As in prover/state/Genesis.ts and script/Deploy.s.sol. */
const MAX_TRANSACTION_BYTES = 65_536

/** The next step of `m`, which makes it. */
export function take(m: Machine, observer: Observer, source: string, number: number): TakenStep {
  const preState = MachineState.machineHash(m)
  const { name, opcode } = nextStep(m)
  const row = observer.begin(m)
  const isWithinLimits = m.transaction.length <= MAX_TRANSACTION_BYTES
  const witness = witnessOf(m)
  const calldata = calldataOf(preState, witness)
  const tokens = tokensIn(calldata)
  return {
    source,
    number,
    group: opcode === undefined ? name : `INSTRUCTION ${Opcodes.table[opcode]?.family ?? 'Undefined'}`,
    row,
    outcome: observer.end(m),
    preState: bytesToHex(preState),
    witness: bytesToHex(witness),
    postState: bytesToHex(MachineState.machineHash(m)),
    bytes: calldata.length,
    intrinsicGas: TRANSACTION_GAS + TOKEN_GAS * tokens,
    floorGas: TRANSACTION_GAS + FLOOR_TOKEN_GAS * tokens,
    isWithinLimits,
  }
}

/** Gas of a transaction whose execution takes `execution` of it. */
export function transactionGas({ intrinsicGas, floorGas }: TakenStep, execution: number): number {
  return Math.max(intrinsicGas + execution, floorGas)
}

/** The bytes of a call of verifyStep. Its selector has four bytes that are not zero. */
function calldataOf(preState: Uint8Array, witness: Uint8Array): Uint8Array {
  const calldata = Buffer.alloc(100 + Math.ceil(witness.length / 32) * 32)
  calldata.fill(0xff, 0, 4)
  calldata.set(preState, 4)
  calldata.writeUInt8(64, 67)
  calldata.writeUInt32BE(witness.length, 96)
  calldata.set(witness, 100)
  return calldata
}

/** A zero byte is one token, any other four. */
function tokensIn(calldata: Uint8Array): number {
  let zeros = 0
  for (const byte of calldata) if (byte === 0) zeros++
  return 4 * calldata.length - 3 * zeros
}
