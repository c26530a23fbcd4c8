/** What a step around a transaction, a block or the batch came to. */

import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import { isLowSignature } from '../../../prover/machine/boundary/Recovery.ts'
import { RlpItems } from '../../../prover/machine/boundary/RlpItems.ts'
import { delegateOf } from '../../../prover/machine/CodeTree.ts'
import * as Gas from '../../../prover/machine/Gas.ts'
import type { Machine } from '../../../prover/machine/Machine.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import { isWarmByRule } from '../../../prover/machine/WorldState.ts'
import type { Before } from './Outcome.ts'

type Classify = (before: Before, m: Machine) => string

const success = () => 'success'

const kinds: Readonly<Record<number, Classify>> = {
  [StepKinds.BATCH_BEGIN]: success,
  [StepKinds.BATCH_PARENT]: success,
  [StepKinds.BLOCK_BEGIN]: blockBegin,
  [StepKinds.TX_BEGIN]: txBegin,
  [StepKinds.TX_LOAD]: (_before, m) => (m.operation.kind === StepKinds.TX_LOAD ? 'word' : 'last word'),
  [StepKinds.TX_DECODE]: txDecode,
  [StepKinds.TX_SENDER]: txSender,
  [StepKinds.TX_LIST]: txList,
  [StepKinds.AUTH_RECOVER]: authRecover,
  [StepKinds.AUTH_APPLY]: ({ authorization }) => authorization,
  [StepKinds.TX_START]: (_before, m) => (m.transaction.isCreate ? 'creation' : 'call'),
  [StepKinds.TX_REFUND]: txRefund,
  [StepKinds.TX_FEE]: (_before, m) => (m.operation.kind === StepKinds.TX_DESTROY ? 'to destroy' : 'to the end'),
  [StepKinds.TX_DESTROY]: (_before, m) => (m.operation.kind === StepKinds.TX_DESTROY ? 'one of several' : 'last'),
  [StepKinds.TX_END]: success,
  [StepKinds.BLOCK_END]: blockEnd,
  [StepKinds.BATCH_END]: (_before, m) => (m.haltedRoot === undefined ? 'running' : 'success'),
}

export function outcomeOf(before: Before, m: Machine): string {
  const classify = kinds[before.kind]
  if (classify === undefined) throw new Error(`no outcomes are known of ${StepKinds.nameOf(before.kind)}`)
  return classify(before, m)
}

function blockBegin(before: Before, m: Machine): string {
  if (m.operation.kind === StepKinds.BATCH_END) return 'end of the payload'
  const { time } = m.block
  const claimed = Buffer.from(m.payload.bytes).readBigUInt64BE(before.cursor)
  if (time === claimed) return 'time as claimed'
  if (time === m.batch.l1Time) return 'time of the posting'
  return time === before.blockTime ? 'time of the parent' : 'earliest time'
}

function txBegin(before: Before, m: Machine): string {
  if (m.operation.kind === StepKinds.TX_LOAD) return 'loads'
  if (m.operation.kind === StepKinds.BLOCK_END) {
    return m.block.end - before.cursor < 4 ? 'block has no prefix left' : 'longer than the block'
  }
  return m.batch.cursor - before.cursor === 4 ? 'empty' : 'too long'
}

/** A reason without the values in it. */
function reasonOf(m: Machine): string {
  const { reason } = m.skipped.at(-1)!
  return reason.replace(/(?<!\^)\b(0x[0-9a-f]+|\d+|undefined)\b(?!\^)/g, '…')
}

function txDecode(before: Before, m: Machine): string {
  if (m.operation.kind === StepKinds.TX_BEGIN) return `skipped: ${reasonOf(m)}`
  const first = before.transaction.raw!.bytes[0]!
  if (first < 0xc0) return `type ${first}`
  return 'type 0'
}

function txSender(_before: Before, m: Machine): string {
  const next = m.operation.kind
  if (next === StepKinds.TX_BEGIN) return `skipped: ${reasonOf(m)}`
  if (next === StepKinds.TX_LIST) return 'to the access list'
  return next === StepKinds.AUTH_RECOVER ? 'to the authorizations' : 'to the start'
}

function txList(before: Before, m: Machine): string {
  const { transaction } = before
  if (transaction.listCursor < transaction.slotsEnd) return 'slot'
  return isWarmByRule(m, m.transaction.listAddress) ? 'address warm by rule' : 'address'
}

/** Why an authorisation is void before anybody's account is looked at: the first check that fails. */
function authRecover(before: Before, m: Machine): string {
  if (m.operation.kind === StepKinds.AUTH_APPLY) return 'recovered'
  const raw = before.transaction.raw!.bytes
  const items = RlpItems.ofList(raw.subarray(0, m.transaction.authCursor), before.transaction.authCursor, 6)!
  const [chain, nonce, parity, r, s] = [0, 2, 3, 4, 5].map((index) => items.integer(index, 32)!)
  if (chain !== 0n && chain !== m.batch.chainId) return 'void: chain id'
  if (nonce === (1n << 64n) - 1n) return 'void: nonce'
  if (parity! > 1n) return 'void: parity'
  return `void: ${isLowSignature(r!, s!) ? 'no signer' : 'signature'}`
}

/** What the AUTH_APPLY that comes next will do. */
export function authorizationOf(m: Machine): string {
  const [authority, target, nonce] = [0, 32, 64].map((at) => Word.toBigint(m.operation.scratch!.subarray(at, at + 32)))
  const account = m.world.openAccount(authority!)
  const code = m.world.openCode(account.codeHash)
  if (code.size !== 0 && delegateOf(code) === undefined) return 'void: code'
  if (account.nonce !== nonce) return 'void: nonce'
  return `${target === 0n ? 'clears' : 'sets'}${StateDiff.isEmptyAccount(account) ? '' : ', refund'}`
}

function txRefund(before: Before): string {
  const { gasLimit, floorGas } = before.transaction
  const spent = gasLimit - before.gas
  const most = Math.floor(spent / Gas.REFUND_QUOTIENT)
  if (spent - Math.min(before.refund, most) < floorGas) return 'floor'
  if (before.refund === 0) return 'no refund'
  return before.refund > most ? 'refund capped' : 'refund'
}

function blockEnd(before: Before, m: Machine): string {
  const { baseFee } = m.block
  if (baseFee === before.baseFee) return 'base fee stays'
  return baseFee > before.baseFee ? 'base fee rises' : 'base fee falls'
}
