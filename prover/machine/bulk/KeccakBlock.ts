/** KECCAK: one block of 136 bytes a step (docs/5-machine.md, 5.8). */
import { keccakP } from '@noble/hashes/sha3.js'
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import { Code } from '../CodeTree.ts'
import { clearOperation, type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import type * as Operation from '../state/Operation.ts'

const RATE = 136
/** Seven words; the sponge's 200 bytes, and zeros. */
const SCRATCH_BYTES = 224

/** Begins to hash a view; `next` says who wants the hash: 0 the stack, CREATE_CREATOR or DEPOSIT. */
export function beginKeccak(m: Machine, source: MemoryTree.View, next: number): void {
  setOperation(m, StepKinds.KECCAK)
  m.operation.next = next
  m.operation.source = source
}

/** Steps that a KECCAK has left. */
export function keccakSteps({ source, position }: Operation.Record): number {
  return Math.floor((source.length - position) / RATE) + 1
}

export function stepKeccak(m: Machine): void {
  const { operation } = m
  const { source, position } = operation
  const left = source.length - position
  const block = MemoryTree.viewBytes(m, source, position, RATE)
  if (left < RATE) {
    block[left]! ^= 0x01
    block[RATE - 1]! ^= 0x80
  }
  const state = new Uint8Array(SCRATCH_BYTES)
  if (operation.scratch !== undefined) state.set(operation.scratch)
  for (let index = 0; index < RATE; index++) state[index]! ^= block[index]!
  keccakP(new Uint32Array(state.buffer, 0, 50))
  if (left < RATE) return endKeccak(m, state.slice(0, 32))
  operation.scratch = state
  operation.position = position + RATE
}

/** All steps at once, from the first or from within. */
export function finishKeccak(m: Machine): void {
  const { source, position } = m.operation
  if (position > 0) {
    for (let steps = keccakSteps(m.operation); steps > 0; steps--) stepKeccak(m)
  } else {
    endKeccak(m, keccak256(source.source.bytes.subarray(source.offset, source.offset + source.length)))
  }
}

function endKeccak(m: Machine, hash: Uint8Array): void {
  const { next, source } = m.operation
  if (next === 0) {
    m.frame.stack.items.push(Word.toBigint(hash))
    return clearOperation(m)
  }
  setOperation(m, next)
  if (next === StepKinds.CREATE_CREATOR) {
    m.call.codeHash = hash
  } else {
    const scratch = new Uint8Array(SCRATCH_BYTES)
    scratch.set(hash)
    m.operation.scratch = scratch
    // The account that gets it has the hash only; whoever runs it needs the bytes.
    const bytes = source.source.bytes.slice(source.offset, source.offset + source.length)
    m.world.addCode(new Code(bytes, undefined, hash))
  }
}
