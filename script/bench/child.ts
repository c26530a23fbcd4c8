// One process per measurement: `child.ts TASK ARGUMENTS` prints what it measured as one line of JSON.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../../prover/Schema.ts'
import * as Dispute from './Dispute.ts'
import { measure, type Plan } from './measure.ts'
import * as Primitives from './Primitives.ts'
import * as Profile from './Profile.ts'

const tasks: Record<string, (argument: string) => Promise<unknown>> = {
  size: (plan) => inFolder((folder) => measure(folder, JSON.parse(plan) as Plan)),
  profile: () => inFolder(Profile.measure),
  primitives: () => Primitives.measure(),
  dispute: (kind) => Dispute.measure(kind as Dispute.Kind),
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const [task = '', argument = ''] = process.argv.slice(2)
try {
  process.stdout.write(`${JSON.stringify(await tasks[task]!(argument))}\n`)
} catch (error) {
  console.error(`bench: ${error instanceof InputError ? error.message : ((error as Error).stack ?? error)}`)
  process.exitCode = 1
}
