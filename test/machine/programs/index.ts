/** The programs by name. */
import type { Opcode } from '../../../prover/machine/Opcodes.ts'
import * as authorizations from './authorizations.ts'
import * as boundaries from './boundaries.ts'
import * as calls from './calls.ts'
import * as delegated from './delegated.ts'
import * as edges from './edges.ts'
import * as instructions from './instructions.ts'
import type { Program } from './Program.ts'

const isCompute = ({ family }: Opcode) => ['Arithmetic', 'Comparison', 'Bitwise', 'Keccak', 'Memory'].includes(family)
const isStack = ({ family }: Opcode) => family === 'Stack'
const isOther = (opcode: Opcode) => !isCompute(opcode) && !isStack(opcode)

export const programs: Readonly<Record<string, () => Program>> = {
  compute: () => instructions.successes(isCompute),
  stack: () => instructions.successes(isStack),
  state: () => instructions.successes(isOther),
  computeStack: () => instructions.stackFaults(isCompute),
  stackStack: () => instructions.stackFaults(isStack),
  stateStack: () => instructions.stackFaults(isOther),
  faults: instructions.otherFaults,
  storage: instructions.storageCosts,
  calls: calls.calls,
  creations: calls.creations,
  successions: calls.successions,
  precompiles: calls.precompiles,
  delegated: delegated.delegated,
  limits: delegated.limits,
  transactions: boundaries.transactions,
  skipped: boundaries.skipped,
  authorizations: authorizations.authorizations,
  delegatedStorage: authorizations.delegatedStorage,
  malformedAuthorizations: authorizations.malformedAuthorizations,
  starved: edges.starved,
  delegations: edges.delegations,
  touches: edges.touches,
  clearsNothing: edges.clearsNothing,
  fullBatch: edges.fullBatch,
  longestPayload: boundaries.longestPayload,
  senderContract: () => boundaries.senderWithCode(false),
  senderDelegation: () => boundaries.senderWithCode(true),
  ...Object.fromEntries(boundaries.payloads().map((program, index) => [`payload${index}`, () => program])),
}
