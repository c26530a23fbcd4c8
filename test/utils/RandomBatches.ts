// Random batches of signed transactions on a genesis of random programs.
import { bytesToHex, hexToBytes, numberToBytes, numberToHex, type SignedAuthorization } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import type * as Genesis from '../../prover/state/Genesis.ts'
import { Signer, toUpperHalf } from '../../prover/workload/Signer.ts'
import { Chance } from '../../script/campaign/fuzz/Chance.ts'
import { makeProgram } from '../../script/campaign/fuzz/ProgramGenerator.ts'
import { genesisWith } from './Chain.ts'
import { randomBytes } from './State.ts'

const gwei = 10n ** 9n
const signers = Array.from({ length: 5 }, (_, index) => privateKeyToAccount(numberToHex(index + 1, { size: 32 })))
/** The signers, and after them people who only authorise. */
const people = [1, 2, 3, 4, 5, 50, 51, 52].map((key) => new Signer(numberToBytes(key, { size: 32 })))
const contracts = Array.from({ length: 8 }, (_, index) => 0xc0de_0000_0000n + BigInt(index))
/** Contracts, people, precompiles of each sort, the system account and nobody. */
const addresses = [
  ...contracts,
  ...people.map(({ address }) => BigInt(address)),
  ...[1n, 2n, 3n, 4n, 5n, 6n, 0x100n],
  0x0000f90827f1c53a10cb7a02335b175320002935n,
  0xdeadn,
  0xfen,
]

/** Code of about `length` statements that uses the addresses above; what it creates has the code of a contract for initcode. */
function randomProgram(random: () => number, length: number): Uint8Array {
  const surroundings = { later: contracts, contracts, others: addresses, libraries: contracts, salts: 2 }
  return makeProgram(new Chance(String(random())), surroundings, length)
}

/** A chain of random programs with a few rich signers. */
export function randomGenesis(random: () => number): Genesis.Genesis {
  const rich = signers.map(({ address }) => [address, { balance: `${10n ** 21n}` }])
  const programs = contracts.map((address) => {
    const code = bytesToHex(randomProgram(random, 3 + Math.floor(random() * 10)))
    const storage = { 0: 1, 1: Math.floor(random() * 3), 2: 5 }
    return [numberToHex(address, { size: 20 }), { nonce: 1, balance: 1000, code, storage }]
  })
  return genesisWith({ accounts: Object.fromEntries([...rich, ...programs]), blockGasLimit: 20_000_000 })
}

/** Makes batches for a chain; remembers the nonces that valid transactions need. */
export class RandomBatches {
  readonly #random: () => number
  readonly #nonces = people.map(() => 0)

  constructor(random: () => number) {
    this.#random = random
  }

  async payload(time: bigint): Promise<Uint8Array> {
    const blocks: PayloadCodec.PostedBlock[] = []
    for (let block = Math.floor(this.#random() * 3); block >= 0; block--) {
      const transactions: Uint8Array[] = []
      for (let count = Math.floor(this.#random() * 8); count > 0; count--) transactions.push(await this.#transaction())
      blocks.push({ time: time + BigInt(Math.floor(this.#random() * 20_000)) - 10_000n, transactions })
    }
    const payload = PayloadCodec.encode(blocks)
    if (this.#random() < 0.1) return payload.slice(0, Math.floor(this.#random() * payload.length))
    return payload
  }

  /** What the chain took of everybody, so that the next batch goes on from there. */
  setNonces(nonceOf: (address: Uint8Array) => bigint): void {
    for (const [index, { address }] of people.entries()) this.#nonces[index] = Number(nonceOf(hexToBytes(address)))
  }

  async #transaction(): Promise<Uint8Array> {
    const random = this.#random
    const below = (limit: number) => Math.floor(random() * limit)
    const signer = below(signers.length)
    const isOdd = random() < 0.1
    const nonce = isOdd ? this.#nonces[signer]! + below(3) - 1 : this.#nonces[signer]!++
    const isCreation = random() < 0.15
    const data = isCreation ? randomProgram(random, 5) : randomBytes(below(100), random)
    const target = addresses[below(addresses.length)]!
    const base = {
      chainId: random() < 0.02 ? 902 : 901,
      nonce: Math.max(0, nonce),
      gas: BigInt(isCreation ? 100_000 + below(500_000) : (random() < 0.2 ? 21_000 : 100_000) + below(1_000_000)),
      to: isCreation ? undefined : numberToHex(target, { size: 20 }),
      value: random() < 0.7 ? 0n : BigInt(below(1_000_000)),
      data: bytesToHex(data),
    }
    const accessList = [
      { address: numberToHex(target, { size: 20 }), storageKeys: [numberToHex(below(4), { size: 32 })] },
    ]
    const maxFeePerGas = BigInt(below(20)) * gwei
    const fees = { maxFeePerGas, maxPriorityFeePerGas: maxFeePerGas === 0n ? 0n : BigInt(below(3)) * (gwei / 2n) }
    const gasPrice = fees.maxFeePerGas
    const someList = random() < 0.5 ? accessList : []
    const kinds = [
      () => ({ type: 'eip1559', ...base, ...fees, accessList: someList }),
      () => ({ type: 'eip2930', ...base, gasPrice, accessList }),
      () => ({ type: 'legacy', ...base, gasPrice }),
      () => ({ type: 'legacy', ...base, gasPrice, chainId: undefined }),
      () => {
        const authorizationList = Array.from({ length: below(5) }, () => this.#authorization())
        const to = random() < 0.3 ? people[below(people.length)]!.address : base.to
        return { type: 'eip7702', ...base, to, ...fees, accessList: someList, authorizationList }
      },
    ] as const
    type Request = Parameters<(typeof signers)[0]['signTransaction']>[0]
    const raw = hexToBytes(await signers[signer]!.signTransaction(kinds[below(kinds.length)]!() as Request))
    if (random() < 0.05) raw[below(raw.length)]! ^= 1 << below(8)
    return raw
  }

  /** An authorisation of anybody, the sender too: mostly good, else void for one of the reasons that there are. */
  #authorization(): SignedAuthorization {
    const random = this.#random
    const below = (limit: number) => Math.floor(random() * limit)
    const person = below(people.length)
    const isGood = random() < 0.7
    const nonce = isGood ? this.#nonces[person]!++ : this.#nonces[person]! + below(3) - 1
    const chainId = [901, 901, 0][below(3)]!
    // To clear it, to a contract, a person (with a designator, maybe), a precompile or nobody.
    const target = random() < 0.2 ? 0n : addresses[below(addresses.length)]!
    const address = numberToHex(target, { size: 20 })
    const good = { chainId, address, nonce: Math.max(0, nonce) }
    const signer = people[person]!
    if (isGood || random() < 0.4) return signer.signAuthorization(good)
    const wrong = [
      () => signer.signAuthorization({ ...good, chainId: 902 }),
      () => signer.signAuthorization({ ...good, nonce: (2n ** 64n - 1n) as unknown as number }),
      () => signer.signAuthorization(good, toUpperHalf),
      () => signer.signAuthorization(good, (signature) => ({ ...signature, yParity: 2 + below(250) })),
      () => signer.signAuthorization(good, (signature) => ({ ...signature, r: BigInt(below(8)) })),
      () => signer.signAuthorization(good, (signature) => ({ ...signature, s: BigInt(below(2)) })),
    ]
    return wrong[below(wrong.length)]!()
  }
}
