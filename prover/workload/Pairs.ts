import type { Address, Hex } from 'viem'
import { encodeFunctionData, encodePacked, getContractAddress, keccak256 } from 'viem'
import * as Artifacts from './Artifacts.ts'
import { deadlines, type Request, type Session } from './Session.ts'
import type { Signer } from './Signer.ts'

/** Where Uniswap's factory creates the pair of two tokens, as its router computes it. */
export function pairOf({ factory, codes }: Session, tokenA: Address, tokenB: Address): Address {
  const [low, high] = tokenA.toLowerCase() < tokenB.toLowerCase() ? [tokenA, tokenB] : [tokenB, tokenA]
  const salt = keccak256(encodePacked(['address', 'address'], [low, high]))
  return getContractAddress({ opcode: 'CREATE2', from: factory, salt, bytecodeHash: keccak256(codes.pair) })
}

export function createPair({ factory }: Session, tokenA: Address, tokenB: Address): Request {
  const data = encodeFunctionData({ abi: Artifacts.factoryAbi, functionName: 'createPair', args: [tokenA, tokenB] })
  return { label: 'create pair', to: factory, data, gas: 4_000_000n }
}

export function addLiquidity(
  { router }: Session,
  provider: Signer,
  tokenA: Address,
  tokenB: Address,
  amount: bigint,
): Request {
  const args = [tokenA, tokenB, amount, amount, 1n, 1n, provider.address, deadlines.far] as const
  const data = encodeFunctionData({ abi: Artifacts.routerAbi, functionName: 'addLiquidity', args })
  return { label: 'add liquidity', to: router, data, gas: 4_000_000n }
}

/** At 1,000 tokens for one ether. */
export function addLiquidityEth({ router }: Session, provider: Signer, token: Address, ether: bigint): Request {
  const args = [token, 1_000n * ether, 1n, 1n, provider.address, deadlines.far] as const
  const data = encodeFunctionData({ abi: Artifacts.routerAbi, functionName: 'addLiquidityETH', args })
  return { label: 'add liquidity', to: router, value: ether, data, gas: 4_000_000n }
}

export function removeLiquidity(
  { router }: Session,
  provider: Signer,
  tokenA: Address,
  tokenB: Address,
  liquidity: bigint,
): Request {
  const args = [tokenA, tokenB, liquidity, 1n, 1n, provider.address, deadlines.far] as const
  const data = encodeFunctionData({ abi: Artifacts.routerAbi, functionName: 'removeLiquidity', args })
  return { label: 'remove liquidity', to: router, data, gas: 400_000n }
}

/** Swaps between two tokens, or a token and ether; one in three takes the way over the third of the first pairs. */
export function swap(
  session: Session,
  user: Signer,
  from: Address | 'ether',
  to: Address | 'ether',
  amount: bigint,
  least: bigint,
  deadline: bigint,
): Request {
  const label = 'swap'
  const path = pathOf(session, from, to)
  const common = { to: session.router, gas: 400_000n }
  const abi = Artifacts.routerAbi
  let data: Hex
  if (from === 'ether') {
    const args = [least, path, user.address, deadline] as const
    data = encodeFunctionData({ abi, functionName: 'swapExactETHForTokens', args })
    return { label, ...common, value: amount, data }
  }
  const args = [amount, least, path, user.address, deadline] as const
  if (to === 'ether') data = encodeFunctionData({ abi, functionName: 'swapExactTokensForETH', args })
  else data = encodeFunctionData({ abi, functionName: 'swapExactTokensForTokens', args })
  return { label, ...common, data }
}

function pathOf({ weth, coins, random }: Session, from: Address | 'ether', to: Address | 'ether'): Address[] {
  const ends = [from, to].map((token) => (token === 'ether' ? weth : token))
  const between = [coins[0]!, coins[1]!, weth].filter((token) => !ends.includes(token))
  return random.below(3) === 0 ? [ends[0]!, between[0]!, ends[1]!] : [ends[0]!, ends[1]!]
}
