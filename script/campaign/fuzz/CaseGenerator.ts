/** Cases out of a seed: contracts that call and create each other, accounts at the edges, and batches of all transactions. */
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Payload from '../../../prover/commitment/Payload.ts'
import * as Address from '../../../prover/machine/Address.ts'
import * as SystemAccount from '../../../prover/machine/SystemAccount.ts'
import { toUpperHalf } from '../../../prover/workload/Signer.ts'
import { Chance } from './Chance.ts'
import { atEdge } from './Edges.ts'
import {
  type CaseAccount,
  type CaseBlock,
  type CaseTransaction,
  chainId,
  type FuzzCase,
  feeRecipient,
} from './FuzzCase.ts'
import type { Surroundings } from './Operands.ts'
import * as PrecompileInputs from './PrecompileInputs.ts'
import { makeInitcode, makeProgram } from './ProgramGenerator.ts'
import * as TransactionForm from './TransactionForm.ts'

const ether = 10n ** 18n
const nobody: CaseAccount = { nonce: 0n, balance: 0n, code: new Uint8Array(0), storage: new Map() }
const salts = 3
/** More than a transaction has besides its data, or a block besides its transactions. */
const OVERHEAD = 2_048
const precompiles = [...PrecompileInputs.cheap, ...PrecompileInputs.slow]
/** Signers that have code: a delegation, and a contract's, with which none may send. */
const delegatedSigner = TransactionForm.signerCount - 2
const contractSigner = TransactionForm.signerCount - 1

/** Cases without end, the same for the same seed. */
export function* casesOf(seed: string): Generator<FuzzCase, never> {
  for (let index = 0; ; index++) yield makeCase(`${seed}:${index}`)
}

/** The one case of a seed. */
export function makeCase(seed: string): FuzzCase {
  const chance = new Chance(seed)
  const accounts = new Accounts(chance)
  const fuzzCase = new Batch(chance, accounts).make()
  return chance.once(3) ? atEdge(chance, fuzzCase) : fuzzCase
}

class Accounts {
  readonly all = new Map<bigint, CaseAccount>()
  readonly contracts: readonly bigint[]
  readonly libraries: readonly bigint[]
  readonly others: readonly bigint[]
  readonly #chance: Chance

  constructor(chance: Chance) {
    this.#chance = chance
    this.contracts = this.#addresses(0xc0den, chance.between(2, 6))
    this.libraries = this.#addresses(0x11bn, chance.between(1, 4))
    const delegated = this.#addresses(0xde1en, 4)
    const [poor, rich] = [0xb001n, 0xb002n]
    const people = TransactionForm.addresses
    const system = Address.fromBytes(SystemAccount.address)
    const somebody = [poor, rich, 0xdeadn, feeRecipient, system, chance.pick(precompiles), chance.pick(precompiles)]
    this.others = [...delegated, ...people, ...somebody]

    for (const address of this.libraries) this.#put(address, { nonce: 1n, code: makeInitcode(chance, this.around(99)) })
    const futures = this.#futures()
    this.others = [...this.others, ...futures]
    for (const [index, address] of this.contracts.entries()) this.#put(address, this.#contract(index))
    for (const address of people) this.#put(address, { balance: 1_000n * ether, nonce: BigInt(chance.below(2)) })
    this.#put(poor, { balance: 1n })
    this.#put(rich, { balance: ether })
    this.#delegate([...delegated, people[delegatedSigner]!])
    this.#put(people[contractSigner]!, { balance: ether, nonce: 1n, code: Uint8Array.of(0x5f, 0x5f, 0xfd) })
    if (chance.once(4)) this.#put(feeRecipient, { balance: 7n })
    if (chance.once(6)) this.#put(chance.pick(precompiles), { balance: 1n })
    this.#collide(futures)
  }

  /** What the program of contract `index` may name. */
  around(index: number): Surroundings {
    const { contracts, others, libraries } = this
    return { later: contracts.slice(index + 1), contracts, others, libraries, salts }
  }

