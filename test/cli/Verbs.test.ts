import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { type AbiParameter, bytesToHex, decodeAbiParameters, type Hex, hexToBytes } from 'viem'
import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as StateProof from '../../prover/commitment/StateProof.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as FoldState from '../../prover/machine/fold/FoldState.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import * as MachineState from '../../prover/machine/state/MachineState.ts'
import { Reader } from '../../prover/machine/Witness.ts'
import * as Workload from '../../prover/workload/Workload.ts'
import { runCli } from '../utils/Cli.ts'

const l1Time = 1_800_000_000n
const system = bytesToHex(SystemAccount.address)

describe('The command line', () => {
  let directory: string
  let chain: string[]

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-'))
    const size = { ...Workload.fullSize, users: 4, batches: 2, transactionsPerBatch: 12 }
    const { accounts, batches } = Workload.generate({ ...size, seed: 'cli', chainId: 1000 })
    const genesis = join(directory, 'genesis.json')
    await writeFile(genesis, JSON.stringify({ ...constants, accounts }))
    const files = await Promise.all(
      batches.map(async ({ blocks }, index) => {
        const file = join(directory, `batch${index + 1}.json`)
        const timed = blocks.map(({ transactions }) => ({
          time: l1Time.toString(),
          transactions: transactions.map(({ raw }) => bytesToHex(raw)),
        }))
        await writeFile(file, JSON.stringify({ l1Time: l1Time.toString(), blocks: timed }))
        return file
      }),
    )
    chain = ['--genesis', genesis, ...files]
  })
  after(() => rm(directory, { recursive: true }))

  const abiOf = async (t: TestContext, types: string, ...args: string[]) => {
    const { code, out, err } = await runCli(t, [...args, ...chain, '--abi'])
    assert.equal(code, 0, err)
    const parameters: AbiParameter[] = types.split(' ').map((type) => ({ type }))
    return decodeAbiParameters(parameters, out.trim() as Hex)
  }
  const jsonOf = async (t: TestContext, ...args: string[]) => {
    const { code, out, err } = await runCli(t, [...args, ...chain, '--json'])
    assert.equal(code, 0, err)
    return JSON.parse(out)
  }

  it('executes batch files, judged', async (t) => {
    const batches = await jsonOf(t, 'execute', '--check')
    assert.equal(batches.length, 2)
    assert.deepEqual([(await abiOf(t, 'bytes32', 'diff', 'root'))[0]], [batches[1].diffRoot])
    assert.ok(batches[0].transactions > 0)
    const [roots] = await abiOf(t, 'bytes32[]', 'execute')
    assert.deepEqual(roots, [batches[0].diffRoot, batches[1].diffRoot])
  })

  it('proves accounts and slots in a diff', async (t) => {
    const [root, proof] = await abiOf(t, 'bytes32 bytes', 'diff', 'proof', '--account', system, '--slot', '8191')
    const reader = new Reader(hexToBytes(proof as Hex))
    const { record } = StateDiff.open(reader, hexToBytes(root as Hex), SystemAccount.accountKey)
    const slotKey = SystemAccount.slotKey(SystemAccount.headSlot)
    const head = Dictionary.open(reader, record.storageRoot, slotKey)
    reader.done()
    assert.ok(head.value)
  })

  it('proves accounts and slots in a state', async (t) => {
    const [root, proof] = await abiOf(t, 'bytes32 bytes', 'state', 'proof', '--account', system, '--slot', '8191')
    const reader = new Reader(hexToBytes(proof as Hex))
    const { account } = StateProof.openAccount(reader, hexToBytes(root as Hex), SystemAccount.accountKey)
    const slotKey = SystemAccount.slotKey(SystemAccount.headSlot)
    const slot = StateProof.openSlot(reader, account.storageRoot, slotKey)
    reader.done()
    assert.notDeepEqual(slot.value, Word.zero)
    assert.equal((await jsonOf(t, 'state', 'root')).root, root)
    assert.deepEqual(await jsonOf(t, 'state', 'check'), { batch: 2, root })
  })

  it('gives the hashes and witnesses of an execution', async (t) => {
    const [count, diffRoot] = [(await jsonOf(t, 'trace')).stepCount, (await jsonOf(t, 'diff', 'root')).root]
    const { hashes } = await jsonOf(t, 'trace', '--step', '0', '--step', '7', '--step', '8', '--step', count)
    assert.equal(hashes.at(-1).hash, bytesToHex(MachineState.haltedState(hexToBytes(diffRoot))))
    const [pre, post, witness] = await abiOf(t, 'bytes32 bytes32 bytes', 'witness', '--step', '7')
    assert.deepEqual([pre, post], [hashes[1].hash, hashes[2].hash])
    assert.ok((witness as Hex).length > 2)
  })

  it('gives the hashes and witnesses of a fold', async (t) => {
    const before = hexToBytes((await jsonOf(t, 'state', 'root', '--batch', '1')).root)
    const after = hexToBytes((await jsonOf(t, 'state', 'root')).root)
    const diffRoot = hexToBytes((await jsonOf(t, 'diff', 'root')).root)
    const { stepCount } = await jsonOf(t, 'trace', '--fold')
    const [, hashes] = await abiOf(t, 'uint256 bytes32[]', 'trace', '--fold', '--step', '0', '--step', stepCount)
    const ends = [FoldState.hashRunning(diffRoot, before), FoldState.hashHalted(after)]
    assert.deepEqual(
      hashes,
      ends.map((end) => bytesToHex(end)),
    )
    const [pre] = await abiOf(t, 'bytes32 bytes32 bytes', 'witness', '--fold', '--step', '0')
    assert.equal(pre, bytesToHex(ends[0] as Uint8Array))
  })

  it('keeps what it executed in a store', async (t) => {
    const data = join(directory, 'store')
    const genesis = chain.slice(0, 2)
    const first = await runCli(t, ['execute', ...chain, '--data', data, '--json'])
    const again = await runCli(t, ['diff', 'root', ...genesis, '--data', data, '--json'])
    assert.equal(JSON.parse(again.out).root, JSON.parse(first.out)[1].diffRoot)
  })
})

const constants = {
  chainId: 1000,
  feeRecipient: bytesToHex(keccak256(new Uint8Array(1)).subarray(12)),
  blockGasLimit: 30_000_000,
  batchGasLimit: 60_000_000,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000,
  time: (l1Time - 10n).toString(),
  baseFee: 1_000_000_000,
}
