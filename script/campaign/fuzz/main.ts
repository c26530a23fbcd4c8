// `npm run fuzz -- --seconds N --seed S`: random batches in run mode, in prove mode and by the judge.
import { Command, InvalidArgumentError } from 'commander'
import * as FuzzCase from './FuzzCase.ts'
import { fuzz, type Summary } from './Fuzzer.ts'

/** Cases between two lines of progress. */
const PROGRESS = 100

interface Options {
  readonly seed: string
  readonly seconds?: number
  readonly cases?: number
  readonly json?: true
}

function positive(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('expected a positive integer.')
}

const options = new Command('fuzz')
  .description('run random batches in run mode, in prove mode and by @ethereumjs/vm, and compare')
  .option('--seed <text>', 'decides every case', '1')
  .option('--seconds <number>', 'stop after this time (default: 60)', positive)
  .option('--cases <number>', 'stop after this many cases', positive)
  .option('--json', 'end with one line of JSON')
  .parse()
  .opts<Options>()

const cases = options.cases ?? Number.POSITIVE_INFINITY
const seconds = options.seconds ?? (options.cases === undefined ? 60 : Number.POSITIVE_INFINITY)

function show({ seed, cases, transactions, failed, skipped, steps, gas, stepsPerGas, failures }: Summary): string {
  const counts = `${cases} cases, ${transactions} transactions (${failed} failed), ${skipped} skipped, ${gas} gas`
  return `seed ${seed}: ${counts}, ${steps} steps (at most ${stepsPerGas.toFixed(3)} per gas), ${failures} failures`
}

const start = performance.now()
const secondsSince = () => (performance.now() - start) / 1_000
const summary = await fuzz(options.seed, {
  isOver: (done) => done >= cases || secondsSince() >= seconds,
  onCase: (soFar) => {
    if (soFar.cases % PROGRESS === 0) console.error(`${secondsSince().toFixed(0)} s, ${show(soFar)}`)
  },
  onFailure: (message, smallest) => {
    console.error(message)
    console.error('what follows fails; keep it as test/machine/fuzz/NAME.json')
    console.log(FuzzCase.stringify(smallest))
  },
})
console.error(`${secondsSince().toFixed(1)} s, ${(summary.cases / secondsSince()).toFixed(1)} cases a second`)
if (options.json) {
  const { seed, cases, transactions, steps, failures, failed, skipped, stepsPerGas } = summary
  console.log(JSON.stringify({ seed, cases, transactions, steps, failures, failed, skipped, stepsPerGas }))
} else {
  console.log(show(summary))
}
process.exitCode = summary.failures === 0 ? 0 : 1
