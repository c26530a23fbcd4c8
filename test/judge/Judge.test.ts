import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { concat, hexToBytes, keccak256, numberToHex, stringToHex, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Judge from '../../prover/judge/Judge.ts'
import type * as Executor from '../../prover/machine/Executor.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { genesisWith } from '../utils/Chain.ts'

const alice = privateKeyToAccount(`0x${'11'.repeat(32)}`)
const bob = '0x0000000000000000000000000000000000000b0b'
const caller = '0x00000000000000000000000000000000000ca11e'
const ether = 10n ** 18n
const gwei = 10n ** 9n
const start = 1_700_000_000n

/** Stores 1 + the success of a call with all but 1/64 of the gas to the address in its calldata, in slot 0. */
const callerCode = '0x5f5f5f5f5f5f355af16001015f5500'
const accounts = {
  [alice.address]: { balance: `${10n * ether}` },
  [caller]: { nonce: 1, code: callerCode },
}
const genesis = genesisWith({ accounts })
const codes = new Map(genesis.accounts.map(({ code }) => [toHex(Keccak.keccak256(code)), code]))
const base = StateTrie.build(Genesis.toState(genesis), (hash) => codes.get(toHex(hash))!)

const transaction = {
  chainId: 901,
  to: bob,
  value: ether,
  nonce: 0,
  gas: 21_000n,
  maxFeePerGas: 3n * gwei,
  maxPriorityFeePerGas: gwei,
} as const
type Overrides = Parameters<typeof alice.signTransaction>[0]
const sign = async (overrides: object = {}) =>
  hexToBytes(await alice.signTransaction({ type: 'eip1559', ...transaction, ...overrides } as Overrides))

function judgeBlocks(blocks: PayloadCodec.PostedBlock[], state = base, l1Time = start + 100n, config = genesis.config) {
  return Judge.judge(state, { payload: PayloadCodec.encode(blocks), l1Time }, config)
}
const keyOf = (address: string) => Keccak.keccak256(hexToBytes(address as `0x${string}`))

/** H(TAG, words…) as the specification has it. */
const H = (tag: string, ...words: (`0x${string}` | bigint)[]) =>
  keccak256(
    concat([
      stringToHex(tag, { size: 32 }),
      ...words.map((w) => (typeof w === 'bigint' ? numberToHex(w, { size: 32 }) : w)),
    ]),
  )

describe('Judge', () => {
  test('runs a transfer: balances, fees, block hash and head are as the specification says', async () => {
    const raw = await sign()
    const { diff, blocks, gasUsed } = await judgeBlocks([{ time: start + 50n, transactions: [raw] }])
    const after = base.applyDiff(diff)
    assert.equal(gasUsed, 21_000n)
    assert.equal(after.account(keyOf(bob))!.balance, ether)
    assert.equal(after.account(keyOf(alice.address))!.balance, 9n * ether - 21_000n * 2n * gwei)
    assert.equal(after.account(keyOf(alice.address))!.nonce, 1n)
    assert.equal(after.account(Keccak.keccak256(genesis.config.feeRecipient))!.balance, 21_000n * gwei)

    const parent = H('GenesisBlock', 901n)
    const transactions = H('TransactionChain', 0n, keccak256(raw))
    const blockHash = H('BlockHash', parent, 1n, start + 50n, transactions)
    const stored = after.slot(SystemAccount.accountKey, SystemAccount.slotKey(1n))
    assert.equal(toHex(Word.fromBigint(stored)), blockHash)
    const head = SystemAccount.decodeHead(after.slot(SystemAccount.accountKey, SystemAccount.slotKey(8191n)))
    const target = 15_000_000n
    const nextBaseFee = gwei - (gwei * (target - 21_000n)) / target / 8n
    assert.deepEqual(head, { number: 1n, time: start + 50n, nextBaseFee })
    assert.deepEqual(
      blocks.map(({ number, time, hash, baseFee }) => [number, time, toHex(hash), baseFee]),
      [[1n, start + 50n, blockHash, gwei]],
    )
    assert.equal(diff.length, 4)
  })

  test('B-4: moves a block time that is too late, too early, or before its parent', async () => {
    const times = [0n, start + 1_000_000n, start + 50n]
    const { blocks } = await judgeBlocks(times.map((time) => ({ time, transactions: [] })))
    assert.deepEqual(
      blocks.map(({ time }) => time),
      [start, start + 100n, start + 100n],
    )
    const late = await judgeBlocks([{ time: 0n, transactions: [] }], base, start + 10_000n)
    assert.equal(late.blocks[0]!.time, start + 6_400n)
    const early = await judgeBlocks([{ time: 0n, transactions: [] }], base, 5n)
    assert.equal(early.blocks[0]!.time, start)
  })

  test('gives every payload a meaning, the empty one too', async () => {
    for (const payload of [new Uint8Array(0), new Uint8Array(11), new Uint8Array(12), new Uint8Array(500).fill(255)]) {
      const { diff, gasUsed } = await Judge.judge(base, { payload, l1Time: start }, genesis.config)
      assert.equal(gasUsed, 0n)
      assert.ok(diff.length <= 1)
    }
    const empty = await Judge.judge(base, { payload: new Uint8Array(0), l1Time: start }, genesis.config)
    assert.deepEqual(empty.diff, [])
  })

  test('B-8: skips what is not a valid, affordable transaction, without any effect', async () => {
    const valid = await sign()
    const flipped = valid.slice()
    flipped[flipped.length - 40]! ^= 1
    const skipped: Record<string, Uint8Array> = {
      'wrong chain': await sign({ chainId: 902 }),
      'wrong nonce': await sign({ nonce: 1 }),
      'gas below intrinsic': await sign({ gas: 20_999n }),
      'gas below the calldata floor': await sign({ gas: 25_000n, data: `0x${'11'.repeat(1000)}` }),
      'gas above 2^24': await sign({ gas: 2n ** 24n + 1n }),
      'fee below base fee': await sign({ maxFeePerGas: gwei - 1n, maxPriorityFeePerGas: 0n }),
      'not affordable': await sign({ value: 10n * ether }),
      'value beyond 256 bits with fees': await sign({ value: 2n ** 256n - 1n }),
      'initcode too long': await sign({ to: undefined, gas: 2n ** 24n, data: `0x${'00'.repeat(49_153)}` }),
      'signature of nobody we know': flipped,
      'trailing byte': Uint8Array.from([...valid, 0]),
      'cut short': valid.slice(0, -1),
      'unknown type': Uint8Array.from([5, ...valid.slice(1)]),
      'type 0 envelope': Uint8Array.from([0, ...valid.slice(1)]),
      'not RLP': new Uint8Array(50).fill(0xc1),
    }
    const reference = await judgeBlocks([{ time: start, transactions: [] }])
    for (const [reason, raw] of Object.entries(skipped)) {
      const { blocks, diff } = await judgeBlocks([{ time: start, transactions: [raw] }])
      assert.deepEqual(blocks[0]!.transactions, [], reason)
      assert.deepEqual(diff, reference.diff, reason)
      const { blocks: both } = await judgeBlocks([{ time: start, transactions: [raw, valid] }])
      assert.equal(both[0]!.transactions.length, 1, `${reason}, then a valid one`)
    }
  })

  test('B-10: skips what does not fit the rest of the block, or of the batch', async () => {
    const [first, second] = [await sign(), await sign({ nonce: 1 })]
    const counts = async (limits: object) => {
      const config = { ...genesis.config, ...limits }
      const posted = [
        { time: start, transactions: [first, second] },
        { time: start, transactions: [second] },
      ]
      const { blocks } = await judgeBlocks(posted, base, start, config)
      return blocks.map(({ transactions }) => transactions.length)
    }
    assert.deepEqual(await counts({}), [2, 0])
    assert.deepEqual(await counts({ blockGasLimit: 41_999n }), [1, 1])
    assert.deepEqual(await counts({ blockGasLimit: 42_000n, batchGasLimit: 42_000n }), [2, 0])
    assert.deepEqual(await counts({ blockGasLimit: 41_999n, batchGasLimit: 41_999n }), [1, 0])
  })

  test('runs every precompile, and fails one whose price is above the cap', async () => {
    const successOf = async (precompile: bigint, precompileGasCap: bigint) => {
      const data = numberToHex(precompile, { size: 32 })
      const raw = await sign({ to: caller, value: 0n, gas: 3_000_000n, data })
      const config = { ...genesis.config, precompileGasCap }
      const { diff, blocks } = await judgeBlocks([{ time: start, transactions: [raw] }], base, start, config)
      assert.equal(blocks[0]!.transactions[0]!.succeeded, true)
      return base.applyDiff(diff).slot(keyOf(caller), SystemAccount.slotKey(0n)) === 2n
    }
    // The input is empty, which these take. The cap is not for those that no precompile of L1 computes.
    const prices = { 2: 0n, 4: 0n, 5: 500n, 6: 150n, 7: 6_000n, 8: 45_000n, 18: 0n, 255: 0n, 256: 6_900n }
    for (const [precompile, price] of Object.entries(prices)) {
      assert.equal(await successOf(BigInt(precompile), price), true, precompile)
      if (price > 0n) assert.equal(await successOf(BigInt(precompile), price - 1n), false, precompile)
    }
    for (const precompile of [9n, 0x0an, 0x11n]) assert.equal(await successOf(precompile, 1n << 63n), false)
  })

  test('names the first difference to what the machine made of a batch', async () => {
    const raws = [
      await sign(),
      await sign({ to: caller, nonce: 1, gas: 3_000_000n, data: numberToHex(2n, { size: 32 }) }),
    ]
    const payload = PayloadCodec.encode([{ time: start, transactions: raws }])
    const input = { payload, l1Time: start }
    const executed = executeBatch(base, input, genesis.config)
    await Judge.check(base, input, genesis.config, executed)

    const [block] = executed.blocks
    const withBlock = (changes: object) => ({ ...executed, blocks: [{ ...block!, ...changes }] })
    const withTransaction = (changes: object) =>
      withBlock({ transactions: [{ ...block!.transactions[0]!, ...changes }, ...block!.transactions.slice(1)] })
    const storage = executed.diff.findIndex(({ slots }) => slots.length > 0)
    const withSlots = (slots: object[]) =>
      executed.diff.map((change, index) => (index === storage ? ({ ...change, slots } as typeof change) : change))
    const { slots } = executed.diff[storage]!
    const wrong: [Executor.ExecutedBatch, RegExp][] = [
      [{ ...executed, blocks: [] }, /blocks: 0 in our machine, 1 in the judge/],
      [withBlock({ transactions: [] }), /executed transactions: 0/],
      [withBlock({ transactions: block!.transactions.toReversed() }), /transaction 0/],
      [withTransaction({ status: false }), /success: false in our machine, true in the judge/],
      [withTransaction({ gasUsed: 21_001n }), /gas: 21001 in our machine, 21000 in the judge/],
      [withBlock({ time: start + 1n }), /time/],
      [withBlock({ hash: new Uint8Array(32) }), /hash/],
      [{ ...executed, gasUsed: 1n }, /gas: 1 in our machine/],
      [{ ...executed, diff: executed.diff.slice(1) }, /only the judge has account/],
      [{ ...executed, diff: withSlots(slots.slice(1)) }, /only the judge has account .* slot/],
      [
        { ...executed, diff: withSlots(slots.map((slot) => ({ ...slot, value: new Uint8Array(32) }))) },
        /only our machine has/,
      ],
    ]
    for (const [result, message] of wrong) {
      await assert.rejects(Judge.check(base, input, genesis.config, result), { name: 'JudgeError', message })
    }
  })
})
