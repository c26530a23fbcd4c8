import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { hexToBytes, numberToHex, toHex } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import { Mempool, MempoolError } from '../../prover/node/Mempool.ts'
import { Store } from '../../prover/state/Store.ts'
import { appendBatch } from '../utils/Append.ts'
import { genesisWith } from '../utils/Chain.ts'

const gwei = 10n ** 9n
const start = 1_700_000_000n
const signers = [1, 2, 3].map((key) => privateKeyToAccount(numberToHex(key, { size: 32 })))
const scratch = mkdtempSync(join(tmpdir(), 'mempool-'))
after(() => rmSync(scratch, { recursive: true }))
let directories = 0

async function open(changes: object = {}): Promise<{ store: Store; pool: Mempool }> {
  const accounts = Object.fromEntries(signers.map(({ address }) => [address, { balance: `${10n ** 18n}` }]))
  const store = await Store.open(join(scratch, `${directories++}`), genesisWith({ accounts, ...changes }))
  return { store, pool: new Mempool(store) }
}

async function sign(signer: number, nonce: number, overrides: object = {}): Promise<Uint8Array> {
  const fees = { maxFeePerGas: 3n * gwei, maxPriorityFeePerGas: gwei }
  const request = { type: 'eip1559', chainId: 901, nonce, gas: 21_000n, to: signers[0]!.address, value: 1n, ...fees }
  type Request = Parameters<(typeof signers)[0]['signTransaction']>[0]
  return hexToBytes(await signers[signer]!.signTransaction({ ...request, ...overrides } as Request))
}

const hexes = (blocks: Uint8Array[][]) => blocks.map((block) => block.map((raw) => toHex(raw)))
const seal = (blocks: Uint8Array[][]) =>
  PayloadCodec.encode(blocks.map((transactions) => ({ time: start + 1n, transactions })))

