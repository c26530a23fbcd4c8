/** The one-step verifier in an EVM of its own: an Anvil whose StepsHarness checks many steps in one call. */
import { readFileSync } from 'node:fs'
import { bytesToHex, createPublicClient, decodeFunctionResult, encodeFunctionData, type Hex, http } from 'viem'
import { startAnvil } from '../../../prover/devnet/Anvil.ts'
import type { Step } from '../../../test/utils/Steps.ts'
import * as Corruptions from './Corruptions.ts'

const abi = [
  {
    type: 'function',
    name: 'check',
    stateMutability: 'view',
    inputs: [
      {
        name: 'steps',
        type: 'tuple[]',
        components: [
          { name: 'preState', type: 'bytes32' },
          { name: 'postState', type: 'bytes32' },
          { name: 'witness', type: 'bytes' },
          { name: 'corruptions', type: 'bytes' },
        ],
      },
    ],
    outputs: [
      {
        name: 'verdicts',
        type: 'tuple[]',
        components: [
          { name: 'accepted', type: 'bool' },
          { name: 'gas', type: 'uint64' },
          { name: 'tried', type: 'uint16' },
          { name: 'falseAccepts', type: 'uint256' },
        ],
      },
    ],
  },
  { type: 'function', name: 'VERIFIER', stateMutability: 'view', inputs: [], outputs: [{ name: '', type: 'address' }] },
  {
    type: 'function',
    name: 'verifyStep',
    stateMutability: 'view',
    inputs: [
      { name: 'preState', type: 'bytes32' },
      { name: 'witness', type: 'bytes' },
    ],
    outputs: [{ name: 'postState', type: 'bytes32' }],
  },
] as const

/** A step to check, and the changes of its witness to try. */
export interface Trial {
  readonly step: Pick<Step, 'preState' | 'postState' | 'witness'>
  readonly corruptions: readonly Corruptions.Corruption[]
}

export interface Verdict {
  /** The verifier goes where the prover goes. */
  readonly accepted: boolean
  /** Of the verifier's execution, as in a transaction of its own. */
  readonly gas: number
  /** Changed witnesses that differ from the true one. */
  readonly tried: number
  /** Corruptions that the verifier did not revert on. */
  readonly falseAccepts: readonly Corruptions.Corruption[]
}

/** The harness's constructor deploys the verifier with all its parts, which no transaction of L1 could. */
const anvilArguments = ['--disable-code-size-limit', '--gas-limit', '1000000000000', '--no-request-size-limit']
const deploymentGas = 1_000_000_000n
const callGas = 900_000_000_000n
const timeout = 600_000
/** In the harness every contract is warm; a transaction's first call of a part of the verifier is not. */
const COLD_PART_GAS = 2_500

export class StepVerifier {
  readonly #client: ReturnType<typeof connect>
  readonly #harness: Hex
  readonly #stop: () => Promise<void>

  private constructor(client: ReturnType<typeof connect>, harness: Hex, stop: () => Promise<void>) {
    this.#client = client
    this.#harness = harness
    this.#stop = stop
  }

  /** Starts the EVM and deploys what `npm run build` has made. */
  static async start(): Promise<StepVerifier> {
    const { url, stop } = await startAnvil({ arguments: anvilArguments })
    try {
      const client = connect(url)
      return new StepVerifier(client, await deploy(client), stop)
    } catch (error) {
      await stop()
      throw error
    }
  }

  stop(): Promise<void> {
    return this.#stop()
  }

  /** Checks the trials, all in one call; a corruption that splices names another one of them by its index. */
  async check(trials: readonly Trial[]): Promise<Verdict[]> {
    const steps = trials.map(({ step, corruptions }) => ({
      ...step,
      corruptions: bytesToHex(Corruptions.encode(corruptions)),
    }))
    const data = await this.#call(this.#harness, encodeFunctionData({ abi, functionName: 'check', args: [steps] }))
    return decodeFunctionResult({ abi, functionName: 'check', data }).map((verdict, index) => ({
      accepted: verdict.accepted,
      gas: Number(verdict.gas) + COLD_PART_GAS,
      tried: verdict.tried,
      falseAccepts: trials[index]!.corruptions.filter((_, bit) => ((verdict.falseAccepts >> BigInt(bit)) & 1n) === 1n),
    }))
  }

  /** What the verifier says to one step: the state after it, or its error. */
  async explain({ preState, witness }: Trial['step']): Promise<string> {
    const verifier = await this.#call(this.#harness, encodeFunctionData({ abi, functionName: 'VERIFIER' }))
    const to = decodeFunctionResult({ abi, functionName: 'VERIFIER', data: verifier })
    try {
      return await this.#call(to, encodeFunctionData({ abi, functionName: 'verifyStep', args: [preState, witness] }))
    } catch (error) {
      return error instanceof Error ? error.message.slice(0, 1000) : String(error)
    }
  }

  #call(to: Hex, data: Hex): Promise<Hex> {
    const call = { to, data, gas: `0x${callGas.toString(16)}` } as const
    return this.#client.request({ method: 'eth_call', params: [call, 'latest'] })
  }
}

function connect(url: string) {
  return createPublicClient({ transport: http(url, { timeout, retryCount: 0 }) })
}

async function deploy(client: ReturnType<typeof connect>): Promise<Hex> {
  const path = new URL('../../../out/VerifierHarness.sol/VerifierHarness.json', import.meta.url)
  const { bytecode } = JSON.parse(readFileSync(path, 'utf8')) as { bytecode: { object: Hex } }
  const [from] = (await client.request({ method: 'eth_accounts' } as never)) as Hex[]
  const transaction = { from, data: bytecode.object, gas: `0x${deploymentGas.toString(16)}` }
  const hash = (await client.request({ method: 'eth_sendTransaction', params: [transaction] } as never)) as Hex
  const { contractAddress, status } = await client.waitForTransactionReceipt({ hash, pollingInterval: 50 })
  if (status !== 'success' || !contractAddress) throw new Error('the harness of the verifier could not be deployed')
  return contractAddress
}
