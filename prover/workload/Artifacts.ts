import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Hex, parseAbi } from 'viem'
import { z } from 'zod'
import * as Schema from '../Schema.ts'

const require = createRequire(import.meta.url)

/** Forge writes `0x…` in an object, the builds of Uniswap hold plain digits. */
const artifactSchema = z
  .object({ bytecode: z.union([z.object({ object: z.string() }).transform(({ object }) => object), z.string()]) })
  .transform(({ bytecode }) => bytecode.replace(/^0x/, ''))
  .refine((digits) => /^([0-9a-f]{2})+$/.test(digits), 'expected linked bytecode in hexadecimal digits')
  .transform((digits): Hex => `0x${digits}`)

/** Creation code by contract: ours and OpenZeppelin's as forge compiles them here, Uniswap's and WETH9 as published. */
export function readCreationCodes() {
  return {
    coin: readForgeArtifact('Tokens.sol/Coin'),
    deed: readForgeArtifact('Tokens.sol/Deed'),
    wallet: readForgeArtifact('Accounts.sol/Wallet'),
    passkeys: readForgeArtifact('Accounts.sol/Passkeys'),
    weth: readArtifact(require.resolve('@uniswap/v2-periphery/build/WETH9.json')),
    factory: readArtifact(require.resolve('@uniswap/v2-core/build/UniswapV2Factory.json')),
    pair: readArtifact(require.resolve('@uniswap/v2-core/build/UniswapV2Pair.json')),
    router: readArtifact(require.resolve('@uniswap/v2-periphery/build/UniswapV2Router02.json')),
  }
}

/** The functions of those contracts that the workload calls. */
export const coinAbi = parseAbi([
  'constructor(string name, string symbol, uint256 supply)',
  'function transfer(address to, uint256 value) returns (bool)',
  'function transferFrom(address from, address to, uint256 value) returns (bool)',
  'function approve(address spender, uint256 value) returns (bool)',
  'function burn(uint256 value)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
])
export const deedAbi = parseAbi([
  'function mint(address owner)',
  'function safeTransferFrom(address from, address to, uint256 tokenId)',
])
export const walletAbi = parseAbi([
  'struct Call { address to; uint256 value; bytes data; }',
  'function execute(Call[] calls) payable',
])
export const passkeysAbi = parseAbi(['function sign(bytes message, bytes32 r, bytes32 s, uint256 x, bool isOdd)'])
export const wethAbi = parseAbi(['function deposit() payable', 'function withdraw(uint256 value)'])
export const factoryAbi = parseAbi([
  'constructor(address feeToSetter)',
  'function createPair(address tokenA, address tokenB) returns (address pair)',
  'function getPair(address tokenA, address tokenB) view returns (address pair)',
])
export const routerAbi = parseAbi([
  'constructor(address factory, address weth)',
  'function addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256 amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline)',
  'function addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, uint256 amountETHMin, address to, uint256 deadline) payable',
  'function removeLiquidity(address tokenA, address tokenB, uint256 liquidity, uint256 amountAMin, uint256 amountBMin, address to, uint256 deadline)',
  'function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
  'function swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline) payable',
  'function swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address to, uint256 deadline)',
])

function readForgeArtifact(name: string): Hex {
  return readArtifact(fileURLToPath(new URL(`../../out/${name}.json`, import.meta.url)))
}

function readArtifact(path: string): Hex {
  if (!existsSync(path)) throw new Schema.InputError(`${path}: expected the compiled contract to exist (npm run build)`)
  return Schema.parseJson(artifactSchema, readFileSync(path, 'utf8'), path)
}
