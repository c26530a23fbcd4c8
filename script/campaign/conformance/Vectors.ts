/** The official RLP, transaction and trie vectors, on the code that reads each in the machine and in the prover. */
import * as MerklePatricia from '../../../prover/commitment/MerklePatricia.ts'
import * as Rlp from '../../../prover/commitment/Rlp.ts'
import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import * as Address from '../../../prover/machine/Address.ts'
import { RawTransaction } from '../../../prover/machine/boundary/RawTransaction.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import { RunWorld } from '../../../prover/machine/RunWorld.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import * as Witness from '../../../prover/machine/Witness.ts'
import { emptyRoot, Trie } from '../../../prover/state/Trie.ts'
import { MemoryNodes } from '../../../test/utils/State.ts'
import { bytesOf } from '../cases/Fixtures.ts'
import { decode, encode, faultOf, type RlpValue, type RlpVector, rlpVectors } from '../cases/RlpVectors.ts'
import { type TransactionCase, transactionCases } from '../cases/TransactionCase.ts'
import { type TrieVector, trieVectors } from '../cases/TrieVectors.ts'
import type { Outcome } from './CaseRun.ts'
import * as Rejection from './Rejection.ts'

export interface VectorOutcome {
  readonly folder: string
  readonly id: string
  readonly outcome: Outcome
}

/** Checks all vectors of a folder of fixtures. */
export function checkAll(from?: string): VectorOutcome[] {
  return [
    ...rlpVectors(from).map((vector) => outcomeOf('RLPTests', vector, checkRlp)),
    ...transactionCases(from).map((test) => outcomeOf('TransactionTests', test, checkTransaction)),
    ...trieVectors(from).map((vector) => outcomeOf('TrieTests', vector, checkTrie)),
  ]
}

/** Why a vector says nothing about this code. */
class NotApplicable extends Error {}

/** A check gives the difference from what the vector expects, if there is one. */
function outcomeOf<T extends { name: string }>(
  folder: string,
  vector: T,
  check: (vector: T) => string | undefined,
): VectorOutcome {
  const id = `${folder}/${vector.name}`
  try {
    const detail = check(vector)
    return { folder, id, outcome: { status: detail === undefined ? 'passed' : 'failed', detail, steps: 0 } }
  } catch (error) {
    const status = error instanceof NotApplicable ? 'skipped' : 'failed'
    return { folder, id, outcome: { status, detail: (error as Error).message, steps: 0 } }
  }
}

function checkRlp({ encoded, input, fault }: RlpVector): string | undefined {
  const value = decode(encoded)
  if (input === 'INVALID') {
    if (value !== undefined) return 'expected malformed RLP, it was read'
    const found = faultOf(encoded)
    return found === fault ? undefined : `expected a fault of "${fault}", got "${found}"`
  }
  if (value === undefined) return 'expected RLP, it was refused'
  if (!isSame(encode(value), encoded)) return 'it is not encoded as it was'
  return input === 'VALID' || isSame(encode(rlpOf(input)), encoded) ? undefined : 'expected another value'
}

/** A value as the vectors write it: texts, numbers, large numbers after '#', and lists. */
function rlpOf(input: unknown): RlpValue {
  if (Array.isArray(input)) return input.map(rlpOf)
  if (typeof input === 'number' || (typeof input === 'string' && input.startsWith('#'))) {
    return decode(Rlp.encodeInteger(BigInt(String(input).replace('#', ''))))!
  }
  return Uint8Array.from(Buffer.from(String(input), 'latin1'))
}

/** Decodes on chain 1 in a block that costs nothing, for a sender who has everything that fits 256 bits. */
function checkTransaction({ raw, expect }: TransactionCase): string | undefined {
  const m = machineOf(bytesOf(raw))
  Interpreter.step(m)
  const { origin, hash, gasLimit, executionGas, floorGas } = m.transaction
  if (expect.exception !== undefined) {
    if (m.skipped.length === 0) Interpreter.step(m)
    return Rejection.differenceOf(expect.exception, m)
  }
  if (m.skipped[0] !== undefined) return `expected a transaction, got a refusal: ${m.skipped[0].reason}`
  const found = { hash, sender: Address.toBytes(origin), intrinsicGas: gasLimit - executionGas, floorGas }
  if (hex(found.hash) !== expect.hash) return `expected hash ${expect.hash}, got ${hex(found.hash)}`
  if (hex(found.sender) !== expect.sender) return `expected sender ${expect.sender}, got ${hex(found.sender)}`
  if (found.intrinsicGas !== Number(expect.intrinsicGas)) {
    return `expected intrinsic gas ${Number(expect.intrinsicGas)}, got ${found.intrinsicGas}`
  }
  if (floorGas !== Number(expect.floorGas)) return `expected floor gas ${Number(expect.floorGas)}, got ${floorGas}`
  return undefined
}

function machineOf(raw: Uint8Array): Machine.Machine {
  const richest = { balance: 2n ** 256n - 1n, codeHash: StateDiff.emptyCodeHash, hasStorage: false }
  const world = new RunWorld({
    account: () => ({ ...richest, nonce: m.transaction.nonce }),
    slot: () => 0n,
    code: () => new Uint8Array(0),
  })
  const payload = { bytes: new Uint8Array(0), proveChunk: () => new Uint8Array(0) }
  const limits = { blockGasLimit: 2n ** 40n, batchGasLimit: 2n ** 40n, precompileGasCap: 2n ** 40n }
  const config = { chainId: 1n, feeRecipient: new Uint8Array(20), maxTransactionBytes: 1 << 22, ...limits }
  const m: Machine.Machine = Machine.create(world, payload, Word.zero, 0n, config)
  m.transaction.raw = new RawTransaction(raw)
  m.transaction.length = raw.length
  Machine.setOperation(m, StepKinds.TX_DECODE)
  return m
}

/** The root by the trie of the state, and by proofs alone as a step has them. */
function checkTrie({ changes, root }: TrieVector): string | undefined {
  if (changes === undefined) throw new NotApplicable('neighbours of a key, which no trie here has to find')
  if (changes.some(({ key }) => key.length !== 32)) throw new NotApplicable('keys of a state are 32 bytes long (S-51)')
  let trie = Trie.at(emptyRoot, codec, new MemoryNodes())
  let proved = MerklePatricia.emptyRoot
  for (const { key, value } of changes) {
    const witness = Buffer.concat([MerklePatricia.prove(trie, key), MerklePatricia.proveRemoval(trie, key)])
    const reader = new Witness.Reader(witness)
    const opening = MerklePatricia.open(reader, proved, key)
    proved = value === null ? MerklePatricia.rootWithout(opening, reader) : MerklePatricia.rootWith(opening, value)
    trie = value === null ? trie.remove(key) : trie.put(key, value)
  }
  if (hex(trie.root()) !== root) return `expected root ${root}, got ${hex(trie.root())}`
  return hex(proved) === root ? undefined : `expected root ${root}, got ${hex(proved)} from proofs`
}

const codec = { encode: (value: Uint8Array) => value, decode: (bytes: Uint8Array) => bytes }

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
