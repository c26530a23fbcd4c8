/** `npm run bench`: what a flat state is worth against a trie, and what its proofs cost. docs/performance.md has its results. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import { defaultInterval } from '../../prover/node/Checkpoints.ts'
import * as Dispute from './Dispute.ts'
import type { Plan, Result } from './measure.ts'
import * as Plot from './Plot.ts'
import type * as Profile from './Profile.ts'
import * as Report from './Report.ts'
import type { Contest } from './Statistics.ts'

const parts = ['sizes', 'primitives', 'dispute', 'profile'] as const
type Part = (typeof parts)[number]

function count(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new InvalidArgumentError('expected a whole number above 0')
}

function counts(text: string): number[] {
  return text.split(',').map(count)
}

function partsIn(text: string): Part[] {
  const names = text.split(',') as Part[]
  if (names.every((name) => parts.includes(name))) return names
  throw new InvalidArgumentError(`expected some of ${parts.join(', ')} with commas between them`)
}

interface Options {
  readonly sizes: number[]
  readonly batch: number[]
  readonly rounds: number
  readonly interval: number
  readonly cold?: boolean
  readonly only: Part[]
  readonly out: string
  readonly json?: true
}

const program = new Command('bench')
  .description('Measures flat pairs against tries on the same transactions, and disputes against execution.')
  .option('--sizes <list>', 'accounts (and slots) of the state', counts, [10_000, 100_000, 1_000_000])
  .option('--batch <list>', 'transactions of a batch', counts, [100, 1_000])
  .option(
    '--rounds <number>',
    'batches that are measured of each kind; a multiple of 4 has every order of the designs equally often',
    count,
    8,
  )
  .option('--interval <number>', 'batches between two checkpoints', count, defaultInterval)
  .option(
    '--cold',
    'read accounts and slots from the database in every batch anew, as if there were no memory for them',
  )
  .option('--only <list>', `some of ${parts.join(', ')}`, partsIn, ['sizes', 'primitives', 'dispute'])
  .option('--out <directory>', 'where to write bench.json, and bench.svg, the ratios against state size', 'cache/bench')
  .option('--json', 'print the figures as one object in the last line')
  .parse()

function machineOf(): string {
  const gibibytes = Math.round(os.totalmem() / 2 ** 30)
  return `${os.cpus()[0]?.model.trim()}, ${os.availableParallelism()} cores, ${gibibytes} GiB, Node.js ${process.version}`
}

/** What one task of child.ts measured, in a process of its own. */
async function run<T>(task: string, argument: string): Promise<T> {
  const script = fileURLToPath(new URL('child.ts', import.meta.url))
  // What runs rarely keeps its compiled code, so that no design pays for having had to wait for a slow one.
  // Room for what a batch allocates, so that its objects are dead before they are copied.
  const flags = ['--max-old-space-size=16384', '--max-semi-space-size=64', '--expose-gc', '--no-flush-bytecode']
  const args = ['--import', 'tsx', ...flags, script, task, argument]
  const running = promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 })
  running.child.stderr?.pipe(process.stderr)
  try {
    return JSON.parse((await running).stdout) as T
  } catch {
    return process.exit(1) // the child has said why
  }
}

async function measureSizes({ sizes, batch, rounds, interval, cold = false }: Options): Promise<Report.Sizes> {
  const results: Report.Sizes = { sizes: {}, roots: {} }
  for (const size of sizes) {
    const plan: Plan = { size, counts: batch, rounds, interval, cold }
    const { batches, roots } = await run<Result>('size', JSON.stringify(plan))
    results.sizes[size] = {}
    for (const [count, comparisons] of Object.entries(batches)) {
      const row = Report.rowOf(Number(count), comparisons)
      results.sizes[size][count] = row
      console.log(`${Report.printRow(String(size), count, interval, row)}\n`)
    }
    results.roots[size] = roots
    console.log(`${Report.printContests(`${size} accounts, µs per account`, { ...roots })}\n`)
  }
  return results
}

async function measureDisputes(): Promise<Record<string, Dispute.Result>> {
  const results: Record<string, Dispute.Result> = {}
  for (const kind of Dispute.kinds) results[kind] = await run<Dispute.Result>('dispute', kind)
  console.log(`${Report.printDisputes(results)}\n`)
  return results
}

const options = program.opts<Options>()
// Now: nobody wants to learn after an hour that it can't be made.
await mkdir(options.out, { recursive: true }).catch((error: Error) => program.error(`error: --out: ${error.message}`))
if (options.cold) console.log('Accounts and slots are read from the database in every batch anew.\n')
const figures: Report.Figures = {
  circumstances: {
    machine: machineOf(),
    rounds: options.rounds,
    interval: options.interval,
    cold: options.cold ?? false,
  },
}
if (options.only.includes('sizes')) Object.assign(figures, await measureSizes(options))
if (options.only.includes('primitives')) {
  figures.primitives = await run<Record<string, Contest>>('primitives', '')
  console.log(`${Report.printContests('µs per turn, hash or signature', figures.primitives)}\n`)
}
if (options.only.includes('dispute')) figures.dispute = await measureDisputes()
if (options.only.includes('profile')) {
  figures.profile = await run<Profile.Result>('profile', '')
  console.log(`${Report.printProfiles(figures.profile)}\n`)
}
await writeFile(join(options.out, 'bench.json'), `${JSON.stringify(figures, undefined, 2)}\n`)
if (figures.sizes !== undefined) await writeFile(join(options.out, 'bench.svg'), Plot.draw(figures.sizes))
console.log(`The figures are in ${options.out}.`)
if (options.json) console.log(JSON.stringify(figures))
