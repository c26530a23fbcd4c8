import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { setEnvironmentData } from 'node:worker_threads'
import { ClassicLevel } from 'classic-level'
import { Checkpoints } from '../../prover/node/Checkpoints.ts'
import { Thread } from '../../prover/node/threads/Thread.ts'
import { Store } from '../../prover/state/Store.ts'
import type { ComputedTrie, TrieRequest } from '../../prover/state/TriePlan.ts'
import * as TriePlan from '../../prover/state/TriePlan.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const genesis = genesisWith()
const chain = new ModelChain(genesis)
const scratch = mkdtempSync(join(tmpdir(), 'checkpoints-'))
after(() => rmSync(scratch, { recursive: true }))
let directories = 0
const newDirectory = () => join(scratch, `${directories++}`)
const rootOf = (number: number) => hex(trieOf(chain.state(number)).stateRoot)

const trieThread = new URL('../../prover/node/threads/trie.ts', import.meta.url)
const beside = { warn: assert.fail }

async function committed(count: number, directory = newDirectory()): Promise<Store> {
  const store = await Store.open(directory, genesis)
  for (let number = 1; number <= count; number++) await store.commit(chain.batch(number))
  return store
}

/** Whether roots and nodes of the two closed stores are the same. */
async function assertSameTries(directory: string, other: string): Promise<void> {
  const dump = async (from: string) => {
    const database = new ClassicLevel<Buffer, Buffer>(from, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
    const entries = await database.iterator().all()
    await database.close()
    return entries.filter(([key]) => 'nr'.includes(String.fromCharCode(key[0]!))).map((entry) => entry.map(hex))
  }
  assert.deepEqual(await dump(directory), await dump(other))
}

/** Makes the thread wait; gives what lets it go on. */
function hold(): { held: { warn: typeof assert.fail; thread: URL }; release: () => void } {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  setEnvironmentData('gate', gate)
  const release = () => {
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
  }
  return { held: { ...beside, thread: new URL('../utils/heldTrie.ts', import.meta.url) }, release }
}

/** The trie after a batch, computed by the thread but not stored. */
async function computed(store: Store, number: number): Promise<[TriePlan.TriePlan, ComputedTrie]> {
  const plan = store.planTrie(number)
  const thread = new Thread<TrieRequest, ComputedTrie | undefined>(trieThread, store.location)
  const trie = await thread.ask({ plan, withNodes: true })
  await thread.close()
  return [plan, trie!]
}

/** The same nodes, each in a portion of its own. */
function oneByOne({ root, portions }: ComputedTrie): ComputedTrie {
  const writes = portions.flatMap((portion) => [...TriePlan.writesIn(portion)])
  const single = writes.map(({ key, value }) => {
    const portion = Buffer.alloc(4 + key.length + value!.length)
    portion.writeUInt32BE(value!.length)
    portion.set(key, 4)
    portion.set(value!, 4 + key.length)
    return new Uint8Array(portion.buffer, portion.byteOffset, portion.length)
  })
  return { root, portions: single }
}

describe('Checkpoints', () => {
  test('N-25: roots and stored tries are those that are computed in line', async () => {
    const directory = newDirectory()
    const store = await committed(12, directory)
    const checkpoints = new Checkpoints(store, beside)
    assert.equal(checkpoints.rootOf(9), undefined)
    assert.equal(await checkpoints.keep(5), false)
    assert.equal(await checkpoints.keep(11), false)
    assert.ok(checkpoints.isBusy)
    await checkpoints.settled()
    assert.equal(hex(checkpoints.rootOf(9)!), rootOf(9))
    assert.deepEqual(
      [5, 9, 11].map((number) => store.tries.isStored(number)),
      [true, false, true],
    )
    assert.equal(await checkpoints.keep(11), true)
    assert.ok(!checkpoints.isBusy)
    for (let number = 0; number <= 12; number++) assert.equal(hex(store.stateAt(number).stateRoot), rootOf(number))
    await checkpoints.close()
    await store.close()

    const inLine = newDirectory()
    const other = await committed(12, inLine)
    const without = new Checkpoints(other)
    assert.equal(hex(without.rootOf(9)!), rootOf(9))
    for (const number of [5, 11]) assert.equal(await without.keep(number), true)
    await other.close()
    await assertSameTries(directory, inLine)
    const again = await Store.open(directory, genesis)
    assert.deepEqual([again.newest.number, hex(again.stateAt(11).stateRoot)], [12, rootOf(11)])
    await again.close()
  })

  test('N-25: batches are committed while a trie is computed, and between its writes', async () => {
    const store = await committed(6)
    const { held, release } = hold()
    const checkpoints = new Checkpoints(store, held)
    await checkpoints.keep(6)
    for (let number = 7; number <= 10; number++) await store.commit(chain.batch(number))
    assert.ok(checkpoints.isBusy && !store.tries.isStored(6))
    release()
    await checkpoints.settled()
    assert.ok(store.tries.isStored(6))

    const [plan, trie] = await computed(store, 10)
    const portions = oneByOne(trie)
    assert.ok(portions.portions.length > 10)
    const done: string[] = []
    const adopted = store.adopt(plan, portions).then(() => done.push('trie'))
    await Promise.all([adopted, store.commit(chain.batch(11)).then(() => done.push('batch'))])
    assert.deepEqual(done, ['batch', 'trie'])
    assert.equal(hex(store.stateAt(10).stateRoot), rootOf(10))
    await checkpoints.close()
    await store.close()
  })

  test('N-25: a trie is dropped if its batch was undone before, while or after it was computed', async () => {
    const store = await committed(9)
    const { held, release } = hold()
    const checkpoints = new Checkpoints(store, held)
    await checkpoints.keep(8)
    assert.equal(checkpoints.rootOf(9), undefined)
    await new Promise(setImmediate) // the plan is made
    await store.undoTo(5)
    release()
    await checkpoints.settled()
    assert.ok(!store.tries.isStored(8) && !checkpoints.isBusy)
    for (let number = 6; number <= 9; number++) await store.commit(chain.batch(number))

    const [plan, trie] = await computed(store, 8)
    const adopting = store.adopt(plan, oneByOne(trie))
    await store.undoTo(7)
    assert.equal(await adopting, false, 'undone between two portions')
    assert.equal(await store.adopt(plan, trie), false)
    assert.ok(!store.tries.isStored(8))
    for (let number = 8; number <= 9; number++) await store.commit(chain.batch(number))
    assert.equal(await store.adopt(plan, trie), true, 'the same batch again')
    assert.equal(hex(store.stateAt(9).stateRoot), rootOf(9))
    await checkpoints.close()
    await store.close()
  })

  test('N-25: a trie is dropped if what it was computed from was pruned, and a crash leaves what can be used', async () => {
    const directory = newDirectory()
    const store = await committed(9, directory)
    const [plan, trie] = await computed(store, 8)
    await store.prune(4)
    assert.equal(await store.adopt(plan, trie), false)
    const [later, rest] = await computed(store, 8)
    const { root, portions } = oneByOne(rest)
    const adopting = store.adopt(later, { root, portions })
    await store.close()
    assert.equal(await adopting, false, 'closed between two portions')
    const again = await Store.open(directory, genesis)
    assert.ok(!again.tries.isStored(8))
    await again.storeTrie(8)
    for (const number of [4, 8, 9]) assert.equal(hex(again.stateAt(number).stateRoot), rootOf(number))
    await again.prune(8)
    await again.close()
    const clean = newDirectory()
    const other = await committed(9, clean)
    await other.prune(8)
    await other.close()
    await assertSameTries(directory, clean)
  })

  for (const [what, thread] of [
    ['can not start', new URL('./NoSuchModule.ts', import.meta.url)],
    ['ends', new URL('../utils/dyingThread.ts', import.meta.url)],
  ] as const) {
    test(`N-26: a thread that ${what} is reported once, and checkpoints are computed in line`, async () => {
      const store = await committed(5)
      const warnings: string[] = []
      const checkpoints = new Checkpoints(store, { warn: (message) => warnings.push(message), thread })
      assert.equal(await checkpoints.keep(3), false)
      assert.equal(checkpoints.rootOf(5), undefined)
      await checkpoints.settled()
      assert.equal(warnings.length, 1)
      assert.match(warnings[0]!, /computed in line from now on: .*(NoSuchModule|exit code 3)/)
      assert.equal(hex(checkpoints.rootOf(5)!), rootOf(5))
      assert.equal(await checkpoints.keep(3), true)
      assert.equal(hex(store.stateAt(3).stateRoot), rootOf(3))
      await checkpoints.close()
      await store.close()
    })
  }

  test('is closed while it computes, and the store can be opened again', async () => {
    const directory = newDirectory()
    const store = await committed(5, directory)
    const { held } = hold()
    const checkpoints = new Checkpoints(store, held)
    await checkpoints.keep(3)
    await checkpoints.keep(5)
    await new Promise(setImmediate)
    await checkpoints.close()
    assert.ok(!checkpoints.isBusy)
    await store.close()
    const again = await Store.open(directory, genesis)
    assert.deepEqual([again.newest.number, again.tries.isStored(3)], [5, false])
    await again.close()
  })
})