  #addresses(tag: bigint, count: number): bigint[] {
    return Array.from({ length: count }, (_, index) => (tag << 64n) + BigInt(index))
  }

  #put(address: bigint, account: Partial<CaseAccount>): void {
    this.all.set(address, { ...nobody, ...account })
  }

  #contract(index: number): CaseAccount {
    const chance = this.#chance
    const code = makeProgram(chance, this.around(index), chance.between(1, 14))
    const storage = new Map([0n, 1n, 2n].map((slot) => [slot, BigInt(chance.below(3))]))
    return { nonce: BigInt(chance.once(30) ? 2n ** 64n - 2n : 1n), balance: BigInt(chance.below(20)), code, storage }
  }

  /** Where contracts will create, if they do. */
  #futures(): bigint[] {
    const { contracts, libraries } = this
    const created = contracts.flatMap((creator) => [1n, 2n].map((nonce) => Address.ofCreate(creator, nonce)))
    const salted = contracts.flatMap((creator) =>
      libraries.map((library) => {
        const hash = keccak256(this.all.get(library)!.code)
        return Address.ofCreate2(creator, BigInt(this.#chance.below(salts)), hash)
      }),
    )
    const byPeople = [0, 1].map((signer) => Address.ofCreate(TransactionForm.addresses[signer]!, BigInt(signer)))
    return [...created, ...salted, ...byPeople]
  }

  #delegate(addresses: readonly bigint[]): void {
    for (const address of addresses) {
      const chance = this.#chance
      const target = chance.weighted([
        [6, chance.pick(this.contracts)],
        [1, chance.pick(addresses)],
        [1, chance.pick(precompiles)],
        [1, 0xdeadn],
        [1, address],
      ])
      const code = Uint8Array.from([0xef, 0x01, 0x00, ...Address.toBytes(target)])
      this.#put(address, { nonce: 1n, balance: 1_000n * ether, code, storage: new Map([[0n, 1n]]) })
    }
  }

  /** Something is already there, where a contract is to be created. */
  #collide(futures: readonly bigint[]): void {
    const chance = this.#chance
    for (const address of futures) {
      if (!chance.once(8)) continue
      const kinds: readonly Partial<CaseAccount>[] = [
        { balance: 5n },
        { nonce: 1n },
        { nonce: 1n, code: Uint8Array.of(0x33, 0xff), storage: new Map([[0n, 1n]]) },
        { nonce: 1n, storage: new Map([[1n, 2n]]) },
      ]
      this.#put(address, chance.pick(kinds))
    }
  }
}

class Batch {
  readonly #chance: Chance
  readonly #accounts: Accounts
  readonly #nonces: bigint[]
  readonly #baseFee: bigint
  /** Bytes of a payload that L1 takes, as far as they are not taken yet. */
  #room = Payload.maxLength

  constructor(chance: Chance, accounts: Accounts) {
    this.#chance = chance
    this.#accounts = accounts
    this.#nonces = TransactionForm.addresses.map((address) => accounts.all.get(address)!.nonce)
    this.#baseFee = chance.pick([0n, 1n, 7n, 1_000_000_000n])
  }

