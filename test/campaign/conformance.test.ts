import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { keccak256, toHex } from 'viem'
import { Trail } from '../../prover/machine/Trail.ts'
import { Signer } from '../../prover/workload/Signer.ts'
import * as Fixtures from '../../script/campaign/cases/Fixtures.ts'
import { preStateOf, type StateCase } from '../../script/campaign/cases/StateCase.ts'
import { check } from '../../script/campaign/conformance/CaseRun.ts'
import * as Vectors from '../../script/campaign/conformance/Vectors.ts'
import { main, run } from '../../script/campaign/conformance.ts'
import { runCli } from '../utils/Cli.ts'

const signer = new Signer(Buffer.from('11'.repeat(32), 'hex'))
const recipient = `0x${'ab'.repeat(20)}` as const
const nobody = { code: '0x', storage: {} } as const
const env = {
  currentBaseFee: '0x0a',
  currentCoinbase: `0x${'fe'.repeat(20)}`,
  currentGasLimit: '0x01000000',
  currentNumber: '0x01',
  currentRandom: '0x00',
  currentTimestamp: '0x03e8',
} as const

/** A transfer of 5, with what has to come of it, written down without the machine. */
function transfer(): StateCase {
  const raw = signer.signTransaction({
    type: 'legacy',
    nonce: 0,
    gas: 21_000n,
    gasPrice: 10n,
    to: recipient,
    value: 5n,
  })
  const sender = signer.address.toLowerCase() as `0x${string}`
  const pre = { [sender]: { ...nobody, balance: '0x0f4240', nonce: '0x' } } as const
  const post = {
    [sender]: { ...nobody, balance: toHex(1_000_000 - 210_000 - 5), nonce: '0x01' },
    [recipient]: { ...nobody, balance: '0x05', nonce: '0x00' },
  } as const
  const tx = { raw: toHex(raw) }
  const expect = { status: 'ok', root: toHex(0, { size: 32 }), logs: keccak256('0xc0'), gasUsed: '0x5208' } as const
  const root = toHex(preStateOf({ id: '', env, pre: post, tx, expect }).stateRoot)
  return { id: 'transfer', env, pre, tx, expect: { ...expect, root } }
}

/** The case with something else in its expectation. */
function expecting(id: string, other: Partial<StateCase['expect']>): StateCase {
  const made = transfer()
  return { ...made, id, expect: { ...made.expect, ...other } }
}

const made: string[] = []
after(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))))

/** A folder of fixtures; a file of lines gets compressed. */
async function folderOf(files: Record<string, readonly unknown[] | string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fixtures-'))
  made.push(folder)
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, dirname(name)), { recursive: true })
    const lines = () => gzipSync((content as unknown[]).map((line) => `${JSON.stringify(line)}\n`).join(''))
    await writeFile(join(folder, name), typeof content === 'string' ? content : lines())
  }
  return folder
}