describe('Mempool', () => {
  test('gives transactions in the order of arrival and of nonces, whole gaps left out', async () => {
    const { store, pool } = await open()
    const [a1, a0, b0, c1] = [await sign(0, 1), await sign(0, 0), await sign(1, 0), await sign(2, 1)]
    for (const raw of [a1, b0, c1, a0]) pool.add(raw)
    assert.deepEqual(hexes(pool.nextBlocks()), [[b0, a0, a1].map((raw) => toHex(raw))])
    assert.equal(pool.nextNonce(hexToBytes(signers[0]!.address)), 2n)
    assert.equal(pool.nextNonce(hexToBytes(signers[2]!.address)), 0n)

    const { blocks } = await appendBatch(store, seal(pool.nextBlocks()), start + 5n)
    assert.equal(blocks[0]!.transactions.length, 3)
    pool.dropStale()
    assert.equal(pool.size, 1)
    assert.deepEqual(pool.nextBlocks(), [])
    const c0 = await sign(2, 0)
    pool.add(c0)
    assert.deepEqual(hexes(pool.nextBlocks()), [[toHex(c0), toHex(c1)]])
    await store.close()
  })

  test('N-12: keeps to the gas of a block, of a batch, and to the bytes of a payload', async () => {
    const { store, pool } = await open({ blockGasLimit: 50_000, batchGasLimit: 130_000 })
    for (let nonce = 0; nonce < 8; nonce++) pool.add(await sign(0, nonce))
    assert.deepEqual(
      pool.nextBlocks().map(({ length }) => length),
      [2, 2, 2],
    )
    for (let limit = 0; limit < 800; limit += 13) {
      assert.ok(seal(pool.nextBlocks(limit)).length <= limit)
    }
    const all = seal(pool.nextBlocks())
    assert.equal(seal(pool.nextBlocks(all.length)).length, all.length)
    assert.ok(seal(pool.nextBlocks(all.length - 1)).length < all.length)
    const { blocks } = await appendBatch(store, all, start + 5n)
    assert.deepEqual(
      blocks.map(({ transactions, skipped }) => [transactions.length, skipped.length]),
      [
        [2, 0],
        [2, 0],
        [2, 0],
      ],
    )
    await store.close()
  })

  test('N-11: refuses what would be skipped, with the reason', async () => {
    const { store, pool } = await open()
    await appendBatch(store, seal([[await sign(1, 0)]]), start + 5n)
    const first = await sign(0, 0)
    pool.add(first)
    const refused: [Uint8Array, RegExp][] = [
      [first, /already known/],
      [await sign(1, 0), /nonce too low: 0, the sender's next one is 1/],
      [await sign(0, 1, { chainId: 902 }), /chain/],
      [await sign(0, 1, { gas: 20_999n }), /intrinsic/],
      [await sign(0, 1, { gas: 30_000_001n }), /gas limit/],
      [await sign(0, 1, { value: 10n ** 18n }), /balance/],
      [await sign(0, 5, { value: 10n ** 18n }), /balance/],
      [await sign(0, 1, { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n }), /base fee/],
      [await sign(0, 1, { data: `0x${'00'.repeat(65_537)}`, gas: 10_000_000n }), /bytes/],
      [new Uint8Array(0), /type/],
      [Uint8Array.of(3, 4, 5), /type 0x3 is not in this ruleset/],
    ]
    for (const [raw, message] of refused) assert.throws(() => pool.add(raw), { name: 'MempoolError', message })
    assert.equal(pool.size, 1)
    await store.close()
  })

  test('replaces a transaction by one that pays a tenth more', async () => {
    const { store, pool } = await open()
    const cheap = await sign(0, 0)
    const hash = pool.add(cheap)
    pool.add(await sign(1, 0))
    const almost = await sign(0, 0, { maxFeePerGas: 3_299_999_999n, maxPriorityFeePerGas: 2n * gwei })
    assert.throws(() => pool.add(almost), MempoolError)
    const dear = await sign(0, 0, { maxFeePerGas: 3_300_000_000n, maxPriorityFeePerGas: 1_100_000_000n })
    const newHash = pool.add(dear)
    assert.equal(pool.get(hash), undefined)
    assert.deepEqual(pool.get(newHash), dear)
    assert.equal(pool.size, 2)
    assert.equal(toHex(pool.nextBlocks()[0]![0]!), toHex(dear))
    await store.close()
  })

  test('drops what another batch made invalid, and holds back what the base fee has outgrown', async () => {
    const { store, pool } = await open({ blockGasLimit: 42_000 })
    pool.add(await sign(0, 0, { value: 9n * 10n ** 17n }))
    pool.add(await sign(1, 0, { maxFeePerGas: gwei, maxPriorityFeePerGas: 0n }))
    const others = [await sign(0, 0, { value: 2n * 10n ** 17n, to: signers[2]!.address }), await sign(2, 0)]
    await appendBatch(store, seal([others]), start + 5n) // a full block: the base fee rises
    pool.dropStale()
    assert.equal(pool.size, 1, 'its nonce was used')
    assert.deepEqual(pool.nextBlocks(), [])
    await appendBatch(store, seal([[], []]), start + 6n) // empty ones: it falls again
    pool.dropStale()
    assert.equal(pool.nextBlocks()[0]?.length, 1)
    const broke = { value: 10n ** 18n - 21_000n * 3n * gwei, to: signers[0]!.address }
    await appendBatch(store, seal([[await sign(1, 0, { value: 1n })]]), start + 7n)
    pool.add(await sign(1, 1, { ...broke, value: 9n * 10n ** 17n }))
    await store.undoTo(2)
    await appendBatch(store, seal([[await sign(1, 0, { value: 5n * 10n ** 17n })]]), start + 7n)
    pool.dropStale()
    assert.equal(pool.size, 0, 'not affordable any more')
    await store.close()
  })

  test('drops what an authorisation made stale, and goes on with what follows it (EIP-7702)', async () => {
    const { store, pool } = await open()
    const [stale, next] = [await sign(1, 0), await sign(1, 1)]
    for (const raw of [stale, next]) pool.add(raw)
    const delegate = { chainId: 901, address: signers[2]!.address }
    const authorizationList = [
      await signers[1]!.signAuthorization({ ...delegate, nonce: 0 }),
      await signers[0]!.signAuthorization({ ...delegate, nonce: 1 }),
    ]
    const sponsored = await sign(0, 0, { type: 'eip7702', gas: 100_000n, authorizationList })
    const after = await sign(0, 2)
    for (const raw of [sponsored, await sign(0, 1), after]) pool.add(raw)
    await appendBatch(store, seal([[sponsored]]), start + 5n)
    pool.dropStale()
    assert.equal(pool.size, 2, 'those of both authorities with the nonce that the authorisation took')
    assert.deepEqual(hexes(pool.nextBlocks()), [[toHex(next), toHex(after)]])
    const { blocks } = await appendBatch(store, seal(pool.nextBlocks()), start + 6n)
    assert.equal(blocks[0]!.transactions.length, 2)
    pool.dropStale()
    assert.equal(pool.size, 0)
    await store.close()
  })

  test('drops what is skipped because of an authorisation in the same batch', async () => {
    const { store, pool } = await open()
    const authorization = { chainId: 901, address: signers[2]!.address, nonce: 0 }
    const authorizationList = [await signers[1]!.signAuthorization(authorization)]
    pool.add(await sign(0, 0, { type: 'eip7702', gas: 100_000n, authorizationList }))
    pool.add(await sign(1, 0))
    const { blocks } = await appendBatch(store, seal(pool.nextBlocks()), start + 5n)
    assert.deepEqual([blocks[0]!.transactions.length, blocks[0]!.skipped.length], [1, 1])
    pool.dropStale()
    assert.equal(pool.size, 0)
    await store.close()
  })
})
