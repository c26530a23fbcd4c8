/**
 * The state that a benchmark starts from: the contracts of the workload, and `size` accounts that each hold ether and a
 * balance of the first coin, so `size` accounts and `size` slots.
 */
import { bytesToHex } from 'viem'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'
import type { ChainConfig } from '../../prover/machine/ChainConfig.ts'
import { executeBatch } from '../../prover/machine/Executor.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { type SortedState, StateTrie } from '../../prover/state/StateTrie.ts'
import { Session } from '../../prover/workload/Session.ts'
import { Signer } from '../../prover/workload/Signer.ts'
import * as Users from '../../prover/workload/Users.ts'

export const l1Time = 1_800_000_000n
const chainId = 42_069
/** Slot 0 of an OpenZeppelin ERC-20 is the mapping of its balances. */
const balancesSlot = Word.zero
const ether = 10n ** 18n

/** Room for every batch in one block: what is measured is execution, not packing. */
export const config: ChainConfig = {
  chainId: BigInt(chainId),
  feeRecipient: Buffer.alloc(20, 0xfe),
  blockGasLimit: 1n << 40n,
  batchGasLimit: 1n << 40n,
  maxTransactionBytes: 65_536,
  precompileGasCap: 6_000_000n,
}

/** An account by number: those that sign have a key, the others an address alone. */
export class Accounts {
  readonly #signers = new Map<number, Signer>()

  /** The account with a key. It has to be asked for before the state is built. */
  signer(index: number): Signer {
    let signer = this.#signers.get(index)
    if (signer === undefined) {
      signer = new Signer(keccak256(Buffer.from(`key ${index}`)))
      this.#signers.set(index, signer)
    }
    return signer
  }

  address(index: number): Uint8Array {
    const signer = this.#signers.get(index)
    if (signer !== undefined) return Buffer.from(signer.address.slice(2), 'hex')
    return keccak256(Buffer.from(`account ${index}`)).subarray(12)
  }
}

/** What the contracts are before anybody uses them, with `traders` who hold two coins and let the router spend them. */
export class Contracts {
  readonly session: Session
  readonly codes = new Map<string, Uint8Array>()
  readonly trie: StateTrie

  constructor(traders: number) {
    const session = new Session('bench', chainId, traders)
    const accounts = [session.deployer, ...session.users].map(({ address }) => [address, { balance: `${10n ** 30n}` }])
    const { feeRecipient, blockGasLimit, batchGasLimit, precompileGasCap, maxTransactionBytes } = config
    const genesis = Genesis.parse(
      JSON.stringify({
        chainId,
        feeRecipient: bytesToHex(feeRecipient),
        blockGasLimit: `${blockGasLimit}`,
        batchGasLimit: `${batchGasLimit}`,
        maxTransactionBytes,
        precompileGasCap: `${precompileGasCap}`,
        time: `${l1Time - 1n}`,
        baseFee: '7',
        accounts: Object.fromEntries(accounts),
      }),
      'the genesis of the benchmark',
    )
    this.session = session
    for (const { code } of genesis.accounts) this.#keep(code)
    const base = StateTrie.build(Genesis.toState(genesis), (codeHash) => this.code(codeHash))
    const transactions = Array.from(setUp(session), ({ transaction }) => transaction.raw)
    const payload = PayloadCodec.encode([{ time: l1Time - 1n, transactions }])
    const { diff, newCodes, blocks } = executeBatch(base, { payload, l1Time: l1Time - 1n }, config)
    const failed = blocks[0]!.transactions.findIndex(({ status }) => !status)
    if (failed >= 0 || blocks[0]!.skipped.length > 0) throw new Error(`transaction ${failed} of the set-up failed`)
    for (const { code } of newCodes) this.#keep(code)
    this.trie = base.applyDiff(diff)
  }

  code(codeHash: Uint8Array): Uint8Array {
    return this.codes.get(Buffer.from(codeHash).toString('latin1'))!
  }

  get coin(): Uint8Array {
    return Buffer.from(this.session.coins[0]!.slice(2), 'hex')
  }

  #keep(code: Uint8Array): void {
    this.codes.set(Buffer.from(keccak256(code)).toString('latin1'), code)
  }
}

function* setUp(session: Session) {
  yield* Users.setUp(session)
  for (const user of session.users) for (const coin of session.coins) yield* Users.prepare(session, user, coin)
}

type Slot = readonly [slotKey: Uint8Array, value: bigint]
type Entry = SortedState extends Iterable<infer T> ? T : never

/** The whole state in the order of its keys. */
export function* stateOf(contracts: Contracts, accounts: Accounts, size: number): Generator<Entry> {
  const coinKey = keccak256(contracts.coin)
  const plain = sortedKeys(size, (index) => keccak256(accounts.address(index)))
  const account = { nonce: 0n, balance: 1_000n * ether, codeHash: keccak256(new Uint8Array(0)) }
  const people = mapKeys(plain, (accountKey) => ({ accountKey, account, slots: [] as Iterable<Slot> }))
  const others = mapEntries(contracts.trie.accounts.entries(), ([accountKey, { storage, ...leaf }]): Entry => {
    const slots = storage.entries()
    if (Buffer.compare(accountKey, coinKey) !== 0) return { accountKey, account: leaf, slots }
    const balances = sortedKeys(size, (index) => keccak256(slotOf(accounts.address(index))))
    const entries = mapKeys(balances, (slotKey) => [slotKey, ether] as Slot)
    return { accountKey, account: leaf, slots: merge(slots, entries, ([key]: Slot) => key) }
  })
  yield* merge<Entry>(people, others, ({ accountKey }) => accountKey)
}

/** The slot of an account's balance of the coin. */
function slotOf(address: Uint8Array): Uint8Array {
  return keccak256(Buffer.concat([Buffer.alloc(12), address, balancesSlot]))
}

/** `size` keys of 32 bytes, ascending, in one block of memory: ten million of them have to fit. */
function sortedKeys(size: number, keyOf: (index: number) => Uint8Array): Buffer {
  const keys = Buffer.alloc(32 * size)
  for (let index = 0; index < size; index++) keys.set(keyOf(index), 32 * index)
  const at = (index: number) => keys.subarray(32 * index, 32 * index + 32)
  const order = Uint32Array.from({ length: size }, (_, index) => index)
  const prefixes = Float64Array.from({ length: size }, (_, index) => keys.readUIntBE(32 * index, 6))
  order.sort((a, b) => prefixes[a]! - prefixes[b]! || Buffer.compare(at(a), at(b)))
  const sorted = Buffer.alloc(keys.length)
  order.forEach((index, place) => {
    sorted.set(at(index), 32 * place)
  })
  return sorted
}

function* mapKeys<T>(keys: Buffer, make: (key: Uint8Array) => T): Generator<T> {
  for (let at = 0; at < keys.length; at += 32) yield make(keys.subarray(at, at + 32))
}

function* mapEntries<S, T>(entries: Iterable<S>, make: (entry: S) => T): Generator<T> {
  for (const entry of entries) yield make(entry)
}

function* merge<T>(left: Iterable<T>, right: Iterable<T>, keyOf: (item: T) => Uint8Array): Generator<T> {
  const [a, b] = [left[Symbol.iterator](), right[Symbol.iterator]()]
  let [x, y] = [a.next(), b.next()]
  while (!x.done || !y.done) {
    if (y.done || (!x.done && Buffer.compare(keyOf(x.value), keyOf(y.value)) < 0)) {
      yield x.value as T
      x = a.next()
    } else {
      yield y.value
      y = b.next()
    }
  }
}
