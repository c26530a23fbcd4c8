import type { Address } from 'viem'
import { bytesToHex, encodeDeployData, encodeFunctionData, getAddress, type Hex, maxUint256, zeroAddress } from 'viem'
import * as Artifacts from './Artifacts.ts'
import { mistakes } from './Mistakes.ts'
import * as Pairs from './Pairs.ts'
import { signWithPasskey } from './Passkey.ts'
import { signPermit } from './Permit.ts'
import { type Draft, deadlines, type Request, type Session } from './Session.ts'
import type { Signer } from './Signer.ts'

/** What one user does next: one transaction, or several that depend on each other. */
export type Action = (session: Session, user: Signer) => Iterable<Draft>

const coin = 10n ** 18n
const supply = 10n ** 12n * coin
const { far } = deadlines

/** An endless list of transactions: the set-up, then random actions of random users. */
export function* transactionsOf(session: Session): Generator<Draft> {
  yield* setUp(session)
  yield* deployAccounts(session)
  while (true) {
    const action = session.random.pickWeighted([...actions, ...mistakes])
    yield* action(session, session.random.pick(session.users))
  }
}

/** Deploys two coins, the deeds, WETH and Uniswap V2, and opens two pairs: one through the router, one by hand. */
export function* setUp(session: Session): Generator<Draft> {
  const { deployer, codes, coins } = session
  yield* deployCoin(session, 'Amber')
  yield* deployCoin(session, 'Basalt')
  session.deed = session.nextContract(deployer)
  yield session.send(deployer, { label: 'deploy deeds', data: codes.deed, gas: 4_000_000n })
  session.weth = session.nextContract(deployer)
  yield session.send(deployer, { label: 'deploy WETH', data: codes.weth, gas: 2_000_000n })
  session.factory = session.nextContract(deployer)
  const factory = { abi: Artifacts.factoryAbi, bytecode: codes.factory, args: [deployer.address] } as const
  yield session.send(deployer, { label: 'deploy factory', data: encodeDeployData(factory), gas: 5_000_000n })
  session.router = session.nextContract(deployer)
  const router = { abi: Artifacts.routerAbi, bytecode: codes.router, args: [session.factory, session.weth] } as const
  yield session.send(deployer, { label: 'deploy router', data: encodeDeployData(router), gas: 7_000_000n })
  for (const address of coins) yield* prepare(session, deployer, address)
  yield session.send(deployer, Pairs.createPair(session, coins[1]!, session.weth))
  yield session.send(deployer, Pairs.addLiquidity(session, deployer, coins[0]!, coins[1]!, 10n ** 6n * coin))
  for (const address of coins)
    yield session.send(deployer, Pairs.addLiquidityEth(session, deployer, address, 1_000n * coin))
}

/** Deploys what accounts delegate to, and what checks their passkeys. */
function* deployAccounts(session: Session): Generator<Draft> {
  const { deployer, codes } = session
  session.wallet = session.nextContract(deployer)
  yield session.send(deployer, { label: 'deploy wallet', data: codes.wallet, gas: 2_000_000n })
  session.passkeys = session.nextContract(deployer)
  yield session.send(deployer, { label: 'deploy passkeys', data: codes.passkeys, gas: 2_000_000n })
}

function* deployCoin(session: Session, name: string): Generator<Draft> {
  const address = session.nextContract(session.deployer)
  const args = [name, name.slice(0, 3).toUpperCase(), supply] as const
  const data = encodeDeployData({ abi: Artifacts.coinAbi, bytecode: session.codes.coin, args })
  yield session.send(session.deployer, { label: 'deploy coin', data, gas: 3_000_000n })
  session.coins.push(address)
  session.coinNames.set(address, name)
  session.funded.add(`${session.deployer.address}/${address}`)
}

/** Gives the user coins, once. */
function* fund(session: Session, user: Signer, token: Address): Generator<Draft> {
  const key = `${user.address}/${token}`
  if (session.funded.has(key)) return
  session.funded.add(key)
  yield session.send(session.deployer, transferCoin(token, user.address, 10n ** 6n * coin))
}