  make(): FuzzCase {
    const chance = this.#chance
    const number = BigInt(chance.pick([0, 1, 7, 255, 256, 257, 8_190, 8_191, 20_000]))
    const l1Time = 1_800_000_000n
    const head = { number, time: l1Time - BigInt(chance.pick([0, 100, 3_600, 100_000])), nextBaseFee: this.#baseFee }
    const blocks: CaseBlock[] = Array.from(
      {
        length: chance.weighted([
          [6, 1],
          [3, 2],
          [1, 3],
        ]),
      },
      () => ({
        time: chance.weighted([
          [6, l1Time - BigInt(chance.below(200))],
          [1, 0n],
          [1, l1Time + 5n],
          [1, 2n ** 64n - 1n],
        ]),
        transactions: Array.from(
          {
            length: chance.weighted([
              [1, 0],
              [6, 1],
              [5, 2],
              [4, 3],
              [1, 8],
            ]),
          },
          () => this.#transaction(),
        ).filter((transaction) => this.#takes(transaction)),
      }),
    )
    const cut = chance.once(40) ? chance.below(60) : 0
    const blockGasLimit = BigInt(chance.once(12) ? chance.between(100_000, 3_000_000) : 30_000_000)
    return { head, l1Time, blockGasLimit, batchGasLimit: 60_000_000n, accounts: this.#accounts.all, blocks, cut }
  }

  /** Whether there is room for a transaction. */
  #takes(transaction: CaseTransaction): boolean {
    const { length } = transaction instanceof Uint8Array ? transaction : transaction.data
    if (length + OVERHEAD > this.#room) return false
    this.#room -= length + OVERHEAD
    return true
  }

  #transaction(): CaseTransaction {
    const chance = this.#chance
    if (chance.once(12)) return this.#invalid()
    const form = this.#form(chance.once(12) ? delegatedSigner : chance.below(delegatedSigner))
    this.#nonces[form.signer]!++
    return form
  }

  #form(signer: number): TransactionForm.TransactionForm {
    const chance = this.#chance
    const { contracts, others, libraries } = this.#accounts
    const type = chance.weighted([
      [4, 0],
      [3, 1],
      [8, 2],
      [4, 4],
    ] as const)
    const isCreation = type !== 4 && chance.once(7)
    const to = chance.weighted([
      [10, chance.pick(contracts)],
      [2, chance.pick(others)],
      [1, chance.pick(libraries)],
    ])
    const data = isCreation ? this.#initcode() : this.#data(to)
    const headroom = BigInt(chance.pick([0, 0, 1, 1_000, 2_000_000_000]))
    return {
      signer,
      type,
      chainId: type === 0 && chance.once(4) ? 0n : chainId,
      nonce: this.#nonces[signer]!,
      gas: BigInt(
        chance.weighted([
          [8, 500_000 + chance.below(2_000_000)],
          [3, 50_000 + chance.below(250_000)],
          [1, 2 ** 23],
        ]),
      ),
      maxFee: this.#baseFee * 2n + headroom,
      priorityFee: chance.pick([0n, 1n, headroom]) % (this.#baseFee * 2n + headroom + 1n),
      to: isCreation ? undefined : to,
      value: chance.weighted([
        [8, 0n],
        [5, BigInt(chance.below(10))],
        [1, ether],
      ]),
      data,
      accessList: type === 0 || chance.once(2) ? [] : this.#accessList(to, signer),
      authorizations: type === 4 ? this.#authorizations(signer) : [],
    }
  }

  #initcode(): Uint8Array {
    const chance = this.#chance
    if (chance.once(20)) return new Uint8Array(chance.pick([0, 1, 49_152, 49_153]))
    return makeInitcode(chance, this.#accounts.around(chance.below(4)))
  }

  #data(to: bigint): Uint8Array {
    const chance = this.#chance
    if (precompiles.includes(to)) return PrecompileInputs.make(chance, to)
    if (chance.once(30)) return new Uint8Array(chance.between(1_000, 3_000)).fill(chance.below(2))
    return chance.bytes(chance.pick([0, 0, 4, 31, 32, 33, 68, 200]))
  }

  /** With duplicates, and with what is warm anyway. */
  #accessList(to: bigint, signer: number): TransactionForm.AccessListEntry[] {
    const chance = this.#chance
    const { contracts, others } = this.#accounts
    const candidates = [to, to, TransactionForm.addresses[signer]!, ...contracts, chance.pick(others), 1n, feeRecipient]
    return Array.from({ length: chance.between(1, 4) }, () => ({
      address: chance.pick(candidates),
      keys: Array.from({ length: chance.below(4) }, () => BigInt(chance.below(4))),
    }))
  }

