import type { TestContext } from 'node:test'
import { main } from '../../prover/cli.ts'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line, the prover's by default, within this process: starting one for each call would take most of the time. */
export async function runCli(t: TestContext, args: readonly string[], run = main): Promise<Ended> {
  const out = t.mock.method(console, 'log', () => undefined)
  const err = t.mock.method(console, 'error', () => undefined)
  const code = await run(args)
  const textOf = (log: typeof out) => log.mock.calls.map(({ arguments: words }) => words.join(' ')).join('\n')
  const ended = { code, out: textOf(out), err: textOf(err) }
  out.mock.restore()
  err.mock.restore()
  return ended
}
