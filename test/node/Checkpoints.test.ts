import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setEnvironmentData } from 'node:worker_threads'
import { ClassicLevel } from 'classic-level'
import { Checkpoints } from '../../prover/node/Checkpoints.ts'
import { Thread } from '../../prover/node/threads/Thread.ts'
import { Store, StoreError } from '../../prover/state/Store.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import type { ScanPlan, ScanPortion } from '../../prover/state/TrieScan.ts'
import { encodeWrites, writesIn } from '../../prover/state/WriteBuffer.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const genesis = genesisWith()
const chain = new ModelChain(genesis)
const scratch = mkdtempSync(join(tmpdir(), 'checkpoints-'))
after(() => rmSync(scratch, { recursive: true }))
let directories = 0
const newDirectory = () => join(scratch, `${directories++}`)
const rootOf = (number: number) => hex(trieOf(chain.state(number)).stateRoot)

const scanThread = new URL('../../prover/node/threads/scan.ts', import.meta.url)
const beside = { warn: assert.fail }

/** A store with so many batches. */
async function committed(count: number, directory = newDirectory()): Promise<Store> {
  const store = await Store.open(directory, genesis)
  for (let number = 1; number <= count; number++) await store.commit(chain.batch(number))
  return store
}

/** Commits the batches up to a number. */
async function follow(store: Store, checkpoints: Checkpoints, to: number): Promise<void> {
  for (let number = store.newest.number + 1; number <= to; number++) {
    await store.commit(chain.batch(number))
    await checkpoints.passed(number)
  }
}

