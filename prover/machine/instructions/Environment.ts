/** ADDRESS to EXTCODEHASH, and SELFBALANCE. */
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { beginCopy } from '../bulk/Copy.ts'
import * as Gas from '../Gas.ts'
import { charge, halt, type Machine } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import type { Account } from '../World.ts'
import { accessAddress } from '../WorldState.ts'

export function opAddress(m: Machine): void {
  m.frame.stack.items.push(m.frame.self)
}

export function opBalance(m: Machine): void {
  const { items } = m.frame.stack
  const account = openExternal(m, Address.fromWord(items.pop()!))
  if (account !== undefined) items.push(account.balance)
}

export function opOrigin(m: Machine): void {
  m.frame.stack.items.push(m.transaction.origin)
}

export function opCaller(m: Machine): void {
  m.frame.stack.items.push(m.frame.caller)
}

export function opCallvalue(m: Machine): void {
  m.frame.stack.items.push(m.frame.value)
}

export function opCalldataload(m: Machine): void {
  const { frame } = m
  const { items } = frame.stack
  const start = items.pop()!
  const { calldata } = frame
  items.push(start >= calldata.length ? 0n : MemoryTree.viewWord(m, calldata, Number(start)))
}

export function opCalldatasize(m: Machine): void {
  m.frame.stack.items.push(BigInt(m.frame.calldata.length))
}

export function opCalldatacopy(m: Machine): void {
  copyToMemory(m, m.frame.calldata)
}

export function opCodesize(m: Machine): void {
  m.frame.stack.items.push(BigInt(m.frame.code.size))
}

export function opCodecopy(m: Machine): void {
  const { code } = m.frame
  copyToMemory(m, MemoryTree.makeView(code, 0, code.size))
}

export function opGasprice(m: Machine): void {
  m.frame.stack.items.push(m.transaction.gasPrice)
}

export function opExtcodesize(m: Machine): void {
  const { items } = m.frame.stack
  const account = openExternal(m, Address.fromWord(items.pop()!))
  if (account !== undefined) items.push(BigInt(m.world.openCode(account.codeHash).size))
}

export function opExtcodecopy(m: Machine): void {
  const { items } = m.frame.stack
  const address = Address.fromWord(items.pop()!)
  const destination = items.pop()!
  const start = items.pop()!
  const size = items.pop()!
  if (!MemoryTree.expand(m, destination, size)) return
  if (!charge(m, Gas.COPY_WORD * Gas.words(Number(size)))) return
  const account = openExternal(m, address)
  if (account === undefined) return
  const code = m.world.openCode(account.codeHash)
  beginCopy(m, MemoryTree.makeView(code, 0, code.size), start, Number(destination), Number(size))
}

export function opReturndatasize(m: Machine): void {
  m.frame.stack.items.push(BigInt(m.frame.returndata.length))
}

export function opReturndatacopy(m: Machine): void {
  const { frame } = m
  const { items } = frame.stack
  const top = items.length - 1
  // Reading past the end halts, unlike in the other copies, and also if nothing is read.
  if (items[top - 1]! + items[top - 2]! > frame.returndata.length) return halt(m)
  copyToMemory(m, frame.returndata)
}

export function opExtcodehash(m: Machine): void {
  const { items } = m.frame.stack
  const account = openExternal(m, Address.fromWord(items.pop()!))
  if (account !== undefined) items.push(StateDiff.isEmptyAccount(account) ? 0n : Word.toBigint(account.codeHash))
}

export function opSelfbalance(m: Machine): void {
  m.frame.stack.items.push(m.world.openAccount(m.frame.self).balance)
}

/** Opens another account at the price of its warmth; undefined if the frame has halted. */
function openExternal(m: Machine, address: bigint): Account | undefined {
  const isCold = accessAddress(m, address)
  if (!charge(m, isCold ? Gas.COLD_ACCOUNT : Gas.WARM_ACCESS)) return undefined
  const account = m.world.openAccount(address)
  if (isCold) m.world.addWarmAddress(address)
  return account
}

/** CALLDATACOPY, CODECOPY and RETURNDATACOPY: three operands, one price. */
function copyToMemory(m: Machine, source: MemoryTree.View): void {
  const { items } = m.frame.stack
  const destination = items.pop()!
  const start = items.pop()!
  const size = items.pop()!
  if (!MemoryTree.expand(m, destination, size)) return
  if (!charge(m, Gas.COPY_WORD * Gas.words(Number(size)))) return
  beginCopy(m, source, start, Number(destination), Number(size))
}
