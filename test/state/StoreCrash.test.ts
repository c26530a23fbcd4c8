import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { ClassicLevel } from 'classic-level'
import { Store } from '../../prover/state/Store.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'
import { randomFrom } from '../utils/State.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const genesis = genesisWith()
const kills = 8

/** Everything in a closed store but codes and trie nodes, which undoing leaves behind. */
async function dump(directory: string): Promise<Map<string, string>> {
  const database = new ClassicLevel<Buffer, Buffer>(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  const entries = await database.iterator().all()
  await database.close()
  const kept = entries.filter(([key]) => !'cnr'.includes(String.fromCharCode(key[0]!)))
  return new Map(kept.map(([key, value]) => [hex(key), hex(value)]))
}

/** Runs a process that writes to the store, and kills it `delay` ms after its first write. */
async function writeAndKill(directory: string, delay: number): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/utils/writeForever.ts', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise<string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal)))
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  await new Promise((resolve) => setTimeout(resolve, delay))
  child.kill('SIGKILL')
  assert.equal(await exited, 'SIGKILL', 'the process ended by itself')
}

describe('Store', () => {
  test('N-2: opens into exactly the last whole batch after kill -9 at any moment', async () => {
    const scratch = mkdtempSync(join(tmpdir(), 'store-crash-'))
    const directory = join(scratch, 'killed')
    const random = randomFrom(Date.now())
    const chain = new ModelChain(genesis)
    const reached = new Set<number>()
    for (let kill = 0; kill < kills; kill++) {
      await writeAndKill(directory, random() * 120)
      const store = await Store.open(directory, genesis)
      const { number } = store.newest
      reached.add(number)
      const roots = [number, Math.floor(number / 2), 0].map((at) => [at, hex(store.stateAt(at).stateRoot)] as const)
      await store.close()
      for (const [at, root] of roots)
        assert.equal(root, hex(trieOf(chain.state(at)).stateRoot), `trie after batch ${at}`)

      const fresh = join(scratch, `fresh-${kill}`)
      const expected = await Store.open(fresh, genesis)
      for (let batch = 1; batch <= number; batch++) await expected.commit(chain.batch(batch))
      await expected.close()
      assert.deepEqual(await dump(directory), await dump(fresh), `kill ${kill}: not exactly batch ${number}`)
    }
    assert.ok(reached.size > 1, 'the kills never met different batches')
    rmSync(scratch, { recursive: true })
  })
})
