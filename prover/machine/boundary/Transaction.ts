/** TX_BEGIN to TX_SENDER, TX_START and TX_END: a transaction of the payload, from its length prefix to its place in the block. */
import { keccak256Concat } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import * as Address from '../Address.ts'
import { delegateOf } from '../CodeTree.ts'
import * as Gas from '../Gas.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as MemoryTree from '../MemoryTree.ts'
import * as StepKinds from '../StepKinds.ts'
import * as CallFrame from '../state/CallFrame.ts'
import * as CallState from '../state/CallState.ts'
import * as Operation from '../state/Operation.ts'
import * as TransactionState from '../state/TransactionState.ts'
import { payloadBytes, payloadNumber } from './Batch.ts'
import { RawTransaction } from './RawTransaction.ts'
import { type DecodedTransaction, decodeTransaction } from './TransactionDecoder.ts'

const PREFIX_BYTES = 4
const MAX_INITCODE_SIZE = 49_152
const chainTag = Word.fromText('TransactionChain')

export function stepTxBegin(m: Machine): void {
  const { batch, block, transaction } = m
  const left = block.end - batch.cursor
  // B-2: what can't be a transaction ends the block.
  if (left < PREFIX_BYTES) return endBlock(m)
  const length = payloadNumber(m, batch.cursor)
  if (length > left - PREFIX_BYTES) return endBlock(m)
  batch.cursor += PREFIX_BYTES + length
  // B-3: skipped on its prefix alone.
  if (length === 0 || length > batch.maxTransactionBytes) return setOperation(m, StepKinds.TX_BEGIN)
  transaction.length = length
  transaction.raw = RawTransaction.blank(length)
  setOperation(m, StepKinds.TX_LOAD)
}

/** Steps that a TX_LOAD has left. */
export function txLoadSteps(m: Machine): number {
  return Math.ceil((m.transaction.length - m.operation.position) / 32)
}

export function stepTxLoad(m: Machine): void {
  const { batch, transaction, operation } = m
  const { raw, length } = transaction
  const { position } = operation
  const take = Math.min(32, length - position)
  const bytes = payloadBytes(m, batch.cursor - length + position, take)
  m.recorder?.append(raw!.prove(position >>> 5))
  raw!.write(position, bytes)
  operation.position = position + 32
  if (operation.position >= length) setOperation(m, StepKinds.TX_DECODE)
}

/** All steps at once. */
export function finishTxLoad(m: Machine): void {
  const { cursor } = m.batch
  m.transaction.raw = new RawTransaction(m.payload.bytes.subarray(cursor - m.transaction.length, cursor))
  setOperation(m, StepKinds.TX_DECODE)
}

export function stepTxDecode(m: Machine): void {
  const { raw } = m.transaction
  m.recorder?.append(raw!.bytes)
  const decoded = decodeTransaction(raw!.bytes, m.batch.chainId)
  if (typeof decoded === 'string') return skip(m, decoded)
  const { maxFeePerGas, maxPriorityFeePerGas, data, list, authorizations } = decoded
  const bytes = raw!.bytes.subarray(data.offset, data.offset + data.length)
  const costs = costsOf(bytes, decoded.to === undefined, list, authorizations.count)
  const refusal = refusalOf(m, decoded, costs)
  if (refusal !== undefined) return skip(m, refusal)

  const { baseFee } = m.block
  const headroom = maxFeePerGas - baseFee
  const priorityFee = maxPriorityFeePerGas < headroom ? maxPriorityFeePerGas : headroom
  const { transaction } = m
  transaction.hash = decoded.hash
  transaction.origin = decoded.origin
  transaction.nonce = decoded.nonce
  transaction.isCreate = decoded.to === undefined
  transaction.to = decoded.to ?? 0n
  transaction.value = decoded.value
  transaction.gasLimit = Number(decoded.gasLimit)
  transaction.executionGas = transaction.gasLimit - costs.intrinsic
  transaction.maxFeePerGas = maxFeePerGas
  transaction.gasPrice = baseFee + priorityFee
  transaction.priorityFee = priorityFee
  transaction.floorGas = costs.floor
  transaction.dataOffset = data.length === 0 ? 0 : data.offset
  transaction.dataLength = data.length
  transaction.listCursor = list.cursor
  transaction.listEnd = list.end
  transaction.authCursor = authorizations.cursor
  transaction.authEnd = authorizations.end
  setOperation(m, StepKinds.TX_SENDER)
}

/** What a transaction pays before anything runs, and the least that it pays for its data (EIP-7623). */
export function costsOf(
  data: Uint8Array,
  isCreate: boolean,
  list: { readonly addresses: number; readonly slots: number },
  authorizations: number,
): { intrinsic: number; floor: number } {
  let zeros = 0
  for (const byte of data) if (byte === 0) zeros++
  const tokens = zeros + Gas.TOKEN * (data.length - zeros)
  const creation = isCreate ? Gas.TRANSACTION_CREATE + Gas.INITCODE_WORD * Gas.words(data.length) : 0
  const access = Gas.ACCESS_LIST_ADDRESS * list.addresses + Gas.ACCESS_LIST_SLOT * list.slots
  return {
    intrinsic: Gas.TRANSACTION + Gas.TOKEN * tokens + creation + access + Gas.AUTHORIZATION * authorizations,
    floor: Gas.TRANSACTION + Gas.FLOOR_TOKEN * tokens,
  }
}

