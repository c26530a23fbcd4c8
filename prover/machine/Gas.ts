/** Gas constants and formulas of Osaka. Gas fits a number: a transaction has at most 2^24 of it. */

export const TRANSACTION = 21_000
export const TRANSACTION_CREATE = 32_000
export const ACCESS_LIST_ADDRESS = 2_400
export const ACCESS_LIST_SLOT = 1_900
export const AUTHORIZATION = 25_000
/** What an authorisation of an account that is there already gets back. */
export const AUTHORIZATION_REFUND = 12_500
/** A calldata token is a zero byte; any other byte is four. */
export const TOKEN = 4
export const FLOOR_TOKEN = 10
export const INITCODE_WORD = 2
export const MAX_TRANSACTION_GAS = 0x1000000

export const COPY_WORD = 3
export const KECCAK_WORD = 6
export const LOG_BYTE = 8
export const EXP_BYTE = 50

export const WARM_ACCESS = 100
export const COLD_ACCOUNT = 2_600
export const COLD_SLOT = 2_100
export const CALL_VALUE = 9_000
export const CALL_STIPEND = 2_300
export const NEW_ACCOUNT = 25_000
export const CODE_BYTE = 200

export const SSTORE_SENTRY = 2_300
export const SSTORE_SET = 20_000
export const SSTORE_RESET = 2_900
export const SSTORE_CLEAR_REFUND = 4_800

export const ECRECOVER = 3_000
export const SHA256 = 60
export const SHA256_WORD = 12
export const RIPEMD160 = 600
export const RIPEMD160_WORD = 120
export const IDENTITY = 15
export const IDENTITY_WORD = 3

/** A refund is at most this part of the gas used. */
export const REFUND_QUOTIENT = 5

/** Words that `bytes` bytes take. */
export function words(bytes: number): number {
  return Math.ceil(bytes / 32)
}

/** Cost of a memory of `size` words, from nothing. */
export function memoryCost(size: number): number {
  return 3 * size + Math.floor((size * size) / 512)
}

/** All but one 64th: the most gas that a frame can pass on. */
export function allButOne64th(gas: number): number {
  return gas - Math.floor(gas / 64)
}

/** Cost of SSTORE from the slot's value before the transaction, now and after, without the cold surcharge. */
export function sstoreCost(original: bigint, current: bigint, value: bigint): number {
  if (current === value || original !== current) return WARM_ACCESS
  return original === 0n ? SSTORE_SET : SSTORE_RESET
}

/** What SSTORE adds to the refund counter (it may be negative; the counter never is). */
export function sstoreRefund(original: bigint, current: bigint, value: bigint): number {
  if (current === value) return 0
  if (original === current) return original !== 0n && value === 0n ? SSTORE_CLEAR_REFUND : 0
  let refund = 0
  if (original !== 0n) {
    if (current === 0n) refund -= SSTORE_CLEAR_REFUND
    else if (value === 0n) refund += SSTORE_CLEAR_REFUND
  }
  if (original === value) refund += (original === 0n ? SSTORE_SET : SSTORE_RESET) - WARM_ACCESS
  return refund
}