/** Gives the user coins and the router leave to spend them, once. */
export function* prepare(session: Session, user: Signer, token: Address): Generator<Draft> {
  yield* fund(session, user, token)
  const key = `${user.address}/${token}`
  if (!session.approved.has(key)) {
    session.approved.add(key)
    yield session.send(user, approveCoin(token, session.router, maxUint256))
  }
}

function transferCoin(token: Address, to: Address, value: bigint): Request {
  const data = encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'transfer', args: [to, value] })
  return { label: 'coin transfer', to: token, data, gas: 80_000n }
}

function approveCoin(token: Address, spender: Address, value: bigint): Request {
  const data = encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'approve', args: [spender, value] })
  return { label: 'coin approval', to: token, data, gas: 80_000n }
}

/** A wallet's call of itself that lets the router spend a coin and swaps some of it for ether. */
function approveAndSwap(session: Session, user: Signer, token: Address): Request {
  const swap = Pairs.swap(session, user, token, 'ether', session.random.amount(coin / 1_000n), 1n, far)
  const calls = [approveCoin(token, session.router, maxUint256), swap].map(({ to, data }) => ({
    to: to!,
    value: 0n,
    data: data!,
  }))
  const data = encodeFunctionData({ abi: Artifacts.walletAbi, functionName: 'execute', args: [calls] })
  return { label: 'wallet batch', to: user.address, data, gas: 600_000n }
}

