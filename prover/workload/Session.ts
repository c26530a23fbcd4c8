import { type Address, getContractAddress, type Hex, maxUint64, type SignedAuthorization, zeroAddress } from 'viem'
import * as Artifacts from './Artifacts.ts'
import { Random } from './Random.ts'
import { type Signature, Signer } from './Signer.ts'
import type { Outcome, Transaction } from './Workload.ts'

/** A transaction with the gas that a block needs to have left for it. */
export interface Draft {
  readonly transaction: Transaction
  readonly gas: bigint
}

/** What a user wants to send. The rest of a transaction (nonce, type, fees) is chosen by the session. */
export interface Request {
  readonly label: string
  readonly to?: Address
  readonly value?: bigint
  readonly data?: Hex
  readonly gas: bigint
  /** With these, even with none in the list, it is of type 4. */
  readonly authorizations?: readonly SignedAuthorization[]
  /** `succeeds` unless said otherwise. */
  readonly outcome?: Outcome
}

/** What an invalid transaction has wrong in its fields or its signature. */
export interface Flaw {
  readonly nonce?: number
  readonly chainId?: number
  readonly gasPrice?: bigint
  readonly alter?: (signature: Signature) => Signature
}

/** A time that no test reaches, and one that has passed. */
export const deadlines = { far: maxUint64, passed: 1n }

const gwei = 1_000_000_000n

/** Everything that later transactions depend on: who has which nonce, what is deployed where, who owns what. */
export class Session {
  readonly chainId: number
  readonly random: Random
  readonly deployer: Signer
  readonly users: readonly Signer[]
  readonly codes = Artifacts.readCreationCodes()
  /** The coins, oldest first; the first two have pairs with liquidity. */
  readonly coins: Address[] = []
  readonly coinNames = new Map<Address, string>()
  deed: Address = '0x'
  weth: Address = '0x'
  factory: Address = '0x'
  router: Address = '0x'
  wallet: Address = '0x'
  passkeys: Address = '0x'
  /** Those whose code is the wallet. */
  readonly delegated = new Set<Signer>()
  /** Owners of the deeds, by token number. */
  readonly deedOwners: Signer[] = []
  /** `user/coin` of those who hold coins, of those who let the router spend them, and the counts of used permits. */
  readonly funded = new Set<string>()
  readonly approved = new Set<string>()
  readonly permits = new Map<string, bigint>()
  sentOversize = false

  constructor(seed: string, chainId: number, users: number) {
    this.chainId = chainId
    this.random = new Random(seed)
    this.deployer = new Signer(this.random.word())
    this.users = Array.from({ length: users }, () => new Signer(this.random.word()))
  }

  /** Signs the request as the sender's next transaction. */
  send(sender: Signer, request: Request): Draft {
    const draft = this.#sign(sender, sender.nonce, request, request.outcome ?? 'succeeds', {})
    sender.nonce += 1
    return draft
  }

  /**
   * The same, with which the authority makes the code at `delegate` its own, or ends that with the zero address (EIP-7702).
   * That takes one of the authority's nonces: of the sender itself, the one after the transaction's.
   */
  sendDelegation(sender: Signer, request: Request, authority: Signer, delegate: Address): Draft {
    const nonce = authority === sender ? sender.nonce + 1 : authority.nonce
    const chainId = this.random.pick([this.chainId, 0])
    const authorizations = [authority.signAuthorization({ chainId, address: delegate, nonce })]
    const draft = this.send(sender, { ...request, authorizations })
    authority.nonce += 1
    if (delegate === zeroAddress) this.delegated.delete(authority)
    else this.delegated.add(authority)
    return draft
  }

  /** Signs the request with a flaw for which it is skipped; the sender's nonce stays. */
  sendFlawed(sender: Signer, request: Request, flaw: Flaw): Draft {
    return this.#sign(sender, flaw.nonce ?? sender.nonce, request, 'skipped', flaw)
  }

  /** The address of the contract that the sender's next transaction creates. */
  nextContract(sender: Signer): Address {
    return getContractAddress({ from: sender.address, nonce: BigInt(sender.nonce) })
  }

  #sign(sender: Signer, nonce: number, request: Request, outcome: Outcome, flaw: Flaw): Draft {
    const { label, to, value = 0n, data = '0x', gas } = request
    const fields = { nonce, to: to ?? null, value, data, gas }
    const raw = sender.signTransaction({ ...fields, ...this.#chooseType(request, flaw) }, flaw.alter)
    return { transaction: { raw, label, outcome }, gas }
  }

  /** Types 0 (one in four of them without a chain id, as before EIP-155), 1, 2 and 4, with fees well above the base fee. */
  #chooseType({ to, gas, authorizations }: Request, { chainId = this.chainId, gasPrice }: Flaw) {
    const price = gasPrice ?? BigInt(20 + this.random.below(20)) * gwei
    const isFlawed = chainId !== this.chainId
    // An access list costs up to 6,200 gas, which only the generous limits have to spare.
    const accessList = to !== undefined && gas >= 50_000n && this.random.below(3) === 0 ? [this.#accessOf(to)] : []
    const fees = { maxFeePerGas: price, maxPriorityFeePerGas: price / 20n }
    if (authorizations !== undefined)
      return { type: 'eip7702', chainId, ...fees, accessList, authorizationList: authorizations } as const
    return this.random.pickWeighted([
      [3, { type: 'legacy', chainId, gasPrice: price } as const],
      [isFlawed ? 0 : 1, { type: 'legacy', gasPrice: price } as const],
      [2, { type: 'eip2930', chainId, gasPrice: price, accessList } as const],
      [6, { type: 'eip1559', chainId, ...fees, accessList } as const],
    ])
  }

  #accessOf(address: Address) {
    const storageKeys = Array.from(
      { length: this.random.below(3) },
      (_, slot): Hex => `0x${slot.toString(16).padStart(64, '0')}`,
    )
    return { address, storageKeys }
  }
}
