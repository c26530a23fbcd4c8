import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'node:test'
import { bytesToHex, createPublicClient, http } from 'viem'
import { Devnet, privateKeyOf } from '../../prover/devnet/Devnet.ts'
import { fullSize } from '../../prover/workload/Workload.ts'

describe('A sequencer that serves users', () => {
  it('posts what they send to L1, and answers what became of it', async () => {
    const devnet = await Devnet.start('serve', { ...fullSize, users: 4, batches: 1, transactionsPerBatch: 12 })
    const directory = await mkdtemp(join(tmpdir(), 'serve-'))
    const { rollup, game } = devnet.contracts
    await writeFile(join(directory, 'deployment.json'), JSON.stringify({ rollup, game }))
    await writeFile(join(directory, 'genesis.json'), devnet.genesis)
    const files = ['--genesis', join(directory, 'genesis.json'), '--deployment', join(directory, 'deployment.json')]
    const node = ['--data', join(directory, 'data'), '--rpc', devnet.anvil.url, '--poll', '0.2', '--check', '--claim']
    const args = ['--import', 'tsx', 'prover/cli.ts', 'sequencer', '--serve', '0', ...files, ...node]
    const env = { ...process.env, PRIVATE_KEY: privateKeyOf('sequencer') }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'pipe'] })
    const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
    try {
      const url = await new Promise<string>((resolve, reject) => {
        child.once('exit', () => reject(new Error('the sequencer ended')))
        createInterface({ input: child.stderr }).on('line', (line) => {
          const [, found] = /JSON-RPC of chain \d+ on (\S+)/.exec(line) ?? []
          if (found === undefined) console.error(line)
          else resolve(found)
        })
      })
      const client = createPublicClient({ transport: http(url), pollingInterval: 100 })
      const raws = devnet.workload.batches.flatMap(({ blocks }) => blocks.flatMap(({ transactions }) => transactions))
      const hashes: `0x${string}`[] = []
      for (const { raw } of raws) {
        const sent = client.sendRawTransaction({ serializedTransaction: bytesToHex(raw) })
        await sent
          .then((hash) => hashes.push(hash))
          .catch((error) => assert.match(error.message, /RPC|nonce|balance|chain/i))
      }
      assert.ok(hashes.length > 5)
      const receipts = await Promise.all(
        hashes.map((hash) => client.waitForTransactionReceipt({ hash, timeout: 60_000 })),
      )
      await devnet.follower.follow(await devnet.reader.read())
      for (const { transactionHash, blockNumber, blockHash } of receipts) {
        assert.equal(
          devnet.follower.store.transaction(Buffer.from(transactionHash.slice(2), 'hex'))?.block,
          blockNumber,
        )
        assert.equal(bytesToHex(devnet.follower.store.block(blockNumber)!.hash), blockHash)
      }
      child.kill('SIGTERM')
      assert.equal(await exited, 0)
    } finally {
      child.kill('SIGKILL')
      await exited
      await devnet.stop()
      await rm(directory, { recursive: true })
    }
  })
})
