import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
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

function program(): Command {
  const root = new Command('prover')
    .description('Executes batches, makes every proof that the contracts take, and plays the disputes.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.log(text.trimEnd()),
      outputError: (text) => console.error(text.trim().replaceAll('\n', ' ')),
    })
  for (const verb of [Genesis, Batch, Diff, State, Trace, Games, Node, Devnet]) verb.register(root)
  return root
}

/** Runs one call of the command line; gives its exit code. */
export async function main(parameters: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(parameters, { from: 'user' })
    return ok
  } catch (error) {
    // What commander finds it has said by itself; what an action finds is said here.
    if (error instanceof InvalidArgumentError) console.error(`error: ${error.message}`)
    if (error instanceof CommanderError) return error.exitCode === 0 ? ok : usage
    // One line: what was wrong with which input, or what failed. The stack helps only who debugs this program.
    console.error(`error: ${error instanceof Error ? error.message : error}`)
    if (process.env.DEBUG && error instanceof Error) console.error(error.stack)
    return failed
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
