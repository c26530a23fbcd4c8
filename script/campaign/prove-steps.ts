/**
 * Has the one-step verifier on L1 check steps of the official state cases and of the machine's own programs, and tries to
 * have it accept changed witnesses of them: `npm run prove-steps -- --count 5000 --seed 1`.
 */
import { Command, InvalidArgumentError } from 'commander'
import * as Campaign from './steps/Campaign.ts'
import * as Report from './steps/Report.ts'
import * as Sources from './steps/Sources.ts'
import { StepVerifier } from './steps/StepVerifier.ts'
import { Tally } from './steps/Tally.ts'

/** As many official cases as there are, and what a part of them is taken for. */
const SOURCES = 15_500

function wholeNumber(text: string): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number
  throw new InvalidArgumentError(`expected a whole number, got ${text}`)
}

interface Options {
  readonly count: number
  readonly seed: string
  readonly corruptions: number
  readonly part: string
  readonly every: number
  readonly scanned: number
  readonly json?: boolean
}

const command = new Command('prove-steps')
  .description('Checks steps and changed witnesses of them with the verifier of L1.')
  .option('--count <n>', 'steps to check', wholeNumber, 5_000)
  .option('--seed <s>', 'decides which steps and which changes', '1')
  .option('--corruptions <n>', 'changed witnesses of each step', wholeNumber, 18)
  .option('--part <text>', 'only official cases of folders whose name has this in it', '')
  .option('--every <n>', 'one official case in so many, by the hash of its id', wholeNumber, 1)
  .option('--scanned <n>', 'steps of a case to choose from, from its start', wholeNumber, 20_000)
  .option('--json', 'end with one line of JSON')
  .parse()

const options = command.opts<Options>()
const sources = function* () {
  yield* Sources.ownPrograms()
  yield* Sources.officialCases(options.part, options.every, options.scanned)
}
const plan: Campaign.Plan = { ...options, sources, sourceCount: Math.ceil(SOURCES / options.every) }

const started = performance.now()
const progress = Report.progressTo(process.stderr)
const sampler = Campaign.scan(plan, progress)
const scanned = performance.now()
const tally = new Tally()
const verifier = await StepVerifier.start()
try {
  await Campaign.prove(plan, sampler.choose(options.count), verifier, tally, progress)
} finally {
  await verifier.stop()
}
const times = { scan: (scanned - started) / 1000, prove: (performance.now() - scanned) / 1000 }
process.stdout.write(Report.reportOf(tally, sampler.steps, times))
if (options.json) process.stdout.write(`${JSON.stringify(Report.summaryOf(tally))}\n`)
process.exitCode = tally.failures.length === 0 && tally.steps > 0 ? 0 : 1
