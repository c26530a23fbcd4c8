/** Access lists: their encoding, and TX_LIST, one address or slot a step (docs/5-machine.md, 5.6). */
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import { isWarmByRule } from '../WorldState.ts'
import { type Item, itemAt } from './RlpItems.ts'
import { startExecution } from './Transaction.ts'

/** Where the list's content stands in the raw transaction (0, 0 if it is empty), and what has to be paid for. */
export interface Summary {
  readonly cursor: number
  readonly end: number
  readonly addresses: number
  readonly slots: number
}

export const none: Summary = { cursor: 0, end: 0, addresses: 0, slots: 0 }

const ADDRESS_HEADER_LENGTH = 1
const SLOT_HEADER = 0xa0
/** Header and content of a slot, and the most that the start of a tuple takes. */
const ITEM_BYTES = 33

/** Checks a whole access list: [[address, [slot, …]], …]. Undefined if it is malformed. */
export function summarize(raw: Uint8Array, list: Item): Summary | undefined {
  if (!list.isList) return undefined
  if (list.length === 0) return none
  const end = list.offset + list.length
  let addresses = 0
  let slots = 0
  for (let at = list.offset; at < end; addresses++) {
    const tuple = itemAt(raw, at, end)
    if (tuple === undefined || !tuple.isList) return undefined
    const tupleEnd = tuple.offset + tuple.length
    const address = itemAt(raw, tuple.offset, tupleEnd)
    if (address === undefined || address.isList || address.length !== 20) return undefined
    const keys = itemAt(raw, address.offset + 20, tupleEnd)
    if (keys === undefined || !keys.isList || keys.offset + keys.length !== tupleEnd) return undefined
    if (keys.length % ITEM_BYTES !== 0) return undefined
    for (let key = keys.offset; key < tupleEnd; key += ITEM_BYTES, slots++) {
      if (raw[key] !== SLOT_HEADER) return undefined
    }
    at = tupleEnd
  }
  return { cursor: list.offset, end, addresses, slots }
}

export function stepTxList(m: Machine): void {
  const { transaction, world } = m
  const { raw, length, listCursor, slotsEnd } = transaction
  const item = MemoryTree.viewBytes(m, MemoryTree.makeView(raw!, 0, length), listCursor, ITEM_BYTES)
  if (listCursor < slotsEnd) {
    const slot = Word.toBigint(item.subarray(1))
    world.openWarmSlot(transaction.listAddress, slot)
    world.addWarmSlot(transaction.listAddress, slot)
    transaction.listCursor = listCursor + ITEM_BYTES
  } else {
    openTuple(m, item)
  }
  if (transaction.listCursor < transaction.listEnd) setOperation(m, StepKinds.TX_LIST)
  else startExecution(m)
}

/** Takes the address of the tuple at the cursor and goes to its first slot, or past it if it has none. */
function openTuple(m: Machine, item: Uint8Array): void {
  const { transaction, world } = m
  const address = headerOf(item, 0).length + ADDRESS_HEADER_LENGTH
  const keys = headerOf(item, address + 20)
  transaction.listAddress = Address.fromBytes(item.subarray(address, address + 20))
  transaction.listCursor += address + 20 + keys.length
  transaction.slotsEnd = transaction.listCursor + keys.content
  if (isWarmByRule(m, transaction.listAddress)) return
  world.openWarmAddress(transaction.listAddress)
  world.addWarmAddress(transaction.listAddress)
}

/** The header of a list that TX_DECODE has checked: its own length and that of the list's content. */
function headerOf(bytes: Uint8Array, at: number): { length: number; content: number } {
  const first = bytes[at]!
  if (first <= 0xf7) return { length: 1, content: first - 0xc0 }
  const lengthBytes = first - 0xf7
  let content = 0
  for (let index = 1; index <= lengthBytes; index++) content = content * 256 + bytes[at + index]!
  return { length: 1 + lengthBytes, content }
}
