/** The signed transactions of a benchmark. */
import { type Address, bytesToHex, encodeFunctionData } from 'viem'
import * as Artifacts from '../../prover/workload/Artifacts.ts'
import * as Pairs from '../../prover/workload/Pairs.ts'
import { Random } from '../../prover/workload/Random.ts'
import { deadlines } from '../../prover/workload/Session.ts'
import type { Signer } from '../../prover/workload/Signer.ts'
import { type Accounts, type Contracts, config } from './Population.ts'

const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n }

/** Half ether and half coin transfers between random accounts. The keys of the senders are made here. */
export function transferBatches(
  accounts: Accounts,
  contracts: Contracts,
  size: number,
  counts: readonly number[],
): Uint8Array[][] {
  const random = new Random(`transfers ${size}`)
  const plans = counts.map((count) =>
    Array.from({ length: count }, (_, index) => ({
      sender: accounts.signer(random.below(size)),
      recipient: random.below(size),
      isCoin: index % 2 === 1,
    })),
  )
  // Only now all keys exist, and with them the addresses of those who may receive.
  return plans.map((plan) =>
    plan.map(({ sender, recipient, isCoin }) => {
      const to = bytesToHex(accounts.address(recipient))
      const request = isCoin ? coinTransfer(contracts, to) : { to, value: 1n, gas: 21_000n }
      return sign(sender, request)
    }),
  )
}

/** The same between the users of the session, for whoever needs no large state. */
export function userTransfers(contracts: Contracts, count: number): Uint8Array[] {
  const { random, users } = contracts.session
  return Array.from({ length: count }, (_, index) => {
    const [sender, { address: to }] = [random.pick(users), random.pick(users)]
    const request = index % 2 === 1 ? coinTransfer(contracts, to) : { to, value: 1n, gas: 21_000n }
    return sign(sender, request)
  })
}

/** Swaps of random traders on the pair of the two coins, on one with WETH, or over two pairs. */
export function swapBatches({ session }: Contracts, counts: readonly number[]): Uint8Array[][] {
  const { random, coins, users } = session
  return counts.map((count) =>
    Array.from({ length: count }, () => {
      const [from, to] = random.shuffle<Address | 'ether'>([coins[0]!, coins[1]!, 'ether'])
      const amount = random.amount(10n ** 12n)
      const sender = random.pick(users)
      const { label: _, ...fields } = Pairs.swap(session, sender, from!, to!, amount, 0n, deadlines.far)
      return sign(sender, fields)
    }),
  )
}

function sign(sender: Signer, request: object): Uint8Array {
  const nonce = sender.nonce++
  return sender.signTransaction({ type: 'eip1559', chainId: Number(config.chainId), nonce, ...fees, ...request })
}

function coinTransfer({ session }: Contracts, to: Address) {
  const data = encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'transfer', args: [to, 1n] })
  return { to: session.coins[0]!, data, gas: 80_000n }
}
