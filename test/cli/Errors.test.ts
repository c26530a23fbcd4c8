import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { runCli } from '../utils/Cli.ts'

const genesis = {
  chainId: 1000,
  feeRecipient: '0x00000000000000000000000000000000000000fe',
  blockGasLimit: 30_000_000,
  batchGasLimit: 60_000_000,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000,
  time: 1,
  baseFee: 7,
  accounts: {},
}

describe('The command line, called wrongly', () => {
  let directory: string
  let url: string
  const server = createServer((_, response) => response.end('<html>hello</html>'))
  const path = (name: string) => join(directory, name)

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cli-'))
    const files = {
      'genesis.json': JSON.stringify(genesis),
      'other.json': JSON.stringify({ ...genesis, chainId: 2000 }),
      'broken.json': '{',
      'negative.json': JSON.stringify({ ...genesis, batchGasLimit: -1 }),
      'neither.json': JSON.stringify({ l1Time: 1 }),
      'long.json': JSON.stringify({ l1Time: 1, payload: `0x${'00'.repeat(131_073)}` }),
      'odd.json': JSON.stringify({ l1Time: 1, payload: '0x123' }),
    }
    for (const [name, text] of Object.entries(files)) await writeFile(path(name), text)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(async () => {
    server.close()
    await rm(directory, { recursive: true })
  })

  /** One line that says what was expected, and the exit code for it. */
  const expectError = async (t: TestContext, code: number, message: RegExp, args: string[]) => {
    const ended = await runCli(t, args)
    assert.equal(ended.code, code, ended.err)
    assert.match(ended.err, message)
    assert.equal(ended.err.trim().split('\n').length, 1, ended.err)
    assert.equal(ended.out, '')
  }

  it('exits with 2 for what is not a call', async (t) => {
    await expectError(t, 2, /unknown command 'exectue'/, ['exectue'])
    await expectError(t, 2, /required option '--genesis <file>'/, ['execute'])
    await expectError(t, 2, /unknown option '--colour'/, ['execute', '--genesis', path('genesis.json'), '--colour'])
    await expectError(t, 2, /expected an unsigned integer, got minus/, ['trace', '--genesis', 'g', '--batch', 'minus'])
    await expectError(t, 2, /expected at least 1, got 0/, ['proposer', '--checkpoint-interval', '0'])
    await expectError(t, 2, /expected an address of 20 bytes, got 0x12/, [
      'state',
      'proof',
      '--genesis',
      'g',
      '--account',
      '0x12',
    ])
    await expectError(t, 2, /expected one of honest, case-a.*, got case-z/, ['devnet', '--only', 'case-z'])
  })

  it('exits with 1 for bad files', async (t) => {
    await expectError(t, 1, /absent.json: can't be read: ENOENT/, ['execute', '--genesis', path('absent.json')])
    await expectError(t, 1, /broken.json: not JSON/, ['execute', '--genesis', path('broken.json')])
    await expectError(t, 1, /batchGasLimit: expected an unsigned integer below 2\^64, got -1/, [
      'genesis',
      '--genesis',
      path('negative.json'),
    ])
    const execute = (file: string) => ['execute', '--genesis', path('genesis.json'), path(file)]
    await expectError(t, 1, /neither.json: expected either payload or blocks/, execute('neither.json'))
    await expectError(t, 1, /long.json: a payload has at most 131072 bytes, got 131073/, execute('long.json'))
    await expectError(t, 1, /odd.json: payload: expected 0x-hexadecimal bytes/, execute('odd.json'))
    await expectError(t, 1, /--batch 3: expected at most 0/, [
      'state',
      'root',
      '--genesis',
      path('genesis.json'),
      '--batch',
      '3',
    ])
    await expectError(t, 1, /--batch 0: expected a batch from 1/, ['trace', '--genesis', path('genesis.json')])
  })

  it('exits with 1 for a store of another chain', async (t) => {
    const data = ['--data', path('store')]
    assert.equal((await runCli(t, ['execute', '--genesis', path('genesis.json'), ...data])).code, 0)
    await expectError(t, 1, /another genesis/, ['state', 'root', '--genesis', path('other.json'), ...data])
  })

  it('exits with 1 for a bad L1, key or number', async (t) => {
    const before = process.env.PRIVATE_KEY
    const node = ['challenger', '--genesis', path('genesis.json'), '--data', path('node'), '--rpc']
    delete process.env.PRIVATE_KEY
    await expectError(t, 1, /PRIVATE_KEY: expected the private key/, [...node, url])
    process.env.PRIVATE_KEY = '0x11'
    await expectError(t, 1, /PRIVATE_KEY: expected 0x and 64/, [...node, url])
    process.env.PRIVATE_KEY = `0x${'00'.repeat(32)}`
    await expectError(t, 1, /PRIVATE_KEY: expected a number from 1/, [...node, url])
    process.env.PRIVATE_KEY = `0x${'11'.repeat(32)}`
    await expectError(t, 1, /--rpc: expected an http\(s\) URL, got "ftp/, [...node, 'ftp://x'])
    await expectError(t, 1, /does not answer as an Ethereum RPC/, [...node, url])
    await expectError(t, 1, /does not answer as an Ethereum RPC/, [...node, 'http://127.0.0.1:1'])
    await expectError(t, 1, /--poll: expected a number of seconds above 0/, [...node, url, '--poll', '0'])
    if (before === undefined) delete process.env.PRIVATE_KEY
    else process.env.PRIVATE_KEY = before
  })
})
