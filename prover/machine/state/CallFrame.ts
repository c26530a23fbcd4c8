/** One call frame. The parent is committed as its hash. */
import * as Word from '../../commitment/Word.ts'
import { type Code, noCode } from '../CodeTree.ts'
import { emptyView, type Memory, noMemory, type View } from '../MemoryTree.ts'
import * as OperandStack from '../OperandStack.ts'
import type { Snapshot } from '../World.ts'
import * as MachineRecord from './MachineRecord.ts'

export const tag = Word.fromText('MachineFrame')

/** Values of `kind`. TRANSACTION is the pseudo-frame below the first EVM frame; its `gas` is the transaction's. */
export const NONE = 0
export const TRANSACTION = 1
export const CALL = 2
export const CREATE = 3
export const PRECOMPILE = 4

export interface Frame {
  readonly parent: Frame | undefined
  kind: number
  depth: number
  self: bigint
  caller: bigint
  value: bigint
  isStatic: boolean
  gas: number
  pc: number
  stack: OperandStack.Stack
  memory: Memory
  calldata: View
  returndata: View
  code: Code
  /** The account that a CREDIT goes to. */
  target: bigint
  outOffset: number
  outLength: number
  /** The journal that a revert of this frame restores. */
  saved: Snapshot | undefined
  /** Logs of the transaction when the frame began. Not committed: neither are logs. */
  firstLog: number
  /** The hash while the frame is a parent, which does not change then. */
  frozenHash: Uint8Array | undefined
  /** A parent that two machines have in common: who gets back to it makes a copy first. */
  isShared: boolean
}

/** A frame of which all committed fields are 0. All frames begin here: one shape makes the interpreter's accesses fast. */
export function empty(parent: Frame | undefined): Frame {
  return {
    parent,
    kind: NONE,
    depth: 0,
    self: 0n,
    caller: 0n,
    value: 0n,
    isStatic: false,
    gas: 0,
    pc: 0,
    stack: OperandStack.empty(),
    memory: noMemory,
    calldata: emptyView,
    returndata: emptyView,
    code: noCode,
    target: 0n,
    outOffset: 0,
    outLength: 0,
    saved: undefined,
    firstLog: 0,
    frozenHash: undefined,
    isShared: false,
  }
}

/** Clears what a frame that has halted needs no more: all but who called whom, and what it returns to. */
export function clearExecution(frame: Frame): void {
  frame.gas = 0
  frame.pc = 0
  frame.stack = OperandStack.empty()
  frame.memory = noMemory
  frame.calldata = emptyView
  frame.returndata = emptyView
  frame.code = noCode
}

/** A copy that can be executed without a change to the original. */
export function clone(frame: Frame): Frame {
  return copyOf(frame, frame.parent, frame.saved, OperandStack.clone(frame.stack), frame.memory.clone(), false)
}

/** The frame of another machine that has the same stack and memory. Of two such machines none may be run. */
export function moved(frame: Frame, parent: Frame | undefined, saved: Snapshot | undefined): Frame {
  return copyOf(frame, parent, saved, frame.stack, frame.memory, frame.isShared)
}

/**
 * A frame is made of its final values. To assign them to a frame that is there would tell the compiler that fields which
 * never change do, and all code of instructions that it has made would be void.
 */
function copyOf(
  frame: Frame,
  parent: Frame | undefined,
  saved: Snapshot | undefined,
  stack: OperandStack.Stack,
  memory: Memory,
  isShared: boolean,
): Frame {
  return {
    parent,
    kind: frame.kind,
    depth: frame.depth,
    self: frame.self,
    caller: frame.caller,
    value: frame.value,
    isStatic: frame.isStatic,
    gas: frame.gas,
    pc: frame.pc,
    stack,
    memory,
    calldata: frame.calldata,
    returndata: frame.returndata,
    code: frame.code,
    target: frame.target,
    outOffset: frame.outOffset,
    outLength: frame.outLength,
    saved,
    firstLog: frame.firstLog,
    frozenHash: undefined,
    isShared,
  }
}

export function fields(frame: Frame): MachineRecord.Field[] {
  const { stack, memory, calldata, returndata, code, parent, saved } = frame
  return [
    parent === undefined ? Word.zero : frozenHash(parent),
    frame.kind,
    frame.depth,
    frame.self,
    frame.caller,
    frame.value,
    frame.isStatic,
    frame.gas,
    frame.pc,
    OperandStack.hash(stack),
    stack.items.length,
    memory.root(),
    memory.words,
    calldata.source.root(),
    calldata.offset,
    calldata.length,
    returndata.source.root(),
    returndata.offset,
    returndata.length,
    code.root(),
    code.jumpRoot(),
    code.size,
    frame.target,
    frame.outOffset,
    frame.outLength,
    saved === undefined ? Word.zero : saved.hash(),
  ]
}

export function hash(frame: Frame): Uint8Array {
  return MachineRecord.hash(tag, fields(frame))
}

/** What a witness has of a frame that it opens. */
export function encode(frame: Frame): Uint8Array {
  return MachineRecord.encode(fields(frame))
}

/** A parent that is executed again: itself, or a copy if another machine has it too. */
export function thaw(parent: Frame): Frame {
  if (parent.isShared) return clone(parent)
  parent.frozenHash = undefined
  return parent
}

/** Says that a frame is one of the same run as `other`, not much earlier or later: so are the frames below it. */
export function resemble(frame: Frame, other: Frame): void {
  const others = new Map<number, Frame>()
  for (let each: Frame | undefined = other; each !== undefined; each = each.parent) others.set(each.depth, each)
  let each: Frame | undefined = frame
  for (; each !== undefined && each !== others.get(each.depth); each = each.parent) {
    const like = others.get(each.depth)
    if (like !== undefined) each.memory.resemble(like.memory)
  }
}

function frozenHash(parent: Frame): Uint8Array {
  parent.frozenHash ??= hash(parent)
  return parent.frozenHash
}
