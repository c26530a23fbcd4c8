/** BLOCK_BEGIN and BLOCK_END. */
import { keccak256Concat } from '../../commitment/Keccak.ts'
import * as Word from '../../commitment/Word.ts'
import { type Machine, setOperation } from '../Machine.ts'
import * as StepKinds from '../StepKinds.ts'
import * as SystemAccount from '../SystemAccount.ts'
import type * as BlockState from '../state/BlockState.ts'
import { payloadBytes, systemAddress } from './Batch.ts'

const HEADER_BYTES = 12
/** In seconds: how far a block's time may be behind that of the posting (B-4). */
const MAX_TIME_DRIFT = 3600n
const MAX_BASE_FEE = (1n << 128n) - 1n
const ELASTICITY = 2n
const DENOMINATOR = 8n

const blockHashTag = Word.fromText('BlockHash')
const prevRandaoTag = Word.fromText('PrevRandao')

export function stepBlockBegin(m: Machine): void {
  const { batch, block } = m
  // B-1
  if (batch.payloadLength - batch.cursor < HEADER_BYTES) return setOperation(m, StepKinds.BATCH_END)
  const header = Buffer.from(payloadBytes(m, batch.cursor, HEADER_BYTES))
  batch.cursor += HEADER_BYTES
  block.number += 1n
  block.time = blockTime(header.readBigUInt64BE(0), block.time, batch.l1Time)
  block.prevRandao = hashPrevRandao(block.parentHash)
  block.gasUsed = 0n
  block.transactionsHash = Word.zero
  block.end = Math.min(batch.cursor + header.readUInt32BE(8), batch.payloadLength)
  setOperation(m, StepKinds.TX_BEGIN)
}

export function stepBlockEnd(m: Machine): void {
  const { batch, block, world } = m
  const hash = hashBlock(block)
  const slot = SystemAccount.blockHashSlot(block.number)
  world.openSlot(systemAddress, slot)
  world.writeSlot(systemAddress, slot, Word.toBigint(hash))
  const { number, time, baseFee, gasUsed, parentHash } = block
  m.blocks.push({ number, time, baseFee, gasUsed, parentHash, hash, transactions: m.transactions, skipped: m.skipped })
  m.transactions = []
  m.skipped = []
  block.parentHash = hash
  block.baseFee = nextBaseFee(baseFee, gasUsed, batch.blockGasLimit)
  setOperation(m, StepKinds.BLOCK_BEGIN)
}

/** B-4: the claimed time, moved to between the parent's (or the drift's) and that of the posting. */
export function blockTime(claimed: bigint, parentTime: bigint, l1Time: bigint): bigint {
  const earliest = l1Time > MAX_TIME_DRIFT ? l1Time - MAX_TIME_DRIFT : 0n
  return [parentTime, earliest, claimed < l1Time ? claimed : l1Time].reduce((a, b) => (a > b ? a : b))
}

/** B-5: PREVRANDAO, which promises no randomness. */
export function hashPrevRandao(parentHash: Uint8Array): Uint8Array {
  return keccak256Concat(prevRandaoTag, parentHash)
}

/** B-6 */
export function hashBlock({ parentHash, number, time, transactionsHash }: BlockState.Record): Uint8Array {
  return keccak256Concat(blockHashTag, parentHash, Word.fromBigint(number), Word.fromBigint(time), transactionsHash)
}

/** B-7: EIP-1559 without a minimum, capped. */
export function nextBaseFee(baseFee: bigint, gasUsed: bigint, gasLimit: bigint): bigint {
  const target = gasLimit / ELASTICITY
  if (gasUsed === target) return baseFee
  if (gasUsed < target) return baseFee - (baseFee * (target - gasUsed)) / target / DENOMINATOR
  if (target === 0n) return baseFee
  const rise = (baseFee * (gasUsed - target)) / target / DENOMINATOR
  const next = baseFee + (rise === 0n ? 1n : rise)
  return next < MAX_BASE_FEE ? next : MAX_BASE_FEE
}
