import * as BatchHeader from '../../prover/batch/BatchHeader.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import type { ExecutedBatch } from '../../prover/state/Store.ts'
import { type ModelState, randomBytes, randomDiff, randomFrom } from './State.ts'

/** A small genesis for tests of the store. */
export function genesisWith(changes: object = {}): Genesis.Genesis {
  const accounts = {
    '0x00000000000000000000000000000000000a11ce': { balance: '1000000000000000000000' },
    '0x0000000000000000000000000000000000000702': { nonce: 1, code: '0x6001', storage: { 5: 7 } },
  }
  const genesis = {
    chainId: 901,
    feeRecipient: '0x00000000000000000000000000000000000000fe',
    blockGasLimit: 30_000_000,
    batchGasLimit: 60_000_000,
    maxTransactionBytes: 65_536,
    precompileGasCap: 6_000_000,
    time: 1_700_000_000,
    baseFee: 1_000_000_000,
    accounts,
    ...changes,
  }
  return Genesis.parse(JSON.stringify(genesis), 'genesis.json')
}

/** The genesis as a plain state. */
export function modelOf(genesis: Genesis.Genesis): ModelState {
  return new Map(
    Array.from(Genesis.toState(genesis), ({ accountKey, account, slots }) => {
      const values = Array.from(slots, ([slotKey, value]) => [hex(slotKey), value] as const)
      return [hex(accountKey), { account, slots: new Map(values) }] as const
    }),
  )
}

/** The state trie of a plain state. */
export function trieOf(state: ModelState): StateTrie {
  const sorted = [...state].sort(([left], [right]) => (left < right ? -1 : 1))
  return StateTrie.build(
    sorted.map(([accountKey, { account, slots }]) => ({
      accountKey: Buffer.from(accountKey, 'hex'),
      account,
      slots: [...slots].sort().map(([slotKey, value]) => [Buffer.from(slotKey, 'hex'), value] as const),
    })),
    () => new Uint8Array(0),
  )
}

/** A made-up chain: batch n is the same in every run, whoever asks. */
export class ModelChain {
  readonly states: ModelState[]
  readonly batches: ExecutedBatch[] = []
  readonly #random = randomFrom(901)
  #chainHash: Uint8Array
  #blocks = 0n

  constructor(genesis: Genesis.Genesis) {
    this.states = [modelOf(genesis)]
    this.#chainHash = BatchHeader.genesisChainHash(trieOf(this.states[0]!).stateRoot)
  }

  /** Batch n; batch 1 is the first. */
  batch(number: number): ExecutedBatch {
    while (this.batches.length < number) this.#extend()
    return this.batches[number - 1]!
  }

  /** The state after batch n. */
  state(number: number): ModelState {
    while (this.batches.length < number) this.#extend()
    return this.states[number]!
  }

  #extend(): void {
    const state = structuredClone(this.states.at(-1)!)
    const diff = randomDiff(state, this.#random)
    const payload = randomBytes(Math.floor(this.#random() * 200), this.#random)
    const header = {
      previous: this.#chainHash,
      payloadRoot: Keccak.keccak256(payload),
      payloadLength: payload.length,
      l1Time: 1_700_000_100n + BigInt(this.batches.length),
    }
    const blocks = Array.from({ length: Math.floor(this.#random() * 3) }, () => {
      this.#blocks++
      const transactions = Array.from({ length: Math.floor(this.#random() * 4) }, () => ({
        hash: randomBytes(32, this.#random),
        gasUsed: 21_000n,
      }))
      return { number: this.#blocks, hash: randomBytes(32, this.#random), transactions }
    })
    const codes = [randomBytes(20, this.#random)]
    this.batches.push({ header, payload, diff, diffRoot: StateDiff.root(diff), gasUsed: 42_000n, blocks, codes })
    this.states.push(state)
    this.#chainHash = BatchHeader.chainHashOf(header)
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