/** Why a well-formed transaction is skipped, as far as that needs no state (B-8). */
function refusalOf(m: Machine, transaction: DecodedTransaction, costs: { intrinsic: number; floor: number }) {
  const { batch, block } = m
  const { gasLimit, maxFeePerGas, maxPriorityFeePerGas, to, data } = transaction
  if (gasLimit > Gas.MAX_TRANSACTION_GAS) return `gas limit ${gasLimit} is above 2^24`
  if (gasLimit < costs.intrinsic) return `gas limit ${gasLimit} is below the intrinsic gas ${costs.intrinsic}`
  if (gasLimit < costs.floor) return `gas limit ${gasLimit} is below the calldata floor ${costs.floor}`
  if (gasLimit > batch.blockGasLimit - block.gasUsed) return `gas limit ${gasLimit} is above what the block has left`
  if (gasLimit > batch.batchGasLimit - batch.gasUsed) return `gas limit ${gasLimit} is above what the batch has left`
  if (maxFeePerGas < block.baseFee) return `max fee ${maxFeePerGas} is below the base fee ${block.baseFee}`
  if (maxFeePerGas < maxPriorityFeePerGas) return 'max fee is below the priority fee'
  if (to === undefined && data.length > MAX_INITCODE_SIZE) return `initcode of ${data.length} bytes is too long`
  return undefined
}

export function stepTxSender(m: Machine): void {
  const { transaction, world } = m
  const { origin, nonce, gasLimit, maxFeePerGas, gasPrice, value } = transaction
  const sender = world.openAccount(origin)
  const code = world.openCode(sender.codeHash)
  if (sender.nonce !== nonce) return skip(m, `nonce ${nonce} is not the sender's, ${sender.nonce}`)
  if (code.size !== 0 && delegateOf(code) === undefined) return skip(m, 'the sender is a contract')
  const most = BigInt(gasLimit) * maxFeePerGas + value
  if (sender.balance < most) return skip(m, `balance ${sender.balance} is below ${most}`)

  const balance = sender.balance - BigInt(gasLimit) * gasPrice
  world.writeAccount(origin, sender, nonce + 1n, balance, sender.codeHash)
  if (transaction.isCreate) transaction.to = Address.ofCreate(origin, nonce)
  if (transaction.listCursor < transaction.listEnd) setOperation(m, StepKinds.TX_LIST)
  else startExecution(m)
}

/** The step after the sender, the access list and each authorisation. */
export function startExecution(m: Machine): void {
  const { authCursor, authEnd } = m.transaction
  setOperation(m, authCursor < authEnd ? StepKinds.AUTH_RECOVER : StepKinds.TX_START)
}

export function stepTxStart(m: Machine): void {
  const { transaction, world } = m
  const { raw, origin, isCreate, to, value, executionGas, dataOffset, dataLength } = transaction
  transaction.start = world.startTransaction()
  m.logs = []
  enterTransaction(m, origin, executionGas)
  m.call.kind = isCreate ? CallState.CREATE : CallState.CALL
  m.call.target = to
  m.call.value = value
  m.call.input = MemoryTree.makeView(raw!, dataOffset, dataLength)
  setOperation(m, isCreate ? StepKinds.CREATE_TARGET : StepKinds.CALL_ACCESS)
}

/** Makes the pseudo-frame below the first EVM frame, and a call that may have all its gas. */
export function enterTransaction(m: Machine, origin: bigint, gas: number): void {
  m.frame = CallFrame.empty(undefined)
  m.frame.kind = CallFrame.TRANSACTION
  m.frame.self = origin
  m.frame.gas = gas
  m.call = CallState.empty()
  m.call.gas = BigInt(gas)
}

export function stepTxEnd(m: Machine): void {
  const { batch, block, transaction, operation, world } = m
  const gasUsed = BigInt(operation.position)
  block.gasUsed += gasUsed
  batch.gasUsed += gasUsed
  block.transactionsHash = keccak256Concat(chainTag, block.transactionsHash, transaction.hash)
  world.endTransaction()
  record(m, gasUsed)
  m.transaction = TransactionState.empty()
  setOperation(m, StepKinds.TX_BEGIN)
}

function record(m: Machine, gasUsed: bigint): void {
  const { hash, origin, isCreate, to, gasPrice } = m.transaction
  const succeeded = m.outcome.status === Operation.RETURNED
  m.transactions.push({
    hash,
    from: origin,
    to: isCreate ? undefined : to,
    status: succeeded,
    gasUsed,
    gasPrice,
    contractAddress: isCreate && succeeded ? to : undefined,
    logs: m.logs,
  })
}

/** B-8: the transaction has no effect at all. */
function skip(m: Machine, reason: string): void {
  m.skipped.push({ raw: m.transaction.raw!.bytes, reason })
  m.transaction = TransactionState.empty()
  setOperation(m, StepKinds.TX_BEGIN)
}

function endBlock(m: Machine): void {
  m.batch.cursor = m.block.end
  setOperation(m, StepKinds.BLOCK_END)
}