/** Ordinary actions, each with how often it is picked. Those of Mistakes.ts come on top. */
const actions: readonly (readonly [number, Action])[] = [
  [
    22,
    function* sendEther(session, user) {
      const to = session.random.pick(session.users).address
      yield session.send(user, { label: 'transfer', to, value: session.random.amount(coin / 100n), gas: 30_000n })
    },
  ],
  [
    4,
    function* sendEtherToNewAccount(session, user) {
      const to = getAddress(bytesToHex(session.random.word().subarray(12)))
      yield session.send(user, { label: 'transfer', to, value: session.random.amount(coin / 100n), gas: 30_000n })
    },
  ],
  [
    14,
    function* sendCoins(session, user) {
      const token = session.random.pick(session.coins)
      yield* prepare(session, user, token)
      const to = session.random.pick(session.users).address
      yield session.send(user, transferCoin(token, to, session.random.amount(coin / 100n)))
    },
  ],
  [
    4,
    function* spendAllowance(session, user) {
      const token = session.random.pick(session.coins)
      const owner = session.random.pick(session.users)
      yield* prepare(session, owner, token)
      if (owner === user) return
      const value = session.random.amount(coin / 100n)
      yield session.send(owner, approveCoin(token, user.address, value))
      const args = [owner.address, user.address, value] as const
      const data = encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'transferFrom', args })
      yield session.send(user, { label: 'coin transferFrom', to: token, data, gas: 100_000n })
    },
  ],
  [
    3,
    function* permitSpending(session, user) {
      const token = session.random.pick(session.coins)
      const data = signPermit(session, token, session.random.pick(session.users), user.address)
      yield session.send(user, { label: 'coin permit', to: token, data, gas: 150_000n })
    },
  ],
  [
    2,
    function* burnCoins(session, user) {
      const token = session.random.pick(session.coins)
      yield* prepare(session, user, token)
      const data = encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'burn', args: [coin / 1_000n] })
      yield session.send(user, { label: 'coin burn', to: token, data, gas: 80_000n })
    },
  ],
  [
    6,
    function* mintDeed(session, user) {
      const data = encodeFunctionData({ abi: Artifacts.deedAbi, functionName: 'mint', args: [user.address] })
      yield session.send(user, { label: 'deed mint', to: session.deed, data, gas: 250_000n })
      session.deedOwners.push(user)
    },
  ],
  [
    5,
    function* sendDeed(session) {
      if (session.deedOwners.length === 0) return
      const tokenId = session.random.below(session.deedOwners.length)
      const owner = session.deedOwners[tokenId]!
      const heir = session.random.pick(session.users)
      const args = [owner.address, heir.address, BigInt(tokenId)] as const
      const data = encodeFunctionData({ abi: Artifacts.deedAbi, functionName: 'safeTransferFrom', args })
      yield session.send(owner, { label: 'deed transfer', to: session.deed, data, gas: 250_000n })
      session.deedOwners[tokenId] = heir
    },
  ],
  [
    3,
    function* wrapAndUnwrap(session, user) {
      const value = session.random.amount(coin / 100n)
      const deposit = encodeFunctionData({ abi: Artifacts.wethAbi, functionName: 'deposit' })
      yield session.send(user, { label: 'WETH deposit', to: session.weth, value, data: deposit, gas: 80_000n })
      const withdraw = encodeFunctionData({ abi: Artifacts.wethAbi, functionName: 'withdraw', args: [value / 2n] })
      yield session.send(user, { label: 'WETH withdrawal', to: session.weth, data: withdraw, gas: 80_000n })
    },
  ],
  [
    16,
    function* swap(session, user) {
      const [from, to] = session.random.shuffle([...session.coins.slice(0, 2), 'ether'] as const)
      if (from !== 'ether') yield* prepare(session, user, from!)
      yield session.send(user, Pairs.swap(session, user, from!, to!, session.random.amount(coin / 1_000n), 1n, far))
    },
  ],
  [
    2,
    function* changeLiquidity(session) {
      const { deployer, coins } = session
      const pair = Pairs.pairOf(session, coins[0]!, coins[1]!)
      yield session.send(
        deployer,
        Pairs.addLiquidity(session, deployer, coins[0]!, coins[1]!, session.random.amount(coin)),
      )
      if (!session.approved.has(`${deployer.address}/${pair}`)) {
        session.approved.add(`${deployer.address}/${pair}`)
        yield session.send(deployer, approveCoin(pair, session.router, maxUint256))
      }
      yield session.send(
        deployer,
        Pairs.removeLiquidity(session, deployer, coins[0]!, coins[1]!, session.random.amount(coin / 10n)),
      )
    },
  ],
  [
    1,
    function* openPair(session, user) {
      // A few coins are enough to have pairs created all along.
      if (session.coins.length >= 6) return
      yield* deployCoin(session, `Coin ${session.coins.length}`)
      yield session.send(user, Pairs.createPair(session, session.coins.at(-1)!, session.coins[0]!))
    },
  ],
  [
    4,
    function* callPrecompile(session, user) {
      const number = 1 + session.random.below(4)
      const length = session.random.below(400)
      const data: Hex = `0x${Buffer.from(session.random.bytes(length)).toString('hex')}`
      const to = getAddress(`0x${number.toString(16).padStart(40, '0')}`)
      yield session.send(user, { label: 'precompile call', to, data, gas: 100_000n })
    },
  ],
  [
    4,
    function* callInOne(session, user) {
      const token = session.random.pick(session.coins.slice(0, 2))
      yield* fund(session, user, token)
      const request = approveAndSwap(session, user, token)
      session.approved.add(`${user.address}/${token}`)
      if (session.delegated.has(user)) yield session.send(user, request)
      else yield session.sendDelegation(user, { ...request, label: 'delegation and batch' }, user, session.wallet)
    },
  ],
  [
    2,
    function* sponsorDelegation(session, user) {
      const authority = session.random.pick(session.users)
      const value = session.random.amount(coin / 100n)
      const gift = { label: 'sponsored delegation', to: authority.address, value, gas: 100_000n }
      yield session.sendDelegation(user, gift, authority, session.wallet)
    },
  ],
  [
    1,
    function* endDelegation(session, sponsor) {
      const [authority] = session.random.shuffle([...session.delegated])
      if (authority === undefined) return
      const request = { label: 'ended delegation', to: sponsor.address, gas: 100_000n }
      yield session.sendDelegation(sponsor, request, authority, zeroAddress)
    },
  ],
  [
    3,
    function* checkPasskey(session, user) {
      const data = signWithPasskey(session.random.bytes(session.random.below(200)), user)
      yield session.send(user, { label: 'passkey signature', to: session.passkeys, data, gas: 150_000n })
    },
  ],
]