  #authorizations(sender: number): TransactionForm.Authorization[] {
    const chance = this.#chance
    const { contracts, others } = this.#accounts
    return Array.from({ length: chance.between(1, 3) }, () => {
      const signer = chance.once(3) ? sender : chance.below(TransactionForm.signerCount)
      // The sender's nonce has gone up by then.
      const nonce = this.#nonces[signer]! + (signer === sender ? 1n : 0n)
      const isRight = !chance.once(5)
      // Only now and then does the signer's own count go on, so that later transactions stay valid.
      if (isRight && signer !== contractSigner) this.#nonces[signer]!++
      return {
        signer,
        chainId: isRight ? chance.pick([0n, chainId]) : chance.pick([chainId, chainId + 1n]),
        address: chance.weighted([
          [6, chance.pick(contracts)],
          [2, chance.pick(others)],
          [2, 0n],
          [1, 1n],
        ]),
        nonce: isRight ? nonce : nonce + chance.pick([1n, 2n ** 64n - 1n - nonce]),
      }
    })
  }

  /** A transaction that is skipped, for each of the reasons of B-8. */
  #invalid(): CaseTransaction {
    const chance = this.#chance
    const form = this.#form(chance.below(delegatedSigner))
    const fee = this.#baseFee
    const forms: readonly (() => CaseTransaction)[] = [
      () => ({ ...form, nonce: form.nonce + 1n }),
      () => ({ ...form, nonce: form.nonce === 0n ? 2n ** 64n - 1n : form.nonce - 1n }),
      () => ({ ...form, nonce: 2n ** 64n - 1n }),
      () => ({ ...form, chainId: chainId + 1n }),
      () => ({ ...form, gas: 2n ** 24n + 1n }),
      () => ({ ...form, gas: BigInt(chance.pick([0, 20_999, 21_000, 2 ** 32])) }),
      () => ({ ...form, maxFee: fee === 0n ? 0n : fee - 1n, priorityFee: 0n }),
      () => ({ ...form, type: 2, authorizations: [], priorityFee: form.maxFee + 1n }),
      () => ({ ...form, type: 2, to: undefined, gas: 10_000_000n, data: new Uint8Array(49_153) }),
      () => ({ ...form, value: 2n ** 255n }),
      () => ({ ...form, maxFee: 2n ** 256n - 1n, priorityFee: 0n }),
      () => ({ ...form, signer: contractSigner, nonce: 1n }),
      () => ({ ...form, type: 4, authorizations: [] }),
      () => ({ ...form, type: 4, to: undefined, authorizations: this.#authorizations(form.signer) }),
      () => TransactionForm.encode(form, toUpperHalf),
      () => TransactionForm.encode(form, (signature) => ({ ...signature, r: chance.pick([0n, 1n, 2n ** 256n - 1n]) })),
      () => TransactionForm.encode(form, (signature) => ({ ...signature, s: 0n })),
      () => TransactionForm.encode(form, (signature) => ({ ...signature, yParity: 1 - signature.yParity })),
      () => Uint8Array.from([...TransactionForm.encode(form), 0]),
      () => TransactionForm.encode(form).slice(0, -1),
      () => this.#flipped(form),
      () => Uint8Array.of(chance.pick([3, 5, 0x7f, 0x80, 0xc0]), ...TransactionForm.encode(form)),
      () => new Uint8Array(0),
      () => new Uint8Array(65_537),
    ]
    return chance.pick(forms)()
  }

  /** Somewhere a bit is wrong, mostly in the first fields. */
  #flipped(form: TransactionForm.TransactionForm): Uint8Array {
    const chance = this.#chance
    const raw = Uint8Array.from(TransactionForm.encode(form))
    raw[chance.below(chance.once(2) ? raw.length : Math.min(12, raw.length))]! ^= 1 << chance.below(8)
    return raw
  }
}
