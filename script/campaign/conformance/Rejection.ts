/** The reasons for which the official tests refuse a transaction, and what the machine says of such a one. */
import type { Machine } from '../../../prover/machine/Machine.ts'

const rlp = /^malformed RLP$/
const nonce = /^nonce out of range$/
const gasField = /^malformed gas field$/
const valueOrData = /^malformed value or data$/
const target = /^malformed target$/
const list = /^malformed access list$/
const signature = /^signature out of range$/
const funds = /^balance \d+ is below \d+$/

/** Some of the official names are one fault in two forms, a number that is too long and one with leading zeros. */
const reasons: Readonly<Record<string, RegExp>> = {
  RLP_ERROR_SIZE: rlp,
  RLP_TOO_FEW_ELEMENTS: rlp,
  RLP_TOO_MANY_ELEMENTS: rlp,
  RLP_LEADING_ZEROS_DATA_SIZE: rlp,
  RLP_LEADING_ZEROS_NONCE_SIZE: rlp,
  // The one case is the byte b8: by EIP-2718 that is a type nobody has, not a list that ends too early.
  RLP_ERROR_EOF: /^type 0xb8 is not in this ruleset$/,
  // One of the two cases has type 4 and the fields of type 2, so that its list is too short.
  TYPE_NOT_SUPPORTED: /^type 0x9 is not in this ruleset$|^malformed RLP$/,
  RLP_INVALID_NONCE: nonce,
  RLP_LEADING_ZEROS_NONCE: nonce,
  NONCE_OVERFLOW: nonce,
  NONCE_TOO_BIG: nonce,
  RLP_INVALID_GASLIMIT: gasField,
  RLP_LEADING_ZEROS_GASLIMIT: gasField,
  RLP_LEADING_ZEROS_GASPRICE: gasField,
  RLP_LEADING_ZEROS_BASEFEE: gasField,
  RLP_LEADING_ZEROS_PRIORITY_FEE: gasField,
  GASLIMIT_OVERFLOW: gasField,
  GASPRICE_OVERFLOW: gasField,
  PRIORITY_OVERFLOW: gasField,
  RLP_INVALID_DATA: valueOrData,
  RLP_LEADING_ZEROS_VALUE: valueOrData,
  VALUE_OVERFLOW: valueOrData,
  RLP_INVALID_TO: target,
  ADDRESS_TOO_SHORT: target,
  ADDRESS_TOO_LONG: target,
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_LONG: list,
  RLP_INVALID_ACCESS_LIST_ADDRESS_TOO_SHORT: list,
  RLP_INVALID_ACCESS_LIST_STORAGE_TOO_LONG: list,
  RLP_LEADING_ZEROS_V: /^malformed signature$/,
  INVALID_CHAINID: /^v \d+ is not of chain 1$/,
  RLP_INVALID_SIGNATURE_R: signature,
  RLP_INVALID_SIGNATURE_S: signature,
  RLP_LEADING_ZEROS_R: signature,
  RLP_LEADING_ZEROS_S: signature,
  // v = 0 and v = 1 are no recovery identifier of a legacy transaction.
  INVALID_SIGNATURE_VRS: /^signature out of range$|^v [01] is not of chain 1$/,
  EC_RECOVERY_FAIL: /^no signer$/,
  GAS_LIMIT_EXCEEDS_MAXIMUM: /^gas limit \d+ is above 2\^24$/,
  GAS_ALLOWANCE_EXCEEDED: /^gas limit \d+ is above what the block has left$/,
  INTRINSIC_GAS_TOO_LOW: /^gas limit \d+ is below the (intrinsic gas|calldata floor) \d+$/,
  INITCODE_SIZE_EXCEEDED: /^initcode of \d+ bytes is too long$/,
  PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2: /^max fee is below the priority fee$/,
  INSUFFICIENT_MAX_FEE_PER_GAS: /^max fee \d+ is below the base fee \d+$/,
  INSUFFICIENT_ACCOUNT_FUNDS: funds,
  // No balance is that large. One case has a gas limit above the cap besides, another a value of more than 32 bytes.
  GASLIMIT_PRICE_PRODUCT_OVERFLOW: /^balance \d+ is below \d+$|^gas limit \d+ is above|^malformed value or data$/,
  SENDER_NOT_EOA: /^the sender is a contract$/,
  NONCE_MISMATCH_TOO_LOW: /^nonce \d+ is not the sender's, \d+$/,
  NONCE_MISMATCH_TOO_HIGH: /^nonce \d+ is not the sender's, \d+$/,
}

/** How the machine's reason differs from the official one, if there is one and they do. */
export function differenceOf(exception: string | undefined, m: Machine): string | undefined {
  if (exception === undefined) return undefined
  const reason = m.skipped[0]?.reason
  if (reason === undefined) return `expected a refusal for ${exception}, got none`
  const name = exception.replace(/^TransactionException\./, '')
  if (reasons[name]?.test(reason)) return undefined
  return `expected a refusal for ${name}, got "${reason}"`
}
