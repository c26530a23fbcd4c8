/** `npm run bench`: what a flat state is worth against a trie, measured in one process per size of state. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Command, InvalidArgumentError } from 'commander'
import type { Result } from './measure.ts'
import * as Report from './Report.ts'

function counts(text: string): number[] {
  const numbers = text.split(',').map(Number)
  if (numbers.every((number) => Number.isSafeInteger(number) && number > 0)) return numbers
  throw new InvalidArgumentError('expected whole numbers above 0 with commas between them')
}

const program = new Command('bench')
  .description('Measures flat pairs against tries on the same transactions.')
  .option('--sizes <list>', 'accounts (and slots) of the state', counts, [10_000, 100_000, 1_000_000])
  .option('--batch <list>', 'transactions of a batch', counts, [100, 1_000])
  .option('--json', 'print the figures as one object in the last line')
  .parse()
const options = program.opts<{ sizes: number[]; batch: number[]; json?: true }>()

const script = fileURLToPath(new URL('size.ts', import.meta.url))
const sizes: Record<string, Record<string, Report.Row>> = {}
for (const size of options.sizes) {
  const args = ['--import', 'tsx', '--max-old-space-size=16384', script, String(size), options.batch.join(',')]
  const running = promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 26 })
  running.child.stderr?.pipe(process.stderr)
  const result = JSON.parse((await running).stdout) as Result
  sizes[size] = {}
  for (const [count, designs] of Object.entries(result)) {
    sizes[size][count] = Report.rowOf(Number(count), designs)
    console.log(`${Report.print(String(size), count, designs)}\n`)
  }
}
if (options.json) console.log(JSON.stringify({ sizes }))