/** The entries of a closed store whose keys have one of these letters. */
async function entriesOf(directory: string, letters: string): Promise<[Buffer, Buffer][]> {
  const database = new ClassicLevel<Buffer, Buffer>(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  const entries = await database.iterator().all()
  await database.close()
  return entries.filter(([key]) => letters.includes(String.fromCharCode(key[0]!)))
}

/** Whether tries and their nodes are the same in two closed stores. */
async function assertSameTries(directory: string, other: string): Promise<void> {
  const dump = async (from: string) => (await entriesOf(from, 'nr')).map((entry) => entry.map(hex))
  assert.deepEqual(await dump(directory), await dump(other))
}

/** Of which batches a closed store has roots, with their tries (r) and alone (q). */
async function rootsIn(directory: string): Promise<string[]> {
  return (await entriesOf(directory, 'qr')).map(([key]) => `${String.fromCharCode(key[0]!)}${Keys.numberOf(key)}`)
}

/** Makes the thread wait; gives what lets it go on. */
function hold(): { held: { warn: typeof assert.fail; thread: URL }; release: () => void } {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  setEnvironmentData('gate', gate)
  const release = () => {
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }
  return { held: { ...beside, thread: new URL('../utils/heldScan.ts', import.meta.url) }, release }
}

/** The trie after a batch as a thread has found it, in portions of one node each, of which nothing is stored. */
async function scanned(store: Store, number: number): Promise<[ScanPlan, ScanPortion[]]> {
  const plan = store.planScan(number, true)
  const thread = new Thread<ScanPlan | undefined, ScanPortion>(scanThread, store.location)
  const whole = await thread.ask(plan)
  await thread.close()
  assert.ok(whole.root !== undefined)
  const portions = Array.from(writesIn(whole.nodes), (write) => ({ nodes: encodeWrites([write]), root: undefined }))
  return [plan, [...portions, { nodes: new Uint8Array(0), root: whole.root }]]
}

/** Whether all portions were stored. */
async function adopt(store: Store, plan: ScanPlan, portions: readonly ScanPortion[]): Promise<boolean> {
  for (const portion of portions) if (!(await store.adopt(plan, portion))) return false
  return true
}

describe('Checkpoints', () => {
  test('N-6, N-25: what is due is computed beside as it is in line, and kept', async () => {
    const directory = newDirectory()
    const store = await Store.open(directory, genesis)
    const checkpoints = new Checkpoints(store, beside, 8)
    await follow(store, checkpoints, 18)
    assert.equal(checkpoints.rootOf(10), undefined)
    assert.ok(checkpoints.isBusy)
    await checkpoints.settled()
    for (let number = 0; number <= 18; number++) {
      const isKnown = number % 8 === 0 || number === 10
      assert.equal(store.knownRoot(number) !== undefined, isKnown, `batch ${number}`)
      if (isKnown) assert.equal(hex(checkpoints.rootOf(number)!), rootOf(number))
      assert.equal(store.tries.isStored(number), number % 8 === 0)
      assert.equal(hex(store.stateAt(number).stateRoot), rootOf(number))
    }
    assert.ok(!checkpoints.isBusy)
    await checkpoints.close()
    await store.close()

    const inLine = newDirectory()
    const other = await Store.open(inLine, genesis)
    const without = new Checkpoints(other, undefined, 8)
    await follow(other, without, 18)
    assert.equal(hex(without.rootOf(9)!), rootOf(9))
    await other.close()
    await assertSameTries(directory, inLine)
    const again = await Store.open(directory, genesis)
    assert.deepEqual(
      [10, 16].map((number) => hex(again.knownRoot(number)!)),
      [rootOf(10), rootOf(16)],
    )
    await again.undoTo(15)
    await again.prune(11)
    assert.throws(() => again.knownRoot(10), StoreError)
    await again.close()
    assert.deepEqual(await rootsIn(directory), ['r11'], 'undone and pruned')
  })

  test('N-25: a root that is not kept is computed when it is asked for, once, whatever came after it', async () => {
    const store = await committed(12)
    const checkpoints = new Checkpoints(store, beside, 2)
    await checkpoints.passed(9)
    assert.ok(!checkpoints.isBusy, 'it is not due')
    for (const number of [5, 9, 9, 12]) assert.equal(checkpoints.rootOf(number), undefined)
    await checkpoints.settled()
    for (const number of [5, 9, 12]) assert.equal(hex(checkpoints.rootOf(number)!), rootOf(number))
    assert.ok(!checkpoints.isBusy)
    await checkpoints.close()
    await store.close()
  })

  test('N-25: batches are committed while a state is scanned, and between the writes of its trie', async () => {
    const store = await Store.open(newDirectory(), genesis)
    const { held, release } = hold()
    const checkpoints = new Checkpoints(store, held, 4)
    await follow(store, checkpoints, 11)
    assert.ok(checkpoints.isBusy && !store.tries.isStored(8))
    release()
    await checkpoints.settled()
    assert.ok(store.tries.isStored(8))
    for (const number of [4, 8]) assert.equal(hex(store.knownRoot(number)!), rootOf(number))

    const [plan, portions] = await scanned(store, 10)
    assert.ok(portions.length > 10)
    const done: string[] = []
    const adopted = adopt(store, plan, portions).then(() => done.push('trie'))
    await Promise.all([adopted, store.commit(chain.batch(12)).then(() => done.push('batch'))])
    assert.deepEqual(done, ['batch', 'trie'])
    assert.ok(store.tries.isStored(10))
    assert.equal(hex(store.stateAt(10).stateRoot), rootOf(10))
    await checkpoints.close()
    await store.close()
  })

  test('N-25: a trie is dropped if its batch was undone before, while or after it was scanned', async () => {
    const store = await committed(9)
    const { held, release } = hold()
    const checkpoints = new Checkpoints(store, held, 2)
    await checkpoints.passed(8)
    assert.equal(checkpoints.rootOf(9), undefined)
    await new Promise(setImmediate) // the plan is made
    await store.undoTo(5)
    release()
    await checkpoints.settled()
    assert.ok(!store.tries.isStored(8) && !checkpoints.isBusy)
    for (let number = 6; number <= 9; number++) await store.commit(chain.batch(number))
    assert.deepEqual(
      [8, 9].map((number) => store.knownRoot(number)),
      [undefined, undefined],
    )

    const [plan, portions] = await scanned(store, 8)
    const adopting = adopt(store, plan, portions)
    await store.undoTo(7)
    assert.equal(await adopting, false, 'undone between two portions')
    assert.equal(await adopt(store, plan, portions), false)
    assert.ok(!store.tries.isStored(8))
    for (let number = 8; number <= 9; number++) await store.commit(chain.batch(number))
    assert.equal(await adopt(store, plan, portions), true, 'the same batch again')
    assert.equal(hex(store.stateAt(9).stateRoot), rootOf(9))
    await checkpoints.close()
    await store.close()
  })

  test('N-25: a batch that comes back while its scan is being dropped is scanned anew', async () => {
    const store = await committed(8)
    const checkpoints = new Checkpoints(store, beside, 4)
    const adopt = store.adopt.bind(store)
    const adopted: boolean[] = []
    store.adopt = async (...portion) => {
      if (adopted.length === 0) await store.undoTo(7)
      adopted.push(await adopt(...portion))
      if (adopted.length === 1) {
        await store.commit(chain.batch(8))
        await checkpoints.passed(8) // finds that it is being computed
      }
      return adopted.at(-1)!
    }
    await checkpoints.passed(8)
    await checkpoints.settled()
    assert.deepEqual(adopted, [false, true])
    assert.ok(store.tries.isStored(8))
    assert.equal(hex(store.knownRoot(8)!), rootOf(8))
    await checkpoints.close()
    await store.close()
  })

  test('N-25: nothing is scanned for a store that is closed', async () => {
    const store = await committed(8)
    const { held, release } = hold()
    const checkpoints = new Checkpoints(store, held, 4)
    await checkpoints.passed(8)
    await new Promise(setImmediate) // the plan is made
    await store.close()
    release()
    await checkpoints.settled()
    assert.ok(!store.tries.isStored(8))
  })

  test('N-25: a trie is dropped if nodes were swept, and a crash leaves what can be used', async () => {
    const directory = newDirectory()
    const store = await committed(9, directory)
    const [plan, portions] = await scanned(store, 8)
    await store.prune(4)
    assert.equal(await adopt(store, plan, portions), false)
    const [later, rest] = await scanned(store, 8)
    const adopting = adopt(store, later, rest)
    await store.close()
    assert.equal(await adopting, false, 'closed between two portions')
    const again = await Store.open(directory, genesis)
    assert.ok(!again.tries.isStored(8))
    const checkpoints = new Checkpoints(again, beside, 2)
    await checkpoints.passed(8)
    await checkpoints.settled()
    assert.ok(again.tries.isStored(8))
    for (const number of [4, 8, 9]) assert.equal(hex(again.stateAt(number).stateRoot), rootOf(number))
    await again.prune(8)
    await checkpoints.close()
    await again.close()
    const clean = newDirectory()
    const other = await committed(9, clean)
    await other.prune(8)
    await other.close()
    await assertSameTries(directory, clean)
  })

  test('N-25: a trie is dropped if some of it was stored before nodes were swept, and kept if none was', async () => {
    const store = await committed(9)
    const [before, portions] = await scanned(store, 8)
    assert.equal(await adopt(store, before, portions.slice(0, 3)), true)
    const pruning = store.prune(4)
    while (store.pruned < 4) await new Promise(setImmediate)
    const meanwhile = store.planScan(8, true)
    assert.deepEqual(await Promise.all([adopt(store, before, portions.slice(3)), pruning]), [false, undefined])
    assert.ok(!store.tries.isStored(8))
    assert.equal(await adopt(store, meanwhile, portions), true)
    assert.ok(store.tries.isStored(8))
    await store.prune(8)
    assert.equal(hex(store.stateAt(8).stateRoot), rootOf(8))
    assert.equal(hex(store.stateAt(9).stateRoot), rootOf(9))
    await store.close()
  })

  for (const withNodes of [true, false]) {
    const what = withNodes ? 'a trie is computed anew' : 'a root alone is kept'
    test(`N-6, N-25: ${what} if nodes were swept since its scan began`, async () => {
      const store = await committed(9)
      const { held, release } = hold()
      const checkpoints = new Checkpoints(store, held, 8)
      const adopt = store.adopt.bind(store)
      const adopted: boolean[] = []
      store.adopt = async (...portion) => {
        adopted.push(await adopt(...portion))
        return adopted.at(-1)!
      }
      if (withNodes) await checkpoints.passed(8)
      else checkpoints.rootOf(8)
      await new Promise(setImmediate) // the plan is made
      await store.prune(4)
      release()
      await checkpoints.settled()
      assert.deepEqual(adopted, withNodes ? [false, true] : [true])
      assert.equal(store.tries.isStored(8), withNodes)
      assert.equal(hex(store.knownRoot(8) ?? new Uint8Array()), rootOf(8))
      await checkpoints.close()
      await store.close()
    })
  }

  for (const [what, thread] of [
    ['can not start', new URL('./NoSuchModule.ts', import.meta.url)],
    ['ends', new URL('../utils/dyingThread.ts', import.meta.url)],
  ] as const) {
    test(`N-26: a thread that ${what} is reported once, and checkpoints are computed in line`, async () => {
      const store = await committed(5)
      const warnings: string[] = []
      const checkpoints = new Checkpoints(store, { warn: (message) => warnings.push(message), thread }, 1)
      await checkpoints.passed(4)
      assert.equal(checkpoints.rootOf(5), undefined)
      await checkpoints.settled()
      assert.equal(warnings.length, 1)
      assert.match(warnings[0]!, /computed in line from now on: .*(NoSuchModule|exit code 3)/)
      assert.equal(hex(checkpoints.rootOf(5)!), rootOf(5))
      await checkpoints.passed(4)
      assert.ok(store.tries.isStored(4))
      assert.equal(hex(store.stateAt(4).stateRoot), rootOf(4))
      await checkpoints.close()
      await store.close()
    })
  }

  test('is closed while it scans, and the store can be opened again', async () => {
    const directory = newDirectory()
    const store = await committed(5, directory)
    const { held } = hold()
    const checkpoints = new Checkpoints(store, held, 1)
    await checkpoints.passed(4)
    await checkpoints.passed(5)
    await new Promise(setImmediate)
    await checkpoints.close()
    assert.ok(!checkpoints.isBusy)
    await store.close()
    const again = await Store.open(directory, genesis)
    assert.deepEqual([again.newest.number, again.tries.isStored(4)], [5, false])
    await again.close()
  })
})
