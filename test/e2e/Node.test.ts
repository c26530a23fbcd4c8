import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bytesToHex } from 'viem'
import { lyingOpinion } from '../../prover/devnet/actors/LyingOpinion.ts'
import { Devnet, privateKeyOf, type Role } from '../../prover/devnet/Devnet.ts'
import * as Lies from '../../prover/devnet/Lies.ts'
import { playUntil } from '../../prover/devnet/Play.ts'
import { Phase } from '../../prover/dispute/GameState.ts'
import * as Duties from '../../prover/players/Duties.ts'
import type { Player } from '../../prover/players/Player.ts'
import { fullSize } from '../../prover/workload/Workload.ts'
import { runCli } from '../utils/Cli.ts'

describe('Nodes started from the command line', () => {
  let devnet: Devnet
  let directory: string

  before(async () => {
    devnet = await Devnet.start('node', { ...fullSize, users: 4, batches: 3, transactionsPerBatch: 12 })
    directory = await mkdtemp(join(tmpdir(), 'node-'))
    const { rollup, game } = devnet.contracts
    await writeFile(join(directory, 'deployment.json'), JSON.stringify({ rollup, game }))
    await writeFile(join(directory, 'genesis.json'), devnet.genesis)
    await devnet.postAll(false)
  })
  after(async () => {
    await devnet?.stop()
    if (directory) await rm(directory, { recursive: true })
  })

  const l1 = () => ['--rpc', devnet.anvil.url, '--deployment', join(directory, 'deployment.json')]
  const node = async (t: TestContext, verb: string, role: Role, ...more: string[]) => {
    process.env.PRIVATE_KEY = privateKeyOf(role)
    const files = ['--genesis', join(directory, 'genesis.json'), '--data', join(directory, role)]
    const ended = await runCli(t, [verb, ...files, ...l1(), ...more, '--json'])
    delete process.env.PRIVATE_KEY
    assert.equal(ended.code, 0, ended.err)
    return ended.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  }

  it('convict a liar, though the challenger ends and starts anew between any two moves', async (t) => {
    const { follower } = devnet
    await follower.follow(await devnet.reader.read())
    const lie = Lies.lieAboutDiff(follower, 3n, 1_000n)
    const claim: Duties.Duty = ({ view, opinion }) =>
      view.claims.size > 0 ? [] : [Duties.claimOf(view, opinion, 2n, 3n)]
    const duties = [Duties.defendClaims, claim]
    const liar = devnet.player('lying proposer', lyingOpinion(follower, lie), duties)
    const challenger = { tick: async () => (await node(t, 'challenger', 'challenger', '--once')).length } as Player
    const view = await playUntil(devnet, [liar, challenger], ({ games }) =>
      [...games.values()].some(({ verdict }) => verdict !== undefined),
    )
    assert.deepEqual(
      [...view.games.values()].map(({ verdict }) => verdict),
      ['convicted'],
    )
  })

  it('convict a liar, though the challenger is killed in the middle of the game', { timeout: 240_000 }, async (t) => {
    const snapshot = await devnet.anvil.control.snapshot()
    const { follower } = devnet
    await follower.follow(await devnet.reader.read())
    const lie = Lies.lieAboutDiff(follower, 2n, 700n)
    const claim: Duties.Duty = ({ view, opinion, self }) =>
      [...view.claims.values()].some((it) => it.claim.proposer === self) ? [] : [Duties.claimOf(view, opinion, 1n, 2n)]
    const liar = devnet.player('stranger', lyingOpinion(follower, lie), [Duties.defendClaims, claim])
    const verdicts = async () => {
      await liar.tick()
      const { games, claims } = await devnet.reader.read()
      return [...games.values()]
        .filter(({ claimId }) => claims.get(claimId)?.claim.to === 2n)
        .map(({ verdict, state }) => verdict ?? state.phase)
    }
    const files = ['--genesis', join(directory, 'genesis.json'), '--data', join(directory, 'killed')]
    const start = () =>
      spawn(process.execPath, ['--import', 'tsx', 'prover/cli.ts', 'challenger', ...files, ...l1(), '--poll', '0.1'], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        env: { ...process.env, PRIVATE_KEY: privateKeyOf('challenger') },
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    const first = start()
    t.after(() => first.kill('SIGKILL'))
    // Past the challenge, before the verdict.
    await until(async () => (await verdicts()).some((it) => it === Phase.SelectStep))
    const killed = once(first, 'exit')
    first.kill('SIGKILL')
    await killed
    assert.equal((await verdicts()).includes('convicted'), false)
    const second = start()
    t.after(() => second.kill('SIGKILL'))
    await until(async () => (await verdicts()).includes('convicted'))
    const ended = once(second, 'exit')
    second.kill('SIGTERM')
    assert.deepEqual(await ended, [0, null])
    await devnet.anvil.control.revert({ id: snapshot })
  })

  it('post what they are given, claim it, and show it', async (t) => {
    const file = join(directory, 'transactions.txt')
    const raws = devnet.workload.batches[0]?.blocks.flatMap(({ transactions }) => transactions.map(({ raw }) => raw))
    await writeFile(file, (raws ?? []).map((raw) => bytesToHex(raw)).join('\n'))
    const posted = await node(t, 'sequencer', 'sequencer', '--transactions', file, '--check')
    assert.equal(posted.length, 1)
    const claimed = await node(t, 'proposer', 'proposer', '--once', '--claim-length', '2')
    assert.deepEqual(
      claimed.map(({ name, note }) => [name, note]),
      [
        ['claim', 'batches (0, 2]'],
        ['claim', 'batches (2, 4]'],
      ],
    )
    const { out } = await runCli(t, ['inspect', ...l1(), '--json'])
    const shown = JSON.parse(out)
    assert.equal(shown.batches.length, 4)
    assert.equal(shown.claims.filter(({ status }: { status: string }) => status === 'live').length, 2)
  })

  it('refuse the genesis of another chain', async (t) => {
    const other = join(directory, 'other.json')
    await writeFile(other, JSON.stringify({ ...JSON.parse(devnet.genesis), baseFee: 7 }))
    process.env.PRIVATE_KEY = privateKeyOf('challenger')
    const files = ['--genesis', other, '--data', join(directory, 'other')]
    const { code, err } = await runCli(t, ['challenger', ...files, ...l1(), '--once'])
    delete process.env.PRIVATE_KEY
    assert.equal(code, 1)
    assert.match(err, /genesis: its state root is 0x[0-9a-f]{64}, but L1 has 0x/)
  })
})

async function until(isDone: () => Promise<boolean>): Promise<void> {
  while (!(await isDone())) await new Promise((resolve) => setTimeout(resolve, 50))
}
