import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { ClassicLevel } from 'classic-level'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import { encodeAccount } from '../../prover/state/FlatState.ts'
import { Store, StoreError, version } from '../../prover/state/Store.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import * as Records from '../../prover/state/StoreRecords.ts'
import { writesIn } from '../../prover/state/WriteBuffer.ts'
import { genesisWith, ModelChain, trieOf } from '../utils/Chain.ts'
import type { ModelState } from '../utils/State.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const genesis = genesisWith()
const scratch = mkdtempSync(join(tmpdir(), 'store-'))
after(() => rmSync(scratch, { recursive: true }))
let directories = 0
const newDirectory = () => join(scratch, `${directories++}`)

/** Everything in a closed store. */
async function dump(directory: string): Promise<Map<string, string>> {
  const database = new ClassicLevel<Buffer, Buffer>(directory, { keyEncoding: 'buffer', valueEncoding: 'buffer' })
  const entries = await database.iterator().all()
  await database.close()
  return new Map(entries.map(([key, value]) => [key.toString('hex'), value.toString('hex')]))
}

function assertState(store: Store, state: ModelState): void {
  for (const [accountKey, { account, slots }] of state) {
    const key = Buffer.from(accountKey, 'hex')
    assert.deepEqual(plain(store.state.account(key)!), plain({ ...account, hasStorage: slots.size > 0 }))
    for (const [slotKey, value] of slots) assert.equal(store.state.slot(key, Buffer.from(slotKey, 'hex')), value)
  }
}

/** What was there in one state, and is not in the other. */
function assertAbsent(store: Store, there: ModelState, state: ModelState): void {
  let absent = 0
  for (const [accountKey, { slots }] of there) {
    const key = Buffer.from(accountKey, 'hex')
    const account = state.get(accountKey)
    if (account === undefined) {
      assert.equal(store.state.account(key), undefined)
      absent++
    }
    for (const slotKey of slots.keys()) {
      if (account?.slots.has(slotKey)) continue
      assert.equal(store.state.slot(key, Buffer.from(slotKey, 'hex')), 0n)
      absent++
    }
  }
  assert.ok(absent > 0)
}

const plain = <A extends { codeHash: Uint8Array }>(account: A) => ({ ...account, codeHash: hex(account.codeHash) })

async function committed(directory: string, count: number): Promise<{ store: Store; chain: ModelChain }> {
  const store = await Store.open(directory, genesis)
  const chain = new ModelChain(genesis)
  for (let number = 1; number <= count; number++) await store.commit(chain.batch(number))
  return { store, chain }
}

/** Where a write ends: what is cut off there can't be told from what has fewer. */
function boundaries(bytes: Uint8Array): Set<number> {
  const ends = new Set<number>()
  for (const { key, value } of writesIn(bytes)) {
    const last = value === undefined || value.length === 0 ? key : value
    ends.add(last.byteOffset + last.length - bytes.byteOffset)
  }
  return ends
}

