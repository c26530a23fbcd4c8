/**
 * Authorisations (EIP-7702): their encoding, and AUTH_RECOVER and AUTH_APPLY, which take one of them in two steps
 * (docs/5-machine.md, 5.6). One that is void changes nothing but what is warm; the transaction goes on.
 */
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Rlp from '../../commitment/Rlp.ts'
import * as StateDiff from '../../commitment/StateDiff.ts'
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { delegateOf, delegationTo } from '../CodeTree.ts'
import * as Gas from '../Gas.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import { accessAddress } from '../WorldState.ts'
import { isLowSignature, recover } from './Recovery.ts'
import { type Item, itemAt, RlpItems } from './RlpItems.ts'
import { startExecution } from './Transaction.ts'

/** Where the list's content stands in the raw transaction, and how many tuples it has. */
export interface Summary {
  readonly cursor: number
  readonly end: number
  readonly count: number
}

export const none: Summary = { cursor: 0, end: 0, count: 0 }

/** Chain id, address, nonce; parity, r and s. The first three are signed. */
const FIELDS = 6
const SIGNED_FIELDS = 3
/** A tuple has at most 2 + 33 + 21 + 9 + 2 + 33 + 33 bytes. */
const TUPLE_BYTES = 133
const SIGNED_PREFIX = 0x05
const MAX_NONCE = (1n << 64n) - 1n

/** Checks a whole list: [[chain id, address, nonce, parity, r, s], …], not empty. Undefined if it is malformed. */
export function summarize(raw: Uint8Array, list: Item): Summary | undefined {
  if (!list.isList || list.length === 0) return undefined
  const end = list.offset + list.length
  let count = 0
  for (let at = list.offset; at < end; count++) {
    const tuple = itemAt(raw, at, end)
    if (tuple === undefined || !tuple.isList) return undefined
    const next = tuple.offset + tuple.length
    const items = RlpItems.ofList(raw.subarray(0, next), at, FIELDS)
    if (items === undefined || items.text(1)?.length !== 20) return undefined
    const integers = [items.integer(0, 32), items.integer(2, 8), items.integer(3, 1), items.integer(4, 32)]
    if ([...integers, items.integer(5, 32)].includes(undefined)) return undefined
    at = next
  }
  return { cursor: list.offset, end, count }
}

export function stepAuthRecover(m: Machine): void {
  const { transaction } = m
  const { raw, length, authCursor } = transaction
  const bytes = MemoryTree.viewBytes(m, MemoryTree.makeView(raw!, 0, length), authCursor, TUPLE_BYTES)
  // TX_DECODE has checked the tuple, so that it is all there.
  const { offset, length: content } = itemAt(bytes, 0, TUPLE_BYTES)!
  const tuple = bytes.subarray(0, offset + content)
  transaction.authCursor = authCursor + tuple.length
  const items = RlpItems.ofList(tuple, 0, FIELDS)!
  const authority = authorityOf(items, m.batch.chainId)
  if (authority === undefined) return startExecution(m)

  const target = items.text(1)!.offset
  const scratch = new Uint8Array(224)
  scratch.set(Word.fromBigint(authority))
  scratch.set(tuple.subarray(target, target + 20), 32 + 12)
  scratch.set(Word.fromBigint(items.integer(2, 8)!), 64)
  setOperation(m, StepKinds.AUTH_APPLY)
  m.operation.scratch = scratch
}

/** Recovers who signed the authorisations of a list that `summarize` has taken: they are known when its steps come. */
export function recoverAll(raw: Uint8Array, { cursor, end }: Summary, chainId: bigint): void {
  for (let at = cursor; at < end; ) {
    const { offset, length } = itemAt(raw, at, end)!
    authorityOf(RlpItems.ofList(raw.subarray(0, offset + length), at, FIELDS)!, chainId)
    at = offset + length
  }
}

/** Who signed an authorisation for this chain, or undefined if it is void. */
function authorityOf(items: RlpItems, chainId: bigint): bigint | undefined {
  const chain = items.integer(0, 32)!
  const parity = items.integer(3, 1)!
  const [r, s] = [items.integer(4, 32)!, items.integer(5, 32)!]
  if (chain !== 0n && chain !== chainId) return undefined
  if (items.integer(2, 8) === MAX_NONCE || parity > 1n || !isLowSignature(r, s)) return undefined
  const signed = Rlp.encodeList([items.encodedBefore(SIGNED_FIELDS)])
  return recover(keccak256(Uint8Array.from([SIGNED_PREFIX, ...signed])), r, s, Number(parity))
}

export function stepAuthApply(m: Machine): void {
  const { world } = m
  const [authority, target, nonce] = [0, 32, 64].map((at) => Word.toBigint(m.operation.scratch!.subarray(at, at + 32)))
  if (accessAddress(m, authority!)) world.addWarmAddress(authority!)
  const account = world.openAccount(authority!)
  const code = world.openCode(account.codeHash)
  const isOpen = code.size === 0 || delegateOf(code) !== undefined
  if (isOpen && account.nonce === nonce) {
    if (!StateDiff.isEmptyAccount(account)) world.refund += Gas.AUTHORIZATION_REFUND
    const designator = delegationTo(Address.toBytes(target!))
    if (target !== 0n) world.addCode(designator)
    const codeHash = target === 0n ? StateDiff.emptyCodeHash : designator.hash
    world.writeAccount(authority!, account, nonce + 1n, account.balance, codeHash)
  }
  startExecution(m)
}