describe('conformance', () => {
  test('the fixed tenth of the official cases passes in run mode and in prove mode', {
    skip: Fixtures.skip,
  }, async (t) => {
    const { cases, vectors } = await run({ from: Fixtures.directory, folder: undefined, every: 10, workers: 2 })
    const lines = [...cases.lines('state cases'), ...vectors.lines('vectors')]
    for (const line of lines.filter((line) => /^(state|vectors|total|skipped)/.test(line))) t.diagnostic(line)
    assert.deepEqual([...cases.failures, ...vectors.failures], [])
    assert.deepEqual([...cases.reasons.keys()], ['blob transactions (type 3) are invalid on this L2'])
    assert.ok(cases.total.passed > 1_000 && vectors.total.passed > 200, 'expected the whole pack')
  })

  test('a case passes, and one that expects anything else fails with the difference', () => {
    assert.equal(check(transfer()).status, 'passed')
    const wrong: [Partial<StateCase['expect']>, RegExp][] = [
      [{ status: 'revert' }, /expected status revert, got ok/],
      [{ status: 'invalid' }, /expected status invalid, got ok/],
      [{ gasUsed: '0x5209' }, /expected gas 21001, got 21000/],
      [{ logs: toHex(1, { size: 32 }) }, /expected logs 0x0+1, got 0x1dcc/],
      [{ root: toHex(2, { size: 32 }) }, /expected root 0x0+2, got 0x/],
    ]
    for (const [other, difference] of wrong) {
      const outcome = check(expecting('', other))
      assert.equal(outcome.status, 'failed')
      assert.match(outcome.detail!, difference)
    }
  })

  test('a case fails if it is right in both modes, but the marks of one lead the other elsewhere', (t) => {
    t.mock.method(Trail.prototype, 'add', () => {})
    const { status, detail } = check(transfer())
    assert.deepEqual([status, detail], ['failed', 'prove mode: another state at step 7 from marks'])
  })

  test('an invalid transaction has to be refused for the reason that the case names', () => {
    const gas = signer.signTransaction({ type: 'legacy', nonce: 0, gas: 20_999n, gasPrice: 10n, to: recipient })
    const { stateRoot } = preStateOf(transfer())
    const refused = (exception: string): StateCase => {
      const { pre } = transfer()
      const expect = { status: 'invalid', root: toHex(stateRoot), logs: keccak256('0xc0'), exception } as const
      return { id: 'refused', env, pre, tx: { raw: toHex(gas) }, expect }
    }
    assert.equal(check(refused('INTRINSIC_GAS_TOO_LOW')).status, 'passed')
    assert.match(check(refused('SENDER_NOT_EOA')).detail!, /expected a refusal for SENDER_NOT_EOA, got "gas limit/)
    assert.match(check(refused('NO_SUCH_NAME')).detail!, /expected a refusal for NO_SUCH_NAME/)
  })

  test('a blob transaction is skipped and says why', () => {
    const { status, detail } = check({ ...transfer(), tx: { raw: '0x03c0' } })
    assert.deepEqual([status, detail], ['skipped', 'blob transactions (type 3) are invalid on this L2'])
  })

  test('counts by folder, lists what failed and ends with 1', async (t) => {
    const wrong = expecting('wrong', { gasUsed: '0x00' })
    const folder = await folderOf({ 'a.jsonl.gz': [transfer(), wrong], 'b.jsonl.gz': [transfer()] })
    const { code, out } = await runCli(t, ['--fixtures', folder, '--json'], main)
    assert.equal(code, 1)
    assert.match(out, /^FAILED wrong: run mode: expected gas 0, got 21000$/m)
    const { steps, byFolder, ...counts } = JSON.parse(out.split('\n').at(-1)!)
    assert.deepEqual(counts, { cases: 3, passed: 2, failed: 1, skipped: 0, vectors: {} })
    assert.equal(byFolder.b.steps * 3, steps)
    assert.deepEqual(byFolder.a, { cases: 2, passed: 1, failed: 1, skipped: 0, steps: byFolder.b.steps * 2 })
    assert.equal((await runCli(t, ['--fixtures', folder, '--folder', 'b', '--workers', '1'], main)).code, 0)
  })

  test('a wrong vector fails', async () => {
    const folder = await folderOf({
      'RLPTests/rlp.json': JSON.stringify({
        emptyEncoding: { in: 'INVALID', out: '0x8100' },
        one: { in: 2, out: '0x01' },
      }),
      'TransactionTests.jsonl.gz': [
        { name: 'ok', raw: transfer().tx.raw, expect: { exception: 'NONCE_OVERFLOW', intrinsicGas: '0x00' } },
      ],
      'TrieTests/secureTrie.json': JSON.stringify({ root: { in: [['a', 'b']], root: toHex(0, { size: 32 }) } }),
    })
    const outcomes = Vectors.checkAll(folder)
    assert.deepEqual(
      outcomes.map(({ outcome }) => outcome.status),
      ['failed', 'failed', 'failed', 'failed'],
    )
    assert.match(outcomes[0]!.outcome.detail!, /expected a fault of "nothing there", got "a header on a single byte"/)
  })

  test('what is not in the format is named by file, line and place, and ends with 2', async (t) => {
    const rest = { ...transfer(), expect: undefined }
    const bad = { ...transfer(), env: { ...env, currentCoinbase: '0x12' } }
    const cases: [Record<string, readonly unknown[] | string>, RegExp][] = [
      [
        { 'a.jsonl.gz': [transfer(), bad] },
        /a\.jsonl\.gz:2: env\.currentCoinbase: expected an address, 0x…, got "0x12"/,
      ],
      [{ 'a.jsonl.gz': [rest] }, /a\.jsonl\.gz:1: expect: /],
      [{ 'a.jsonl.gz': [transfer()], 'RLPTests/x.json': '{' }, /RLPTests\/x\.json: expected JSON: /],
      [{ 'a.jsonl.gz': 'no gzip' }, /a\.jsonl\.gz: expected a gzip file: /],
      [{ 'a.txt': 'none' }, /no official state tests \(\*\.jsonl\.gz\) in /],
    ]
    for (const [files, message] of cases) {
      const folder = await folderOf(files)
      const { code, err } = await runCli(t, ['--fixtures', folder], main)
      assert.equal(code, 2, err)
      assert.match(err, message)
      assert.equal(err.split('\n').length, 1)
    }
    const folder = await folderOf({ 'a.jsonl.gz': [transfer()] })
    const wrong: [string[], RegExp][] = [
      [['--folder', 'b'], /no b in .*, expected one of a/],
      [['--sample', '10'], /expected 1\/n, such as 1\/10, got 10/],
      [['--workers', '0'], /expected a number from 1 to 99, got 0/],
    ]
    for (const [parameters, message] of wrong) {
      const { code, err } = await runCli(t, ['--fixtures', folder, ...parameters], main)
      assert.equal(code, 2)
      assert.match(err, message)
    }
  })
})