describe('Store', () => {
  test('has the state of the genesis, then of every batch, and of the newest one when it is opened again', async () => {
    const directory = newDirectory()
    const chain = new ModelChain(genesis)
    for (let number = 0; number <= 12; number++) {
      const store = await Store.open(directory, genesis)
      assert.equal(store.newest.number, number)
      assertState(store, chain.state(number))
      assert.equal(hex(store.stateAt(number).stateRoot), hex(trieOf(chain.state(number)).stateRoot))
      await store.commit(chain.batch(number + 1))
      assertState(store, chain.state(number + 1))
      await store.close()
    }
  })

  test('keeps what it was given of batches, blocks, transactions and codes', async () => {
    const { store, chain } = await committed(newDirectory(), 20)
    for (const [index, { header, payload, diff, diffRoot, blocks, codes }] of chain.batches.entries()) {
      const record = store.batch(index + 1)
      assert.deepEqual([record.number, record.l1Time, record.gasUsed], [index + 1, header.l1Time, 42_000n])
      assert.deepEqual([hex(record.diffRoot), hex(record.payloadRoot)], [hex(diffRoot), hex(header.payloadRoot)])
      assert.equal(hex(store.payload(index + 1)), hex(payload))
      assert.equal(store.diff(index + 1).length, diff.length)
      for (const [at, block] of blocks.entries()) {
        assert.equal(record.firstBlock + BigInt(at), block.number)
        assert.deepEqual(store.block(block.number), block)
        assert.equal(store.blockNumber(block.hash), block.number)
        for (const [position, { hash }] of block.transactions.entries()) {
          assert.deepEqual(store.transaction(hash), { block: block.number, index: position })
        }
      }
      for (const code of codes) assert.equal(hex(store.state.code(Keccak.keccak256(code))), hex(code))
    }
    assert.equal(store.block(10_000n), undefined)
    assert.equal(store.blockNumber(new Uint8Array(32)), undefined)
    assert.equal(store.transaction(new Uint8Array(32)), undefined)
    assert.throws(() => store.batch(21), StoreError)
    assert.throws(() => store.state.code(new Uint8Array(32)), { name: 'FlatStateError' })
    await store.close()
  })

  test('shows nothing of a batch before it says that it has it', async () => {
    const { store, chain } = await committed(newDirectory(), 3)
    const seen = () =>
      batch.blocks.flatMap(({ number, hash, transactions }) => [
        store.block(number),
        store.blockNumber(hash),
        ...transactions.map((transaction) => store.transaction(transaction.hash)),
      ])
    const batch = chain.batch(4)
    assert.ok(batch.blocks.length > 0)
    const commit = store.commit(batch)
    await new Promise(setImmediate)
    // The write lands in another thread while this one does not let the store hear of it.
    const end = performance.now() + 200
    while (performance.now() < end) assert.ok(seen().every((entry) => entry === undefined) || store.newest.number === 4)
    await commit
    assert.ok(seen().every((entry) => entry !== undefined))
    await store.close()
  })

  test('N-3: undoes batches to exactly what it was before them', async () => {
    const short = newDirectory()
    await (await committed(short, 4)).store.close()
    const expected = await dump(short)
    const directory = newDirectory()
    const { store, chain } = await committed(directory, 11)
    await store.undoTo(4)
    assertState(store, chain.state(4))
    await store.close()
    const codes = chain.batches.slice(4).flatMap(({ codes }) => [...codes])
    const found = await dump(directory)
    for (const code of codes) assert.ok(found.delete(hex(Keys.code(Keccak.keccak256(code)))), 'codes stay')
    assert.deepEqual(found, expected)

    const again = await Store.open(directory, genesis)
    for (let number = 5; number <= 11; number++) await again.commit(chain.batch(number))
    assertState(again, chain.state(11))
    await again.close()
  })

  test('N-1: with its state in memory it says the same, whatever is committed and undone meanwhile', async () => {
    const { store, chain } = await committed(newDirectory(), 5)
    const loading = store.loadState()
    assert.equal(store.holdsState, false)
    await store.commit(chain.batch(6))
    assertState(store, chain.state(6))
    await loading
    for (let number = 7; number <= 20; number++) {
      assert.equal(store.holdsState, true)
      assertState(store, chain.state(number - 1))
      await store.commit(chain.batch(number))
    }
    await store.undoTo(3)
    assert.equal(store.holdsState, true)
    assertAbsent(store, chain.state(20), chain.state(3))
    assertState(store, chain.state(3))
    assert.equal(hex(await store.checkState()), hex(trieOf(chain.state(3)).stateRoot))
    await store.close()
  })

  test('N-1: without room for its state it reads the disk, and says the same', async () => {
    const directory = newDirectory()
    const { store: first, chain } = await committed(directory, 20)
    await first.close()
    const store = await Store.open(directory, genesis, 1)
    let told = 0
    await store.loadState(() => told++)
    assert.equal(told, 1)
    assert.equal(store.holdsState, false)
    assertState(store, chain.state(20))
    await store.commit(chain.batch(21))
    assertState(store, chain.state(21))
    await store.close()
  })

  test('N-1: a write that fails leaves nothing in memory, and what is on disk is said', async () => {
    const { store, chain } = await committed(newDirectory(), 3)
    await store.loadState()
    const { batch } = ClassicLevel.prototype
    ClassicLevel.prototype.batch = function (this: ClassicLevel, ...args: []) {
      const failing = batch.apply(this, args)
      failing.write = () => Promise.reject(new Error('the disk is full'))
      return failing
    } as typeof batch
    try {
      await assert.rejects(store.commit(chain.batch(4)), /the disk is full/)
    } finally {
      ClassicLevel.prototype.batch = batch
    }
    assert.equal(store.holdsState, false)
    assert.equal(store.newest.number, 3)
    assertState(store, chain.state(3))
    await store.loadState()
    assert.equal(store.holdsState, true)
    assertState(store, chain.state(3))
    await store.close()
    assert.throws(() => assertState(store, chain.state(3)), 'a closed store says nothing')
  })

  test('N-1: closes while its state is read into memory', async () => {
    const { store } = await committed(newDirectory(), 5)
    const loading = assert.rejects(store.loadState(), /was closed while its state was read into memory/)
    await store.close()
    await loading
    assert.equal(store.holdsState, false)
  })

  test('gives the trie after any batch, whichever tries are stored and in whichever order they are asked for', async () => {
    const { store, chain } = await committed(newDirectory(), 12)
    const expect = (number: number) =>
      assert.equal(hex(store.stateAt(number).stateRoot), hex(trieOf(chain.state(number)).stateRoot), `batch ${number}`)
    for (const number of [7, 3, 12, 0, 8]) expect(number)
    await store.storeTrie(6)
    await store.storeTrie(6)
    await store.storeTrie(10)
    store.tries.forgetForks()
    for (const number of [12, 9, 5, 6, 10, 11]) expect(number)
    await store.undoTo(8)
    for (const number of [8, 6, 0]) expect(number)
    assert.throws(() => store.stateAt(9), StoreError)
    for (let number = 9; number <= 12; number++) await store.commit(chain.batch(number))
    for (let number = 0; number <= 12; number++) expect(number)
    await store.close()
  })

  test('whoever asks for states while batches are undone, or forgotten, is answered or refused, and changes no answer after', async () => {
    const { store, chain } = await committed(newDirectory(), 8)
    const askDuring = async (numbers: readonly number[], writing: Promise<void>) => {
      let isWriting = true
      const end = () => {
        isWriting = false
      }
      writing.then(end, end)
      while (isWriting) {
        assert.ok(store.newest.chainHash.length === 32 && store.newestBlock >= 0n)
        for (const number of numbers) {
          try {
            assert.equal(hex(store.stateAt(number).stateRoot), hex(trieOf(chain.state(number)).stateRoot))
          } catch (error) {
            if (error instanceof assert.AssertionError) throw error
          }
        }
        await new Promise(setImmediate)
      }
      await writing
    }
    await store.storeTrie(5)
    await askDuring([2, 3, 6, 8], store.undoTo(6))
    const change = {
      kind: 1,
      account: { nonce: 1n, balance: 9n, codeHash: Keccak.keccak256(new Uint8Array(0)) },
    } as const
    const diff = [{ accountKey: Word.fromBigint(1n), ...change, slots: [] }]
    const header = { ...chain.batch(7).header, previous: store.newest.chainHash }
    await store.commit({ ...chain.batch(7), header, diff, blocks: [], codes: [] })
    assert.equal(hex(store.stateAt(7).stateRoot), hex(store.stateAt(6).applyDiff(diff).stateRoot))
    await store.checkState()
    await askDuring([0, 2, 3, 5, 6], store.prune(5))
    await store.checkState()
    await store.close()
  })

  test('N-7: prunes what only older states need, and nothing else', async () => {
    const directory = newDirectory()
    const { store, chain } = await committed(directory, 12)
    await store.storeTrie(3)
    await store.storeTrie(9)
    await store.prune(6)
    for (let number = 6; number <= 12; number++) {
      assert.equal(hex(store.stateAt(number).stateRoot), hex(trieOf(chain.state(number)).stateRoot))
    }
    assert.throws(() => store.stateAt(5), StoreError)
    await assert.rejects(store.undoTo(5), StoreError)
    await assert.rejects(store.prune(5), StoreError)
    await store.close()
    const nodes = [...(await dump(directory)).keys()].filter((key) => key.startsWith('6e'))
    const live = new Set<string>()
    for (const number of [6, 9]) trieOf(chain.state(number)).persist((hash) => live.add(hex(Keys.node(hash))))
    assert.deepEqual(nodes, [...live].sort())

    const again = await Store.open(directory, genesis)
    assert.equal(again.pruned, 6)
    await again.undoTo(6)
    assertState(again, chain.state(6))
    for (let number = 7; number <= 12; number++) await again.commit(chain.batch(number))
    assert.equal(hex(again.stateAt(12).stateRoot), hex(trieOf(chain.state(12)).stateRoot))
    await again.close()
  })

  test('refuses a batch that does not follow its newest one; what writes takes turns', async () => {
    const { store, chain } = await committed(newDirectory(), 2)
    await assert.rejects(store.commit(chain.batch(2)), StoreError)
    await assert.rejects(store.commit(chain.batch(4)), StoreError)
    const done: string[] = []
    const writes = {
      commit: store.commit(chain.batch(3)),
      again: store.commit(chain.batch(3)),
      trie: store.storeTrie(3),
      undo: store.undoTo(1),
    }
    await assert.rejects(writes.again, StoreError)
    for (const [name, write] of Object.entries(writes)) write.then(() => done.push(name)).catch(() => undefined)
    await writes.undo
    assert.deepEqual([done, store.newest.number, store.tries.isStored(3)], [['commit', 'trie', 'undo'], 1, false])
    await store.close()
  })

  test('N-27: checks its flat pairs against the trie of the newest state, and says when they differ', async () => {
    const directory = newDirectory()
    const { store, chain } = await committed(directory, 5)
    assert.equal(hex(await store.checkState()), hex(trieOf(chain.state(5)).stateRoot))
    await store.undoTo(3)
    assert.equal(hex(await store.checkState()), hex(trieOf(chain.state(3)).stateRoot))
    await store.close()

    const [accountKey, { account, slots }] = [...chain.state(3)][0]!
    const database = new ClassicLevel<Uint8Array, Uint8Array>(directory, { keyEncoding: 'view', valueEncoding: 'view' })
    const record = encodeAccount({ ...account, balance: account.balance + 1n }, slots.size)
    await database.put(Keys.account(Buffer.from(accountKey, 'hex')), record)
    await database.close()
    const damaged = await Store.open(directory, genesis)
    await assert.rejects(damaged.checkState(), /is damaged: its flat pairs have the root/)
    await damaged.close()
  })

  test('N-4: refuses to be opened with another genesis, in another format, twice at once, or over something else', async () => {
    const directory = newDirectory()
    const { store } = await committed(directory, 1)
    const refuse = (of: Promise<Store>, message: RegExp) =>
      assert.rejects(of, (error: StoreError) => {
        assert.ok(error instanceof StoreError)
        assert.match(error.message, message)
        assert.match(error.message, /^Store \/[^\n]+$/)
        return true
      })
    await refuse(Store.open(directory, genesis), /this process has it open/)
    const link = newDirectory()
    symlinkSync(directory, link)
    await refuse(Store.open(link, genesis), /this process has it open/)
    await store.close()
    const elsewhere = new ClassicLevel(directory)
    await elsewhere.open()
    await refuse(Store.open(directory, genesis), /another process has it open/)
    await elsewhere.close()
    await refuse(Store.open(directory, genesisWith({ chainId: 902 })), /another genesis/)
    await refuse(Store.open(directory, genesisWith({ baseFee: 1 })), /another genesis/)
    await refuse(Store.open(directory, genesisWith({ accounts: {} })), /another genesis/)

    const database = new ClassicLevel<Uint8Array, Uint8Array>(directory, { keyEncoding: 'view', valueEncoding: 'view' })
    const meta = Records.decodeRecord<Records.Meta>((await database.get(Keys.meta))!)
    await database.put(Keys.meta, Records.encodeRecord({ ...meta, version: version + 1 }))
    await database.close()
    await refuse(Store.open(directory, genesis), /has format 5, expected 4/)

    const foreign = new ClassicLevel(newDirectory())
    await foreign.put('some', 'thing')
    const { location } = foreign
    await foreign.close()
    await refuse(Store.open(location, genesis), /another program/)
    const file = newDirectory()
    writeFileSync(file, 'not a directory')
    await refuse(Store.open(file, genesis), /can't be opened/)
  })

  test('N-3: what a batch replaced is not taken back if it is cut off', async () => {
    const directory = newDirectory()
    const { store } = await committed(directory, 4)
    await store.close()
    const database = new ClassicLevel<Uint8Array, Uint8Array>(directory, { keyEncoding: 'view', valueEncoding: 'view' })
    const undo = (await database.get(Keys.undo(4)))!
    for (let length = 1; length < undo.length; length += 1 + (length >> 3)) {
      await database.put(Keys.undo(4), undo.subarray(0, length))
      await database.close()
      const damaged = await Store.open(directory, genesis)
      const isWhole = boundaries(undo).has(length)
      if (!isWhole) await assert.rejects(damaged.undoTo(3), /has damaged what batch 4 replaced: Writes have at least/)
      assert.equal(damaged.newest.number, 4)
      await damaged.close()
      await database.open()
    }
    await database.close()
  })

  test('N-8: refuses a change that leaves storage without an account', async () => {
    const { store } = await committed(newDirectory(), 0)
    const slots = [{ slotKey: Word.fromBigint(1n), value: Word.fromBigint(1n) }]
    const change = { accountKey: Word.fromBigint(5n), account: undefined, slots }
    for (const kind of [StateDiff.kinds.storageOnly, StateDiff.kinds.deleted]) {
      assert.throws(() => store.state.apply([{ ...change, kind }]), { name: 'FlatStateError' })
    }
    await store.close()
  })
})
