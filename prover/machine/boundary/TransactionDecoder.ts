/**
 * The one canonical encoding of transactions of type 0, 1, 2 and 4 (B-8). Whatever differs from it is refused with a reason:
 * such a transaction is skipped. Positions are those in the raw bytes, so that data and lists are read from there.
 */
import { keccak256 } from '../../commitment/Keccak.ts'
import * as Rlp from '../../commitment/Rlp.ts'
import * as Word from '../../commitment/Word.ts'
import * as AccessList from './AccessList.ts'
import * as Authorization from './Authorization.ts'
import * as Recovery from './Recovery.ts'
import { type Item, RlpItems } from './RlpItems.ts'

const MAX_NONCE = (1n << 64n) - 1n

type Type = 0 | 1 | 2 | 4

export interface DecodedTransaction {
  readonly type: Type
  readonly hash: Uint8Array
  readonly origin: bigint
  readonly nonce: bigint
  readonly gasLimit: bigint
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
  /** Undefined for a creation. */
  readonly to: bigint | undefined
  readonly value: bigint
  readonly data: Item
  readonly list: AccessList.Summary
  readonly authorizations: Authorization.Summary
}

/** Transactions of one chain by hash, the oldest first: a node decodes each when it accepts, executes and proves it. */
const known = new Map<string, DecodedTransaction>()
const MAX_KNOWN = 1 << 14
let knownChain = 0n

/** Forgets the transactions and signers that are known, so that whoever measures pays for every one. */
export function forget(): void {
  known.clear()
  Recovery.forget()
}

/** The transaction in `raw`, or why there is none. */
export function decodeTransaction(raw: Uint8Array, chainId: bigint): DecodedTransaction | string {
  if (chainId !== knownChain) {
    known.clear()
    knownChain = chainId
  }
  const hash = keccak256(raw)
  const name = Word.nameOf(hash)
  const before = known.get(name)
  if (before !== undefined) return before
  const decoded = decode(raw, hash, chainId)
  if (typeof decoded === 'string') return decoded
  if (known.size >= MAX_KNOWN) known.delete(known.keys().next().value!)
  known.set(name, decoded)
  return decoded
}

function decode(raw: Uint8Array, hash: Uint8Array, chainId: bigint): DecodedTransaction | string {
  const first = raw[0] ?? 0
  if (first >= 0xc0) return decodeLegacy(raw, hash, chainId)
  if (first === 1 || first === 2 || first === 4) return decodeTyped(raw, hash, chainId, first)
  return `type 0x${first.toString(16)} is not in this ruleset`
}

/** Where the fields stand in the list of each type. */
const layouts = {
  0: { fields: 9, nonce: 0, fee: 1, gas: 2, to: 3, value: 4, data: 5, list: -1, authorizations: -1, signature: 6 },
  1: { fields: 11, nonce: 1, fee: 2, gas: 3, to: 4, value: 5, data: 6, list: 7, authorizations: -1, signature: 8 },
  2: { fields: 12, nonce: 1, fee: 3, gas: 4, to: 5, value: 6, data: 7, list: 8, authorizations: -1, signature: 9 },
  4: { fields: 13, nonce: 1, fee: 3, gas: 4, to: 5, value: 6, data: 7, list: 8, authorizations: 9, signature: 10 },
} as const

function decodeLegacy(raw: Uint8Array, hash: Uint8Array, chainId: bigint): DecodedTransaction | string {
  const items = RlpItems.ofList(raw, 0, layouts[0].fields)
  if (items === undefined) return 'malformed RLP'
  const v = items.integer(6, 32)
  if (v === undefined) return 'malformed signature'
  const isPlain = v === 27n || v === 28n
  if (!isPlain && v !== 35n + 2n * chainId && v !== 36n + 2n * chainId) return `v ${v} is not of chain ${chainId}`
  const unsigned = [items.encodedBefore(layouts[0].signature)]
  if (!isPlain) unsigned.push(Rlp.encodeInteger(chainId), Rlp.encodeInteger(0n), Rlp.encodeInteger(0n))
  const parity = isPlain ? v - 27n : v - 35n - 2n * chainId
  return finish(raw, hash, items, 0, keccak256(Rlp.encodeList(unsigned)), parity)
}

function decodeTyped(raw: Uint8Array, hash: Uint8Array, chainId: bigint, type: 1 | 2 | 4): DecodedTransaction | string {
  const layout = layouts[type]
  const items = RlpItems.ofList(raw, 1, layout.fields)
  if (items === undefined) return 'malformed RLP'
  const chain = items.integer(0, 32)
  if (chain !== chainId) return `chain id ${chain} is not ${chainId}`
  const parity = items.integer(layout.signature, 1)
  if (parity === undefined || parity > 1n) return 'malformed signature'
  const unsigned = Rlp.encodeList([items.encodedBefore(layout.signature)])
  const preimage = new Uint8Array(1 + unsigned.length)
  preimage[0] = type
  preimage.set(unsigned, 1)
  return finish(raw, hash, items, type, keccak256(preimage), parity)
}

/** What all types have in common. */
function finish(
  raw: Uint8Array,
  hash: Uint8Array,
  items: RlpItems,
  type: Type,
  signedHash: Uint8Array,
  parity: bigint,
): DecodedTransaction | string {
  const layout = layouts[type]
  const nonce = items.integer(layout.nonce, 8)
  const gasLimit = items.integer(layout.gas, 32)
  const maxFeePerGas = items.integer(layout.fee, 32)
  const maxPriorityFeePerGas = type >= 2 ? items.integer(2, 32) : maxFeePerGas
  const value = items.integer(layout.value, 32)
  const to = items.text(layout.to)
  const data = items.text(layout.data)
  const list = type === 0 ? AccessList.none : AccessList.summarize(raw, items.at(layout.list))
  const authorizations = type === 4 ? Authorization.summarize(raw, items.at(layout.authorizations)) : Authorization.none
  const r = items.integer(layout.signature + 1, 32)
  const s = items.integer(layout.signature + 2, 32)
  if (nonce === undefined || nonce === MAX_NONCE) return 'nonce out of range'
  if (gasLimit === undefined || maxFeePerGas === undefined || maxPriorityFeePerGas === undefined) {
    return 'malformed gas field'
  }
  if (value === undefined || data === undefined) return 'malformed value or data'
  if (to === undefined || (to.length !== 0 && to.length !== 20)) return 'malformed target'
  if (list === undefined) return 'malformed access list'
  if (authorizations === undefined) return 'malformed or empty authorization list'
  if (type === 4 && to.length === 0) return 'type 4 creates nothing'
  if (r === undefined || s === undefined || !Recovery.isLowSignature(r, s)) return 'signature out of range'
  const origin = Recovery.recover(signedHash, r, s, Number(parity))
  if (origin === undefined) return 'no signer'
  return {
    type,
    hash,
    origin,
    nonce,
    gasLimit,
    maxFeePerGas,
    maxPriorityFeePerGas,
    to: to.length === 0 ? undefined : Word.integerOf(raw, to.offset, to.offset + 20),
    value,
    data,
    list,
    authorizations,
  }
}
