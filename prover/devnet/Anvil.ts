import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { createTestClient, http, type TestClient } from 'viem'

/** A private L1 in a process of its own, on a free port of this machine. */
export interface Anvil {
  readonly url: string
  /** Anvil's own calls: the time, the mining. */
  readonly control: TestClient<'anvil'>
  stop(): Promise<void>
}

const startTimeoutMilliseconds = 20_000

/** The hardfork is the one under which the contracts have to work. */
const anvilArguments = ['--port', '0', '--hardfork', 'osaka', '--accounts', '16']
/** So is the gas limit of a transaction (EIP-7825). */
const defaultArguments = ['--enable-tx-gas-limit']

/**
 * Starts Anvil; `arguments` replace the limits of L1. `ANVIL` in the environment names another binary than that of the
 * npm package.
 */
export async function startAnvil(options: { timestamp?: bigint; arguments?: readonly string[] } = {}): Promise<Anvil> {
  const [command, ...before] = anvilCommand()
  const time = options.timestamp === undefined ? [] : ['--timestamp', options.timestamp.toString()]
  const parameters = [...before, ...anvilArguments, ...(options.arguments ?? defaultArguments), ...time]
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  const killWithParent = () => child.kill('SIGTERM')
  process.once('exit', killWithParent)
  try {
    const url = await readUrl(child, command)
    const control = createTestClient({ mode: 'anvil', transport: http(url) })
    const stop = async () => {
      process.off('exit', killWithParent)
      await endProcess(child)
    }
    return { url, control, stop }
  } catch (error) {
    process.off('exit', killWithParent)
    await endProcess(child)
    throw error
  }
}

function anvilCommand(): [string, ...string[]] {
  const named = process.env.ANVIL
  return named ? [named] : [process.execPath, fileURLToPath(new URL('../../lib/foundry.mjs', import.meta.url)), 'anvil']
}

/** Waits for the line in which Anvil says where it listens. */
function readUrl(child: ChildProcess, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (reason: string) => {
      clearTimeout(timer)
      reject(new AnvilError(`${command}: ${reason}${output ? `: ${lastLine(output)}` : ''}`))
    }
    const timer = setTimeout(() => fail('does not listen after 20 seconds'), startTimeoutMilliseconds)
    child.once('error', (error) => fail(error.message))
    child.once('exit', (code) => fail(`ended with status ${code}`))
    child.stderr?.on('data', (data: Buffer) => {
      output += data.toString()
    })
    child.stdout?.on('data', (data: Buffer) => {
      output += data.toString()
      const address = /Listening on (\S+)/.exec(output)?.[1]
      if (!address) return
      clearTimeout(timer)
      child.stdout?.removeAllListeners('data').resume()
      child.stderr?.removeAllListeners('data').resume()
      child.removeAllListeners('exit')
      resolve(`http://${address}`)
    })
  })
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000)
  await ended
  clearTimeout(timer)
}

export class AnvilError extends Error {
  override readonly name = 'AnvilError'
}
