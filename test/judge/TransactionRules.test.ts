import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RLP } from '@ethereumjs/rlp'
import { hexToBytes, numberToHex, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Judge from '../../prover/judge/Judge.ts'
import * as Address from '../../prover/machine/Address.ts'
import type { BaseState } from '../../prover/machine/BaseState.ts'
import { decodeTransaction } from '../../prover/machine/boundary/TransactionDecoder.ts'
import type { ChainConfig } from '../../prover/machine/ChainConfig.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { bytesOf, skip } from '../../script/campaign/cases/Fixtures.ts'
import { transactionCases } from '../../script/campaign/cases/TransactionCase.ts'
import { randomBytes, randomFrom } from '../utils/State.ts'

/** Everybody is rich and next in turn, so that only what a transaction is decides whether it is skipped. */
function generousState(nonce: bigint): BaseState {
  const head = SystemAccount.encodeHead({ number: 0n, time: 0n, nextBaseFee: 0n })
  const account = { balance: 2n ** 250n, codeHash: StateDiff.emptyCodeHash, hasStorage: false }
  const isSystem = (key: Uint8Array) => Buffer.compare(key, SystemAccount.accountKey) === 0
  const headKey = SystemAccount.slotKey(SystemAccount.headSlot)
  return {
    account: (key) => ({ ...account, nonce: isSystem(key) ? 1n : nonce }),
    slot: (key, slotKey) => (isSystem(key) && Buffer.compare(slotKey, headKey) === 0 ? head : 0n),
    code: () => new Uint8Array(0),
  }
}

function configOf(chainId: bigint): ChainConfig {
  const feeRecipient = new Uint8Array(20).fill(0xfe)
  const limits = { blockGasLimit: 2n ** 40n, batchGasLimit: 2n ** 40n, precompileGasCap: 2n ** 40n }
  return { chainId, feeRecipient, ...limits, maxTransactionBytes: 65_536 }
}

/** Whether the machine executes a transaction; the judge has to agree about everything. */
async function isExecuted(raw: Uint8Array, chainId: bigint): Promise<boolean> {
  const decoded = decodeTransaction(raw, chainId)
  const nonces = typeof decoded === 'string' ? [0n, 1n] : [decoded.nonce]
  const payload = PayloadCodec.encode([{ time: 0n, transactions: [raw] }])
  let count = 0
  for (const nonce of nonces) {
    const state = generousState(nonce)
    const executed = executeBatch(state, { payload, l1Time: 0n }, configOf(chainId))
    await Judge.check(state, { payload, l1Time: 0n }, configOf(chainId), executed).catch((error) => {
      assert.fail(`${toHex(raw)}: ${error.message}; decoded: ${typeof decoded === 'string' ? decoded : 'yes'}`)
    })
    count += executed.blocks[0]!.transactions.length
  }
  return count > 0
}

describe('What a transaction is', () => {
  test('is the same to the machine, the judge and the official tests', { skip: skip }, async () => {
    const counts = { executed: 0, skipped: 0 }
    for (const { name, raw, expect } of transactionCases()) {
      const bytes = bytesOf(raw)
      if (bytes.length === 0 || bytes[0] === 3) continue
      const executed = await isExecuted(bytes, 1n)
      counts[executed ? 'executed' : 'skipped']++
      if (expect.exception !== undefined) {
        assert.equal(executed, false, `${name}: ${expect.exception}`)
        continue
      }
      const decoded = decodeTransaction(bytes, 1n) // a valid one may still be more than anybody can pay
      assert.ok(typeof decoded !== 'string')
      assert.deepEqual(
        [toHex(decoded.hash), toHex(Address.toBytes(decoded.origin))],
        [expect.hash, expect.sender],
        name,
      )
    }
    assert.ok(counts.executed > 20 && counts.skipped > 80, JSON.stringify(counts))
  })

  test('is the same to the machine and the judge for every way of writing it wrongly', async (context) => {
    const random = randomFrom(Number(process.env.SEED ?? 1))
    const counts = { executed: 0, skipped: 0 }
    for (let round = 0; round < 400; round++) {
      const executed = await isExecuted(await randomlyWrong(random), 901n)
      counts[executed ? 'executed' : 'skipped']++
    }
    context.diagnostic(JSON.stringify(counts))
    assert.ok(counts.executed > 30 && counts.skipped > 30, JSON.stringify(counts))
  })
})

type Item = Uint8Array | Item[]
const signer = privateKeyToAccount(numberToHex(7, { size: 32 }))

/** A signed transaction in which one field, or the way in which one is written, was changed. */
async function randomlyWrong(random: () => number): Promise<Uint8Array> {
  const below = (limit: number) => Math.floor(random() * limit)
  const address = numberToHex(0xabc, { size: 20 })
  const accessList = [
    { address, storageKeys: [numberToHex(1, { size: 32 }), numberToHex(2, { size: 32 })] },
    { address, storageKeys: [] },
  ]
  const authorizationList = await Promise.all(
    [0, 901].map((chainId) => signer.signAuthorization({ chainId, address, nonce: 300 })),
  )
  const base = {
    chainId: 901,
    nonce: 1,
    gas: 100_000n,
    to: random() < 0.8 ? address : undefined,
    value: 5n,
    data: '0x0011',
  }
  const kinds = [
    { type: 'legacy', ...base, gasPrice: 9n },
    { type: 'legacy', ...base, gasPrice: 9n, chainId: undefined },
    { type: 'eip2930', ...base, gasPrice: 9n, accessList },
    { type: 'eip1559', ...base, maxFeePerGas: 9n, maxPriorityFeePerGas: 3n, accessList },
    { type: 'eip7702', ...base, maxFeePerGas: 9n, maxPriorityFeePerGas: 3n, accessList, authorizationList },
  ]
  type Request = Parameters<typeof signer.signTransaction>[0]
  const raw = hexToBytes(await signer.signTransaction(kinds[below(kinds.length)] as Request))
  const start = raw[0]! < 0xc0 ? 1 : 0
  const items = RLP.decode(raw.slice(start)) as Item[]
  const changed = change(items, random)
  const written = writeStrangely(changed, random, below(40))
  return Uint8Array.from([...raw.slice(0, start), ...written])
}

/** Changes one item, sometimes deep inside. */
function change(items: Item[], random: () => number): Item[] {
  const below = (limit: number) => Math.floor(random() * limit)
  if (items.length === 0) return random() < 0.5 ? items : [randomBytes(below(40), random)]
  const at = below(items.length)
  const item = items[at]
  if (Array.isArray(item) && random() < 0.7) return items.with(at, change(item, random))
  const bytes = item instanceof Uint8Array ? item : new Uint8Array(0)
  const changes: (() => Item[])[] = [
    () => items,
    () => items.with(at, Uint8Array.from([0, ...bytes])),
    () => items.with(at, new Uint8Array(0)),
    () => items.with(at, Uint8Array.of(0)),
    () => items.with(at, bytes.slice(1)),
    () => items.with(at, randomBytes(1 + below(34), random)),
    () => items.with(at, new Uint8Array([8, 9, 31, 32, 33, 19, 20, 21][below(8)]!).fill(255)),
    () => items.with(at, Uint8Array.of(1 + below(255))),
    () => items.with(at, []),
    () => items.with(at, [bytes]),
    () => items.toSpliced(at, 1),
    () => items.toSpliced(at, 0, bytes),
    () => [...items, new Uint8Array(0)],
  ]
  return changes[below(changes.length)]!()
}

/** RLP in which the item of number `strange`, counted from the front, is written in a way that is not canonical. */
function writeStrangely(root: Item, random: () => number, strange: number): Uint8Array {
  let count = 0
  const header = (offset: number, length: number, isLong: boolean): number[] => {
    const size = length < 256 ? [length] : [length >> 8, length & 255]
    if (isLong && length < 56) return random() < 0.5 ? [offset + 56, length] : [offset + 57, 0, length]
    if (isLong) return [offset + 56 + size.length, 0, ...size]
    return length < 56 ? [offset + length] : [offset + 55 + size.length, ...size]
  }
  const write = (item: Item): number[] => {
    const isStrange = count++ === strange
    if (Array.isArray(item)) {
      const content = item.flatMap(write)
      return [...header(0xc0, content.length, isStrange), ...content]
    }
    if (item.length === 1 && item[0]! < 0x80) return isStrange ? [0x81, item[0]!] : [item[0]!]
    return [...header(0x80, item.length, isStrange), ...item]
  }
  const written = Uint8Array.from(write(root))
  if (random() < 0.03) return Uint8Array.from([...written, 0])
  return random() < 0.03 ? written.slice(0, -1) : written
}
