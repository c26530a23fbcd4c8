/** BLOCKHASH to BLOBBASEFEE. */
import * as Word from '../../commitment/Word.ts'
import { systemAddress } from '../boundary/Batch.ts'
import type { Machine } from '../Machine.ts'
import * as SystemAccount from '../SystemAccount.ts'

/** How many blocks back BLOCKHASH knows. */
const HASHES = 256n

export function opBlockhash(m: Machine): void {
  const { items } = m.frame.stack
  const wanted = items.pop()!
  const { number } = m.block
  const isKnown = wanted < number && number - wanted <= HASHES
  items.push(isKnown ? m.world.openSlot(systemAddress, SystemAccount.blockHashSlot(wanted)) : 0n)
}

export function opCoinbase(m: Machine): void {
  m.frame.stack.items.push(m.batch.feeRecipient)
}

export function opTimestamp(m: Machine): void {
  m.frame.stack.items.push(m.block.time)
}

export function opNumber(m: Machine): void {
  m.frame.stack.items.push(m.block.number)
}

export function opPrevrandao(m: Machine): void {
  m.frame.stack.items.push(Word.toBigint(m.block.prevRandao))
}

export function opGaslimit(m: Machine): void {
  m.frame.stack.items.push(m.batch.blockGasLimit)
}

export function opChainid(m: Machine): void {
  m.frame.stack.items.push(m.batch.chainId)
}

export function opBasefee(m: Machine): void {
  m.frame.stack.items.push(m.block.baseFee)
}

/** There are no blob transactions here, so no blob has an index. */
export function opBlobhash(m: Machine): void {
  const { items } = m.frame.stack
  items.pop()
  items.push(0n)
}

/** The least that it can be. */
export function opBlobbasefee(m: Machine): void {
  m.frame.stack.items.push(1n)
}
