/**
 * The official tests on the machine, in run mode and in prove mode: `npm run conformance`. Exit code 0 if everything
 * passed, 1 if something failed, 2 if there is nothing to run or what there is is not in the format.
 */
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import * as Fixtures from './cases/Fixtures.ts'
import * as Plan from './conformance/Plan.ts'
import * as Pool from './conformance/Pool.ts'
import { Summary } from './conformance/Summary.ts'
import * as Vectors from './conformance/Vectors.ts'

const ok = 0
const failed = 1
const usage = 2

export interface Options extends Plan.Selection {
  readonly workers: number
}

export interface Result {
  /** State cases. */
  readonly cases: Summary
  /** RLP, transaction and trie vectors; they have no sample and run unless one file of cases is asked for. */
  readonly vectors: Summary
}

/** Runs what is selected, and tells how far it is. */
export async function run(options: Options, tell: (progress: string) => void = () => {}): Promise<Result> {
  const vectors = new Summary()
  if (options.folder === undefined) {
    for (const { folder, id, outcome } of Vectors.checkAll(options.from)) vectors.add(folder, id, outcome, 0)
  }
  const portions = Plan.portionsOf(options)
  const count = portions.reduce((sum, { cases }) => sum + cases.length, 0)
  const cases = new Summary()
  await Pool.run(portions, options.workers, (folder, id, outcome, milliseconds) => {
    cases.add(folder, id, outcome, milliseconds)
    const { total } = cases
    tell(`${total.cases} of ${count} cases, ${total.failed} failed, ${total.steps} steps`)
  })
  return { cases, vectors }
}

/** The closing line for other programs. */
function toJson({ cases, vectors }: Result): string {
  const byFolder = ({ folders }: Summary) =>
    Object.fromEntries(
      [...folders].map(([folder, { cases, passed, failed, skipped, steps }]) => [
        folder,
        { cases, passed, failed, skipped, steps },
      ]),
    )
  const { total } = cases
  return JSON.stringify({
    cases: total.cases,
    passed: total.passed,
    failed: total.failed,
    skipped: total.skipped,
    byFolder: byFolder(cases),
    steps: total.steps,
    vectors: byFolder(vectors),
  })
}

function program(): Command {
  return new Command('conformance')
    .description(
      'Runs the official state tests in run mode and in prove mode, and the RLP, transaction and trie vectors.',
    )
    .option('--fixtures <directory>', 'a folder in the format of the official pack', Fixtures.directory)
    .option('--folder <name>', 'only this file of state cases')
    .option('--sample <1/n>', 'only one case in n, chosen by the hash of its id', sampleOf, 1)
    .option('--workers <n>', 'processes', countOf, 2)
    .option('--json', 'end with one line of JSON')
    .exitOverride()
    .configureOutput({ outputError: (text) => console.error(text.trim().replaceAll('\n', ' ')) })
}

function sampleOf(text: string): number {
  const every = Number(/^1\/([1-9]\d{0,5})$/.exec(text)?.[1])
  if (Number.isNaN(every)) throw new InvalidArgumentError(`expected 1/n, such as 1/10, got ${text}`)
  return every
}

function countOf(text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new InvalidArgumentError(`expected a number from 1 to 99, got ${text}`)
  return Number(text)
}

/** Says how far the run is, every two seconds. */
function progress(): (text: string) => void {
  const start = performance.now()
  let said = start
  return (text) => {
    const now = performance.now()
    if (now - said < 2_000) return
    said = now
    console.error(`${((now - start) / 1000).toFixed(0)} s: ${text}`)
  }
}

export async function main(parameters: readonly string[]): Promise<number> {
  try {
    const options = program().parse(parameters, { from: 'user' }).opts()
    const from: string = options.fixtures
    const absence = Fixtures.absence(from)
    if (absence !== undefined) throw new Fixtures.FixtureError(absence)
    const selection = { from, folder: options.folder, every: options.sample, workers: options.workers }
    const result = await run(selection, progress())
    const { cases, vectors } = result
    for (const line of cases.lines('state cases')) console.log(line)
    if (vectors.total.cases > 0) for (const line of vectors.lines('vectors')) console.log(line)
    if (options.json === true) console.log(toJson(result))
    return cases.failures.length + vectors.failures.length === 0 ? ok : failed
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ok : usage
    if (!(error instanceof Fixtures.FixtureError)) throw error
    console.error(`error: ${error.message}`)
    return usage
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2))
