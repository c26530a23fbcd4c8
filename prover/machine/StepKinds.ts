/**
 * The step kinds of the machine (docs/5-machine.md, 5.5): `operation.kind` names the next step.
 * This file is the one source; `npm run generate` writes src/machine/StepKinds.sol from it.
 */

export const INSTRUCTION = 0
export const BATCH_BEGIN = 1
export const BATCH_PARENT = 2
export const BLOCK_BEGIN = 3
export const TX_BEGIN = 4
export const TX_LOAD = 5
export const TX_DECODE = 6
export const TX_SENDER = 7
export const TX_LIST = 8
export const AUTH_RECOVER = 9
export const AUTH_APPLY = 10
export const TX_START = 11
export const TX_REFUND = 12
export const TX_FEE = 13
export const TX_DESTROY = 14
export const TX_END = 15
export const BLOCK_END = 16
export const BATCH_END = 17
export const CALL_ACCESS = 20
export const CALL_DELEGATE = 21
export const CALL_CHARGE = 22
export const CREATE_CREATOR = 23
export const CREATE_TARGET = 24
export const CREATE_DEBIT = 25
export const CREDIT = 26
export const CODE_INSTALL = 27
export const FRAME_EXIT = 28
export const CREATE_RETURN = 29
export const DEPOSIT = 30
export const SELFDESTRUCT_CREDIT = 31
export const SELFDESTRUCT_DEBIT = 32
export const COPY = 40
export const MEMORY_COPY = 41
export const KECCAK = 42
export const SHA256 = 43
export const RIPEMD160 = 44
export const PRECOMPILE = 45

/** Bits of a witness's first byte: which records it opens. */
export const OPENS_BATCH = 1
export const OPENS_BLOCK = 2
export const OPENS_TRANSACTION = 4
export const OPENS_JOURNAL = 8
export const OPENS_FRAME = 16
export const OPENS_OPERATION = 32
export const OPENS_CALL = 64

const B = OPENS_BATCH
const K = OPENS_BLOCK
const T = OPENS_TRANSACTION
const J = OPENS_JOURNAL
const F = OPENS_FRAME

export interface StepKind {
  readonly kind: number
  readonly name: string
  /** The records from batch to frame that the step opens; 0 for INSTRUCTION, where the opcode decides. */
  readonly opens: number
}

const kinds: readonly (readonly [number, string, number])[] = [
  [INSTRUCTION, 'INSTRUCTION', 0],
  [BATCH_BEGIN, 'BATCH_BEGIN', B | K | J],
  [BATCH_PARENT, 'BATCH_PARENT', B | K | J],
  [BLOCK_BEGIN, 'BLOCK_BEGIN', B | K],
  [TX_BEGIN, 'TX_BEGIN', B | K | T],
  [TX_LOAD, 'TX_LOAD', B | T],
  [TX_DECODE, 'TX_DECODE', B | K | T],
  [TX_SENDER, 'TX_SENDER', B | T | J],
  [TX_LIST, 'TX_LIST', B | T | J],
  [AUTH_RECOVER, 'AUTH_RECOVER', B | T | J],
  [AUTH_APPLY, 'AUTH_APPLY', B | T | J],
  [TX_START, 'TX_START', T | J | F],
  [TX_REFUND, 'TX_REFUND', B | T | J | F],
  [TX_FEE, 'TX_FEE', B | T | J],
  [TX_DESTROY, 'TX_DESTROY', B | J],
  [TX_END, 'TX_END', B | K | T | J],
  [BLOCK_END, 'BLOCK_END', B | K | J],
  [BATCH_END, 'BATCH_END', B | K | J],
  [CALL_ACCESS, 'CALL_ACCESS', B | T | J | F],
  [CALL_DELEGATE, 'CALL_DELEGATE', B | T | J | F],
  [CALL_CHARGE, 'CALL_CHARGE', B | J | F],
  [CREATE_CREATOR, 'CREATE_CREATOR', B | J | F],
  [CREATE_TARGET, 'CREATE_TARGET', B | T | J | F],
  [CREATE_DEBIT, 'CREATE_DEBIT', B | J | F],
  [CREDIT, 'CREDIT', B | J | F],
  [CODE_INSTALL, 'CODE_INSTALL', F],
  [FRAME_EXIT, 'FRAME_EXIT', F],
  [CREATE_RETURN, 'CREATE_RETURN', F],
  [DEPOSIT, 'DEPOSIT', B | J | F],
  [SELFDESTRUCT_CREDIT, 'SELFDESTRUCT_CREDIT', B | T | J | F],
  [SELFDESTRUCT_DEBIT, 'SELFDESTRUCT_DEBIT', B | J | F],
  [COPY, 'COPY', F],
  [MEMORY_COPY, 'MEMORY_COPY', F],
  [KECCAK, 'KECCAK', F],
  [SHA256, 'SHA256', F],
  [RIPEMD160, 'RIPEMD160', F],
  [PRECOMPILE, 'PRECOMPILE', B | F],
]

/** Every step kind, in ascending order. */
export const all: readonly StepKind[] = kinds.map(([kind, name, opens]) => ({ kind, name, opens }))

const byKind = new Map(all.map((entry) => [entry.kind, entry]))

/** The records from batch to frame that a step of `kind` opens. */
export function opens(kind: number): number {
  return byKind.get(kind)?.opens ?? 0
}

/** The name of `kind`, for traces and messages. */
export function nameOf(kind: number): string {
  return byKind.get(kind)?.name ?? `UNDEFINED_${kind}`
}
