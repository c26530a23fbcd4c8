/** Writes the state of a benchmark in the form that each design reads. */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { ClassicLevel } from 'classic-level'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as FlatRoot from '../../prover/state/FlatRoot.ts'
import { encodeAccount } from '../../prover/state/FlatState.ts'
import type { SortedState } from '../../prover/state/StateTrie.ts'
import * as Keys from '../../prover/state/StoreKeys.ts'
import { nodesIn } from '../../prover/state/TrieRecord.ts'
import { type Database, levelOptions } from './Design.ts'

/** Where the databases of one state are, and its root. */
export interface Databases {
  readonly flat: string
  /** The same again. */
  readonly threaded: string
  readonly trie: string
  /** The same again. */
  readonly trieInMemory: string
  readonly stock: string
  readonly stateRoot: Uint8Array
}

/** Builds all databases in one pass over the state, below `directory`. */
export async function build(
  directory: string,
  state: SortedState,
  codes: ReadonlyMap<string, Uint8Array>,
): Promise<Databases> {
  const at = (name: string) => join(directory, name)
  const paths = {
    flat: at('flat'),
    threaded: at('threaded'),
    trie: at('trie'),
    trieInMemory: at('trie-in-memory'),
    stock: at('stock'),
  }
  const flat = new Loader(new ClassicLevel(paths.flat, levelOptions) as Database, [Buffer.of(0), Buffer.of(255)])
  const trie = new Loader(new ClassicLevel(paths.trie, levelOptions) as Database, [Buffer.of(0), Buffer.of(255)])
  const stock = new Loader(
    new ClassicLevel<string, Uint8Array>(paths.stock, { ...levelOptions, keyEncoding: 'utf8' }),
    ['0', '~'],
  )
  const loaders = [flat, trie, stock]
  await Promise.all(loaders.map((loader) => loader.open()))
  const pair = (key: Uint8Array, value: Uint8Array) => {
    flat.put(key, value)
    trie.put(key, value)
  }
  for (const [hash, code] of codes) {
    pair(Keys.code(Buffer.from(hash, 'latin1')), code)
    // @ethereumjs keeps a code under the letter c and its hash.
    stock.put(`63${Buffer.from(hash, 'latin1').toString('hex')}`, code)
  }
  const put = (hash: Uint8Array, record: Uint8Array) => {
    trie.put(Keys.node(hash), Buffer.from(record))
    for (const rlp of nodesIn(record)) stock.put(Buffer.from(keccak256(rlp)).toString('hex'), Buffer.from(rlp))
  }
  const steps = FlatRoot.buildInSteps(writingPairs(state, pair), put)
  let step = steps.next()
  while (!step.done) {
    for (const loader of loaders) await loader.keepUp()
    step = steps.next()
  }
  const stateRoot = step.value
  for (const loader of loaders) await loader.close()
  await cp(paths.flat, paths.threaded, { recursive: true })
  await cp(paths.trie, paths.trieInMemory, { recursive: true })
  return { ...paths, stateRoot }
}

/** The same state; what is taken of it is written as flat pairs besides. */
function* writingPairs(state: SortedState, put: (key: Uint8Array, value: Uint8Array) => void): SortedState {
  for (const { accountKey, account, slots } of state) {
    let slotCount = 0
    const written = function* () {
      for (const [slotKey, value] of slots) {
        slotCount++
        put(Keys.slot(accountKey, slotKey), Word.toInteger(value))
        yield [slotKey, value] as const
      }
    }
    yield { accountKey, account, slots: written() }
    put(Keys.account(accountKey), encodeAccount(account, slotCount))
  }
}

/** Puts pairs in large writes that are not synced, each of which starts while the next ones are filled. */
class Loader<K extends string | Uint8Array> {
  static readonly #size = 20_000
  static readonly #maxWrites = 4
  readonly #database: ClassicLevel<K, Uint8Array>
  #batch: ReturnType<ClassicLevel<K, Uint8Array>['batch']> | undefined
  #count = 0
  readonly #bounds: [low: K, high: K]
  #writes: Promise<void>[] = []

  constructor(database: ClassicLevel<K, Uint8Array>, bounds: [low: K, high: K]) {
    this.#database = database
    this.#bounds = bounds
  }

  async open(): Promise<void> {
    await this.#database.open()
    this.#batch = this.#database.batch()
  }

  put(key: K, value: Uint8Array): void {
    this.#batch!.put(key, value)
    if (++this.#count % Loader.#size > 0) return
    this.#writes.push(this.#batch!.write())
    this.#batch = this.#database.batch()
  }

  /** Waits until there is memory for more: a large state is longer than it. */
  async keepUp(): Promise<void> {
    if (this.#writes.length < Loader.#maxWrites) return
    await Promise.all(this.#writes)
    this.#writes = []
  }

  async close(): Promise<void> {
    this.#writes.push(this.#batch!.write())
    await Promise.all(this.#writes)
    await this.#database.compactRange(...this.#bounds)
    await this.#database.close()
  }
}
