import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { verifyMerkleProof } from '@ethereumjs/mpt'
import {
  type Abi,
  createPublicClient,
  createWalletClient,
  defineChain,
  fromRlp,
  type Hex,
  hexToBytes,
  http,
  keccak256,
  numberToHex,
  parseEther,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import { Mempool } from '../../prover/node/Mempool.ts'
import { type RpcServer, serveRpc } from '../../prover/node/rpc/Server.ts'
import { RecoveryWorker } from '../../prover/node/threads/RecoveryWorker.ts'
import { Store } from '../../prover/state/Store.ts'
import { appendBatch } from '../utils/Append.ts'
import { genesisWith } from '../utils/Chain.ts'

const keys = [1, 2].map((key) => numberToHex(key, { size: 32 }))
const [alice, bob] = keys.map((key) => privateKeyToAccount(key)) as [
  ReturnType<typeof privateKeyToAccount>,
  ReturnType<typeof privateKeyToAccount>,
]
const weth: { abi: Abi; bytecode: string } = JSON.parse(
  readFileSync('node_modules/@uniswap/v2-periphery/build/WETH9.json', 'utf8'),
)
const bytecode = `0x${weth.bytecode.replace(/^0x/, '')}` as Hex
const scratch = mkdtempSync(join(tmpdir(), 'rpc-'))
/** Returns the gas that it has. */
const gauge = numberToHex(0x6a06e, { size: 20 })
const genesis = genesisWith({
  accounts: {
    ...Object.fromEntries([alice, bob].map(({ address }) => [address, { balance: `${parseEther('100')}` }])),
    [gauge]: { nonce: 1, code: '0x5a5f5260205ff3' },
  },
})

let store: Store
let server: RpcServer
let recovery: RecoveryWorker
let sealer: Promise<void>
let isOpen = true
let l1Time = genesis.time

/** Seals what waits into batches, as a sequencer would. */
async function seal(mempool: Mempool): Promise<void> {
  while (isOpen) {
    const blocks = mempool.nextBlocks()
    if (blocks.length > 0) {
      l1Time += 2n
      const payload = PayloadCodec.encode(blocks.map((transactions) => ({ time: l1Time, transactions })))
      await appendBatch(store, payload, l1Time)
      mempool.dropStale()
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

before(async () => {
  store = await Store.open(join(scratch, 'store'), genesis)
  const mempool = new Mempool(store)
  recovery = new RecoveryWorker(assert.fail)
  server = await serveRpc(store, mempool, 0, { recovery })
  sealer = seal(mempool)
})

after(async () => {
  isOpen = false
  await sealer
  await server.close()
  await recovery.close()
  await store.close()
  rmSync(scratch, { recursive: true })
})

function clients() {
  const chain = defineChain({
    id: 901,
    name: 'test',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [server.url] } },
  })
  const options = { chain, transport: http(), pollingInterval: 30 }
  return {
    reader: createPublicClient(options),
    wallet: createWalletClient({ ...options, account: alice }),
  }
}

async function post(body: unknown): Promise<{ status: number; json: unknown }> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(server.url, { method: 'POST', body: text })
  const answered = await response.text()
  return { status: response.status, json: answered === '' ? undefined : JSON.parse(answered) }
}
const ask = async (method: string, ...params: unknown[]) =>
  (await post({ jsonrpc: '2.0', id: 7, method, params })).json as {
    result?: unknown
    error?: { code: number; message: string; data?: Hex }
  }

describe('JSON-RPC', () => {
  let token: Hex

  test('serves viem: a transfer, a deployment, calls, events and receipts', async () => {
    const { reader, wallet } = clients()
    assert.equal(await reader.getChainId(), 901)
    const hash = await wallet.sendTransaction({ to: bob.address, value: parseEther('1') })
    const receipt = await reader.waitForTransactionReceipt({ hash })
    assert.deepEqual([receipt.status, receipt.gasUsed, receipt.type], ['success', 21_000n, 'eip1559'])
    assert.equal(await reader.getBalance({ address: bob.address }), parseEther('101'))
    assert.equal(await reader.getTransactionCount({ address: alice.address }), 1)
    const transaction = await reader.getTransaction({ hash })
    assert.deepEqual([transaction.from, transaction.value], [alice.address.toLowerCase(), parseEther('1')])
    const block = await reader.getBlock({ blockHash: receipt.blockHash, includeTransactions: true })
    assert.equal(block.transactions[0]!.hash, hash)
    assert.equal(block.parentHash, (await reader.getBlock({ blockTag: 'earliest' })).hash)

    const deployed = await reader.waitForTransactionReceipt({
      hash: await wallet.deployContract({ abi: weth.abi, bytecode }),
    })
    token = deployed.contractAddress as Hex
    assert.ok((await reader.getCode({ address: token }))!.length > 100)
    const contract = { address: token, abi: weth.abi } as const
    const deposit = await wallet.writeContract({ ...contract, functionName: 'deposit', value: 5n })
    const deposited = await reader.waitForTransactionReceipt({ hash: deposit })
    assert.equal(deposited.logs[0]!.address, token)
    assert.equal(await reader.readContract({ ...contract, functionName: 'balanceOf', args: [alice.address] }), 5n)
    const events = await reader.getContractEvents({ ...contract, eventName: 'Deposit', fromBlock: 0n })
    assert.deepEqual(
      events.map(({ args, transactionHash }) => [args, transactionHash]),
      [[{ dst: alice.address, wad: 5n }, deposit]],
    )
    assert.deepEqual(await reader.getContractEvents({ ...contract, eventName: 'Withdrawal', fromBlock: 0n }), [])
    await assert.rejects(
      reader.simulateContract({ ...contract, functionName: 'withdraw', args: [6n], account: alice }),
      { name: 'ContractFunctionExecutionError' },
    )
  })

  test('gives a call no more gas than a transaction can have', async () => {
    for (const gas of [undefined, '0x1ffffff', '0xffffffffffffffff']) {
      const { result } = await ask('eth_call', { to: gauge, gas })
      assert.equal(BigInt(result as Hex), 2n ** 24n - 2n)
    }
  })

  test('estimates gas that is enough, and hardly more', async () => {
    const { reader, wallet } = clients()
    const request = { address: token, abi: weth.abi, functionName: 'deposit', value: 1n, account: bob } as const
    const gas = await reader.estimateContractGas(request)
    const hash = await wallet.writeContract({ ...request, gas, chain: wallet.chain })
    const { status, gasUsed } = await reader.waitForTransactionReceipt({ hash })
    assert.equal(status, 'success')
    assert.ok(gas - gasUsed < gas / 20n, `${gas} estimated, ${gasUsed} used`)
    assert.equal(await reader.estimateGas({ account: alice, to: bob.address, value: 1n }), 21_000n)
    const data = `0x${'11'.repeat(1000)}` as const
    assert.equal(await reader.estimateGas({ account: alice, to: bob.address, data }), 21_000n + 40_000n, 'the floor')
    await assert.rejects(reader.estimateGas({ account: alice, to: token, data: '0x2e1a7d4d' }))
  })

  test('takes authorisations: estimates with them, executes them, and shows them', async () => {
    const { reader, wallet } = clients()
    const carol = privateKeyToAccount(numberToHex(3, { size: 32 }))
    const authorization = await carol.signAuthorization({ chainId: 901, address: token, nonce: 0 })
    const odd = { ...authorization, chainId: 0, nonce: 2n ** 64n - 1n, yParity: 200 } as unknown as typeof authorization
    const authorizationList = [authorization, odd]
    const request = { to: carol.address, data: '0xd0e30db0', value: 2n, authorizationList } as const
    const gas = await reader.estimateGas({ ...request, account: alice })
    assert.ok(gas > 21_000n + 50_000n + 20_000n, `${gas}: the deposit runs as carol's code`)
    const hash = await wallet.sendTransaction({ ...request, gas })
    const { status, type } = await reader.waitForTransactionReceipt({ hash })
    assert.deepEqual([status, type], ['success', 'eip7702'])
    assert.equal(await reader.getCode({ address: carol.address }), `0xef0100${token.slice(2)}`)
    const shown = (await ask('eth_getTransactionByHash', hash)).result as {
      authorizationList: Record<string, string>[]
    }
    assert.deepEqual(
      shown.authorizationList.map(({ chainId, address, nonce, yParity }) => [chainId, address, nonce, yParity]),
      [
        ['0x385', token.toLowerCase(), '0x0', numberToHex(authorization.yParity!)],
        ['0x0', token.toLowerCase(), '0xffffffffffffffff', '0xc8'],
      ],
    )
    assert.equal((await reader.getTransaction({ hash })).authorizationList!.length, 2)
    assert.ok((await reader.getBlock({ includeTransactions: true })).transactions.some((of) => of.hash === hash))
    assert.equal(
      BigInt(
        (await ask('eth_call', { to: carol.address, data: `0x70a08231${'0'.repeat(24)}${alice.address.slice(2)}` }))
          .result as Hex,
      ),
      2n,
    )
  })

  test('proves accounts and storage against the state root', async () => {
    const { reader } = clients()
    const proof = await reader.getProof({ address: token, storageKeys: [numberToHex(0, { size: 32 })] })
    const account = await verifyMerkleProof(
      hexToBytes(keccak256(token)),
      proof.accountProof.map((node) => hexToBytes(node)),
    )
    const [nonce, , storageRoot, codeHash] = fromRlp(account!, 'hex') as [Hex, Hex, Hex, Hex]
    assert.deepEqual([Number(nonce), storageRoot, codeHash], [proof.nonce, proof.storageHash, proof.codeHash])
    assert.equal(
      keccak256(proof.accountProof[0]!),
      `0x${Buffer.from(store.stateAt(store.newest.number).stateRoot).toString('hex')}`,
    )
    const [slot] = proof.storageProof
    const slotKey = hexToBytes(keccak256(numberToHex(0, { size: 32 })))
    const value = await verifyMerkleProof(
      slotKey,
      slot!.proof.map((node) => hexToBytes(node)),
    )
    assert.equal(BigInt(fromRlp(value!, 'hex') as Hex), slot!.value)
  })

  test('N-14: gives states at the ends of older batches, and says so of other blocks', async () => {
    const { reader } = clients()
    assert.equal(await reader.getBalance({ address: bob.address, blockNumber: 0n }), parseEther('100'))
    assert.equal(await reader.getBalance({ address: bob.address, blockNumber: 1n }), parseEther('101'))
    assert.equal(await reader.getCode({ address: token, blockNumber: 1n }), undefined)
    const payload = PayloadCodec.encode([1n, 2n].map((time) => ({ time: l1Time + time, transactions: [] })))
    await appendBatch(store, payload, l1Time + 5n)
    await appendBatch(store, new Uint8Array(0), l1Time + 5n)
    const newest = await reader.getBlockNumber()
    const missing = await ask('eth_getBalance', bob.address, numberToHex(newest - 1n))
    assert.match(missing.error!.message, /only those at the ends of batches/)
    assert.ok((await ask('eth_getProof', bob.address, [], 'latest')).result)
    assert.equal((await ask('eth_getBalance', bob.address, numberToHex(newest + 1n))).error!.code, -32000)
    assert.equal((await ask('eth_getBlockByNumber', numberToHex(newest + 1n), false)).result, null)
  })

  test('knows fees, and a pending transaction', async () => {
    const { reader } = clients()
    const history = await reader.getFeeHistory({ blockCount: 3, rewardPercentiles: [10, 90] })
    const newest = await reader.getBlockNumber()
    assert.equal(history.oldestBlock, newest - 2n)
    assert.deepEqual([history.baseFeePerGas.length, history.reward!.length], [4, 3])
    for (const [at, fee] of history.baseFeePerGas.slice(0, 3).entries()) {
      assert.equal(fee, (await reader.getBlock({ blockNumber: newest - 2n + BigInt(at) })).baseFeePerGas)
    }
    const gap = await bob.signTransaction({
      type: 'eip1559',
      chainId: 901,
      nonce: 9,
      gas: 21_000n,
      to: alice.address,
      maxFeePerGas: 10n ** 10n,
    })
    const { result } = await ask('eth_sendRawTransaction', gap)
    assert.equal(result, keccak256(gap))
    const pending = await reader.getTransaction({ hash: keccak256(gap) })
    assert.deepEqual(
      [pending.blockNumber, pending.from, pending.hash],
      [null, bob.address.toLowerCase(), keccak256(gap)],
    )
    assert.equal((await ask('eth_getTransactionReceipt', keccak256(gap))).result, null)
  })

  test('N-16: answers errors as JSON-RPC has them', async () => {
    const codeOf = async (body: unknown) => ((await post(body)).json as { error: { code: number } }).error.code
    const request = { jsonrpc: '2.0', id: 1, method: 'eth_chainId' }
    assert.equal(await codeOf('{'), -32700)
    assert.equal(await codeOf([]), -32600)
    assert.equal(await codeOf({ ...request, jsonrpc: '1.0' }), -32600)
    assert.equal(await codeOf({ ...request, method: 'eth_nonsense' }), -32601)
    assert.equal(await codeOf({ ...request, method: 'constructor' }), -32601)
    assert.equal(await codeOf({ ...request, method: 'eth_getBalance', params: ['0x12'] }), -32602)
    assert.equal(await codeOf({ ...request, method: 'eth_getBalance', params: [bob.address, 'never'] }), -32602)
    assert.equal(await codeOf({ ...request, method: 'eth_sendRawTransaction', params: ['0x02'] }), -32000)
    const revert = await ask('eth_call', { to: token, data: `0x2e1a7d4d${'ff'.repeat(32)}` })
    assert.equal(revert.error!.code, 3)
    assert.match(revert.error!.data!, /^0x08c379a0/, 'the data of Error(string)')

    const both = await post([request, { ...request, id: 'b', method: 'net_version' }, { ...request, id: undefined }])
    assert.deepEqual(both.json, [
      { jsonrpc: '2.0', id: 1, result: '0x385' },
      { jsonrpc: '2.0', id: 'b', result: '901' },
    ])
    assert.equal((await post({ ...request, id: undefined })).status, 204)
    assert.equal((await fetch(server.url)).status, 405)
    assert.equal((await post('x'.repeat(2 ** 20 + 1))).status, 413)
  })

  test('N-24: takes transactions that come together in their order, and refuses what is none', async () => {
    const fields = { type: 'eip1559', chainId: 901, gas: 21_000n, to: alice.address, maxFeePerGas: 10n ** 10n } as const
    const signed = await Promise.all([20, 21, 22, 23].map((nonce) => bob.signTransaction({ ...fields, nonce })))
    const sends = [...signed.slice(0, 2), '0x02', ...signed.slice(2)].map((raw, id) => ({
      ...{ jsonrpc: '2.0', id, method: 'eth_sendRawTransaction' },
      params: [raw],
    }))
    const { json } = await post([...sends, { jsonrpc: '2.0', id: 9, method: 'eth_sendRawTransaction', params: ['?'] }])
    const outcomes = (json as { result?: Hex; error?: { code: number } }[]).map((it) => it.result ?? it.error?.code)
    const [first, second, third, fourth] = signed.map((raw) => keccak256(raw))
    assert.deepEqual(outcomes, [first, second, -32000, third, fourth, -32602])
  })

  test('serves cast', async () => {
    const cast = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)('node', [
        'lib/foundry.mjs',
        'cast',
        ...args,
        '--rpc-url',
        server.url,
      ])
      return stdout.trim()
    }
    assert.equal(await cast('chain-id'), '901')
    assert.equal(await cast('call', token, 'balanceOf(address)(uint256)', alice.address), '5')
    const sent = JSON.parse(await cast('send', token, 'deposit()', '--value', '3', '--private-key', keys[0]!, '--json'))
    assert.equal(sent.status, '0x1')
    assert.equal(await cast('call', token, 'balanceOf(address)(uint256)', alice.address), '8')
    assert.equal(await cast('balance', token), '9')
    assert.match(await cast('block', 'latest'), /transactions:/)
  })
})
