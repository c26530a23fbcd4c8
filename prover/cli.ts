import { fileURLToPath } from 'node:url'
import { Command, CommanderError } from 'commander'
import * as Batch from './cli/Batch.ts'
import * as Devnet from './cli/Devnet.ts'
import * as Diff from './cli/Diff.ts'
import * as Games from './cli/Games.ts'
import * as Genesis from './cli/Genesis.ts'
import * as Node from './cli/Node.ts'
import * as State from './cli/State.ts'
import * as Trace from './cli/Trace.ts'

/** Exit codes: done, failed, called wrongly. */
const ok = 0
const failed = 1
const usage = 2

export function program(): Command {
  const root = new Command('prover')
    .description('Executes batches, makes every proof that the contracts take, and plays the disputes.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text) })
    .showSuggestionAfterError()
  for (const verb of [Genesis, Batch, Diff, State, Trace, Games, Node, Devnet]) verb.register(root)
  return root
}

async function main(): Promise<number> {
  try {
    await program().parseAsync()
    return ok
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ok : usage
    // One line: what was wrong with which input, or what failed. The stack helps only who debugs this program.
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`error: ${reason}`)
    if (process.env.DEBUG && error instanceof Error) console.error(error.stack)
    return failed
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main()
