/**
 * Has the one-step verifier of L1 check steps of the official state cases, of the fuzzer's batches and of the machine's own
 * programs, and tries to have it accept changed witnesses of them: `npm run prove-steps -- --count 5000 --seed 1`.
 * Exit code 0 if it goes where the prover goes and accepts nothing else, 1 if not.
 */
import { writeFileSync } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import * as Fixtures from './cases/Fixtures.ts'
import * as Campaign from './steps/Campaign.ts'
import * as Report from './steps/Report.ts'
import * as Sources from './steps/Sources.ts'
import { StepVerifier } from './steps/StepVerifier.ts'
import { Tally } from './steps/Tally.ts'

/** About as many official cases as there are: how many steps of each are remembered follows from it. */
const OFFICIAL_CASES = 15_500

interface Options {
  readonly count: number
  readonly seed: string
  readonly corruptions: number
  readonly folder: string
  readonly every: number
  readonly scanned: number
  readonly batches: number
  readonly only?: string
  readonly complete?: true
  readonly summary?: string
  readonly json?: true
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a whole number.')
}

const command = new Command('prove-steps')
  .description('Checks steps and changed witnesses of them with the verifier of L1.')
  .option('--count <n>', 'steps to check', wholeNumber, 5_000)
  .option('--seed <s>', 'decides which steps and which changes', '1')
  .option('--corruptions <n>', 'changed witnesses of each step', wholeNumber, 18)
  .option('--folder <text>', 'only official cases of folders whose name has this in it', '')
  .option('--every <n>', 'one official case in so many, by the hash of its id', wholeNumber, 1)
  .option('--scanned <n>', 'steps of an official case to choose from, from its start', wholeNumber, 20_000)
  .option('--batches <n>', 'batches of the fuzzer', wholeNumber, 100)
  .option('--only <id>#<n>', 'step n of the source of this id and no other')
  .option('--complete', 'fail unless every outcome of the coverage matrix is reached')
  .option('--summary <file>', 'write the result as Markdown')
  .option('--json', 'end with one line of JSON')
  .parse()

const options = command.opts<Options>()
if (Fixtures.skip !== false) process.stderr.write(`${Fixtures.skip}\n`)

/** The steps of a campaign: those that are asked for, or chosen from all sources. */
function choose(progress: Campaign.OnProgress): { plan: Campaign.Plan; chosen: Campaign.Chosen; scanned: number } {
  const { seed, batches, folder, every, scanned, count, only } = options
  const sources = function* () {
    yield* Sources.ownPrograms()
    yield* Sources.fuzzBatches(seed, batches)
    yield* Sources.officialCases(folder, Math.max(1, every), scanned)
  }
  const plan = { ...options, sources, sourceCount: batches + Math.ceil(OFFICIAL_CASES / Math.max(1, every)) }
  if (only === undefined) {
    const sampler = Campaign.scan(plan, progress)
    return { plan, chosen: sampler.choose(count), scanned: sampler.steps }
  }
  const [id = '', step = ''] = only.split(/#(?=\d+$)/)
  const one = [...Sources.withId(sources(), id)]
  if (one.length === 0 || step === '')
    command.error(`error: expected the id of a source and the number of a step, got ${only}`)
  return { plan: { ...plan, sources: () => one }, chosen: new Map([[0, [Number(step)]]]), scanned: 1 }
}

const progress = Report.progressTo(process.stderr)
const started = performance.now()
const { plan, chosen, scanned } = choose(progress)
const chosenAt = performance.now()
const tally = new Tally()
const verifier = await StepVerifier.start()
try {
  await Campaign.prove(plan, chosen, verifier, tally, progress)
} finally {
  await verifier.stop()
}
const times = { choose: (chosenAt - started) / 1000, prove: (performance.now() - chosenAt) / 1000 }

process.stdout.write(Report.reportOf(tally, scanned, times))
if (options.summary !== undefined) writeFileSync(options.summary, Report.markdownOf(tally, scanned, times, options))
if (options.json) process.stdout.write(`${JSON.stringify(Report.summaryOf(tally))}\n`)
// Without the official cases some outcomes are out of reach.
const mustBeComplete = options.complete === true && Fixtures.skip === false
const { missing, others } = Report.coverageOf(tally)
const isWhole = !mustBeComplete || (missing.length === 0 && others.length === 0)
process.exitCode = tally.steps > 0 && tally.failures.length === 0 && isWhole ? 0 : 1
