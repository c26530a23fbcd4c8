import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBlock } from '@ethereumjs/block'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { createTxFromRLP } from '@ethereumjs/tx'
import { Account, Address, bytesToHex, createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { createVM, runTx, type VM } from '@ethereumjs/vm'
import {
  decodeFunctionResult,
  encodeFunctionData,
  numberToHex,
  parseTransaction,
  type TransactionSerialized,
  toHex,
} from 'viem'
import * as Genesis from '../../prover/state/Genesis.ts'
import * as Artifacts from '../../prover/workload/Artifacts.ts'
import * as Pairs from '../../prover/workload/Pairs.ts'
import { Session } from '../../prover/workload/Session.ts'
import * as Workload from '../../prover/workload/Workload.ts'

const chainId = 420
const smallSize = { ...Workload.fullSize, users: 6, batches: 8, transactionsPerBatch: 40, transactionsPerBlock: 15 }

/** What the judge says of one raw transaction, at a base fee of 1 gwei. */
async function outcomeOf(vm: VM, common: Common, raw: Uint8Array): Promise<Workload.Outcome> {
  const header = { gasLimit: 30_000_000n, baseFeePerGas: 10n ** 9n, number: 1n, timestamp: 1_800_000_000n }
  const block = createBlock({ header }, { common })
  try {
    // Rules B-3 and B-8 are stricter than Ethereum's about length and type.
    if (raw.length > 65_536 || raw[0] === 3) return 'skipped'
    const transaction = createTxFromRLP(raw, { common })
    if (!transaction.isSigned() || !transaction.isValid()) return 'skipped'
    const { execResult } = await runTx(vm, { tx: transaction, block })
    return execResult.exceptionError === undefined ? 'succeeds' : 'fails'
  } catch {
    return 'skipped'
  }
}

async function createJudge({ accounts }: Workload.Workload) {
  const common = new Common({ chain: { ...Mainnet, chainId }, hardfork: Hardfork.Osaka })
  const stateManager = new SimpleStateManager({ common })
  const vm = await createVM({ common, stateManager })
  for (const [address, { balance }] of Object.entries(accounts)) {
    await stateManager.putAccount(createAddressFromString(address), new Account(0n, BigInt(balance)))
  }
  return { vm, common }
}

/** What a transaction asks a block to have room for; nothing if it can't be read. */
function gasLimitOf(raw: Uint8Array): bigint {
  try {
    return parseTransaction(toHex(raw) as TransactionSerialized).gas ?? 0n
  } catch {
    return 0n
  }
}

function transactionsOf({ batches }: Workload.Workload): Workload.Transaction[] {
  return batches.flatMap(({ blocks }) => blocks.flatMap(({ transactions }) => [...transactions]))
}

describe('Workload', () => {
  test('does on the judge what it says it does', async () => {
    const workload = Workload.generate({ ...smallSize, seed: 'judge', chainId })
    const { vm, common } = await createJudge(workload)
    const called = new Set<string>()
    vm.evm.events!.on('beforeMessage', ({ to }, next) => {
      if (to !== undefined) called.add(`${to}`)
      next?.()
    })
    for (const [index, { raw, label, outcome }] of transactionsOf(workload).entries()) {
      assert.equal(await outcomeOf(vm, common, raw), outcome, `transaction ${index}, ${label}`)
    }
    // A passkey takes the precompiles SHA256, MODEXP and P256VERIFY.
    for (const number of [2, 5, 0x100]) assert.ok(called.has(numberToHex(number, { size: 20 })), `${number}`)
  })

  test('has at least 1,000 transactions in 20 batches at full size, of every kind and outcome', () => {
    const workload = Workload.generate({ ...Workload.fullSize, seed: 'full', chainId })
    const transactions = transactionsOf(workload)
    assert.ok(workload.batches.length >= 20)
    assert.ok(transactions.filter(({ outcome }) => outcome !== 'skipped').length >= 1_000)
    const labels = new Set(transactions.map(({ label }) => label))
    const expected = ['transfer', 'swap', 'deed mint', 'coin permit', 'expired swap', 'blob transaction']
    const delegations = ['delegation and batch', 'wallet batch', 'sponsored delegation', 'ended delegation']
    const checks = ['passkey signature', 'passkey signature of another message', 'type 4 without authorisations']
    for (const label of [...expected, ...delegations, ...checks]) assert.ok(labels.has(label), label)
    assert.deepEqual(new Set(transactions.map(({ outcome }) => outcome)), new Set(['succeeds', 'fails', 'skipped']))
    const valid = transactions.filter(({ outcome }) => outcome === 'succeeds')
    const types = new Set(valid.map(({ raw }) => (raw[0]! >= 0xc0 ? 0 : raw[0])))
    assert.deepEqual(types, new Set([0, 1, 2, 4]))
  })

  test('keeps every batch and block within its limits', () => {
    const limits = { blockGasLimit: 8_000_000n, batchGasLimit: 12_000_000n, batchBytes: 70_000 }
    const { batches } = Workload.generate({ ...smallSize, ...limits, seed: 'limits', chainId })
    assert.equal(batches.length, smallSize.batches)
    for (const { blocks } of batches) {
      const sizes = blocks.map(({ transactions }) => transactions.reduce((sum, { raw }) => sum + 4 + raw.length, 12))
      assert.ok(sizes.reduce((sum, size) => sum + size, 0) <= limits.batchBytes)
      assert.ok(blocks.every(({ transactions }) => transactions.length > 0 && transactions.length <= 15))
      const gas = blocks.map(({ transactions }) => transactions.reduce((sum, { raw }) => sum + gasLimitOf(raw), 0n))
      assert.ok(gas.every((sum) => sum <= limits.blockGasLimit))
      assert.ok(gas.reduce((sum, gasOfBlock) => sum + gasOfBlock, 0n) <= limits.batchGasLimit)
    }
    const tooSmall = { ...smallSize, ...limits, batchBytes: 10_000, seed: 'limits', chainId }
    assert.throws(() => Workload.generate(tooSmall), RangeError)
  })

  test('is paid for by accounts of a valid genesis', () => {
    const { accounts } = Workload.generate({ ...Workload.fullSize, batches: 1, seed: 'genesis', chainId })
    const limits = { blockGasLimit: '30000000', batchGasLimit: '60000000', maxTransactionBytes: 65_536 }
    const fees = { feeRecipient: `0x${'00'.repeat(20)}`, baseFee: '1000000000', precompileGasCap: '6000000' }
    const text = JSON.stringify({ chainId: `${chainId}`, time: '0', ...limits, ...fees, accounts })
    // One more: the system account.
    assert.equal(Genesis.parse(text, 'genesis').accounts.length, Workload.fullSize.users + 2)
  })

  test('depends on the seed alone', () => {
    const options = { ...smallSize, batches: 2, chainId }
    const first = Workload.generate({ ...options, seed: 'a' })
    assert.deepEqual(Workload.generate({ ...options, seed: 'a' }), first)
    assert.notDeepEqual(Workload.generate({ ...options, seed: 'b' }).accounts, first.accounts)
  })
})

describe('Pairs', () => {
  test('are created where the router looks for them', async () => {
    const workload = Workload.generate({ ...smallSize, batches: 1, seed: 'pairs', chainId })
    const { vm, common } = await createJudge(workload)
    for (const { raw } of transactionsOf(workload)) await outcomeOf(vm, common, raw)
    // The set-up of the same seed, for its addresses.
    const session = new Session('pairs', chainId, smallSize.users)
    const creator = session.deployer
    const addresses = Array.from({ length: 6 }, () => {
      const address = session.nextContract(creator)
      creator.nonce += 1
      return address
    })
    const [amber, basalt, , weth, factory] = addresses
    session.factory = factory!
    for (const [tokenA, tokenB] of [
      [amber!, basalt!],
      [basalt!, weth!],
      [weth!, amber!],
    ] as const) {
      const data = encodeFunctionData({ abi: Artifacts.factoryAbi, functionName: 'getPair', args: [tokenA, tokenB] })
      const { execResult } = await vm.evm.runCall({ to: createAddressFromString(factory!), data: hexToBytes(data) })
      const pair = decodeFunctionResult({
        abi: Artifacts.factoryAbi,
        functionName: 'getPair',
        data: bytesToHex(execResult.returnValue),
      })
      assert.equal(pair, Pairs.pairOf(session, tokenA, tokenB))
      const code = await vm.stateManager.getCode(new Address(hexToBytes(pair)))
      assert.ok(code.length > 0, 'a pair stands there')
    }
  })
})
