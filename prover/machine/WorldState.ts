/** Rules about accounts that several families share (docs/5-machine.md, 5.4). */
import type { Machine } from './Machine.ts'

const LAST_PRECOMPILE = 0x11n
const P256VERIFY = 0x100n

/** Whether `address` is a precompile of Osaka: 0x01 to 0x11 and 0x100. */
export function isPrecompile(address: bigint): boolean {
  return (address >= 1n && address <= LAST_PRECOMPILE) || address === P256VERIFY
}

/** Whether `address` is warm throughout the transaction. Such addresses are never in the set and need no proof. */
export function isWarmByRule(m: Machine, address: bigint): boolean {
  const { transaction } = m
  return (
    address === transaction.to ||
    address === transaction.origin ||
    address === m.batch.feeRecipient ||
    isPrecompile(address)
  )
}

/** Opens whether `address` is cold. Inserting it is the caller's business, once the access is paid: `warmAddress`. */
export function accessAddress(m: Machine, address: bigint): boolean {
  return !isWarmByRule(m, address) && !m.world.openWarmAddress(address)
}
