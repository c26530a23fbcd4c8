/**
 * Transactions as a fuzzer wants them: every field says what it says, whether or not that is valid. (Libraries refuse to
 * sign much of what a batch may hold.)
 */
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Rlp from '../../../prover/commitment/Rlp.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import * as Address from '../../../prover/machine/Address.ts'
import { type Signature, Signer } from '../../../prover/workload/Signer.ts'

export interface AccessListEntry {
  readonly address: bigint
  readonly keys: readonly bigint[]
}

export interface Authorization {
  readonly signer: number
  readonly chainId: bigint
  readonly address: bigint
  readonly nonce: bigint
}

/** What is signed; the signer is one of `signers`. */
export interface TransactionForm {
  readonly signer: number
  readonly type: 0 | 1 | 2 | 4
  /** Of a legacy transaction: 0 for one that says no chain. */
  readonly chainId: bigint
  readonly nonce: bigint
  readonly gas: bigint
  readonly maxFee: bigint
  /** Counts for types 2 and 4 only. */
  readonly priorityFee: bigint
  /** Undefined for a creation. */
  readonly to?: bigint | undefined
  readonly value: bigint
  readonly data: Uint8Array
  readonly accessList: readonly AccessListEntry[]
  readonly authorizations: readonly Authorization[]
}

const signers = Array.from({ length: 8 }, (_, index) => new Signer(keccak256(Buffer.from(`fuzz ${index}`))))

export const signerCount = signers.length
/** Who signs, by number. */
export const addresses: readonly bigint[] = signers.map(({ address }) => BigInt(address))

/** The raw transaction; `alter` may spoil its signature. */
export function encode(form: TransactionForm, alter: (signature: Signature) => Signature = (same) => same): Uint8Array {
  const fields = fieldsOf(form)
  const isLegacy = form.type === 0
  const unsigned =
    isLegacy && form.chainId > 0n ? [...fields, ...[form.chainId, 0n, 0n].map(Rlp.encodeInteger)] : fields
  const { r, s, yParity } = alter(signers[form.signer]!.sign(keccak256(wrap(form.type, unsigned))))
  const v = !isLegacy ? BigInt(yParity) : BigInt(yParity) + (form.chainId > 0n ? 35n + 2n * form.chainId : 27n)
  return wrap(form.type, [...fields, ...[v, r, s].map(Rlp.encodeInteger)])
}

function fieldsOf(form: TransactionForm): Uint8Array[] {
  const { type, chainId, nonce, priorityFee, maxFee, gas, to, value, data } = form
  const head =
    type === 0 ? [nonce, maxFee] : type === 1 ? [chainId, nonce, maxFee] : [chainId, nonce, priorityFee, maxFee]
  const fields = [...head, gas].map(Rlp.encodeInteger)
  fields.push(Rlp.encodeString(to === undefined ? new Uint8Array(0) : Address.toBytes(to)))
  fields.push(Rlp.encodeInteger(value), Rlp.encodeString(data))
  if (type !== 0) fields.push(Rlp.encodeList(form.accessList.map(encodeEntry)))
  if (type === 4) fields.push(Rlp.encodeList(form.authorizations.map(encodeAuthorization)))
  return fields
}

function encodeEntry({ address, keys }: AccessListEntry): Uint8Array {
  const words = keys.map((key) => Rlp.encodeString(Word.fromBigint(key)))
  return Rlp.encodeList([Rlp.encodeString(Address.toBytes(address)), Rlp.encodeList(words)])
}

function encodeAuthorization({ signer, chainId, address, nonce }: Authorization): Uint8Array {
  const fields = [Rlp.encodeInteger(chainId), Rlp.encodeString(Address.toBytes(address)), Rlp.encodeInteger(nonce)]
  const { r, s, yParity } = signers[signer]!.sign(keccak256(Buffer.concat([Uint8Array.of(5), Rlp.encodeList(fields)])))
  return Rlp.encodeList([...fields, ...[BigInt(yParity), r, s].map(Rlp.encodeInteger)])
}

function wrap(type: number, fields: readonly Uint8Array[]): Uint8Array {
  const list = Rlp.encodeList(fields)
  return type === 0 ? list : Buffer.concat([Uint8Array.of(type), list])
}
