import { randomBytes } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'
import { Devnet } from '../devnet/Devnet.ts'
import { Narrator } from '../devnet/Narrator.ts'
import { playAll } from '../devnet/Playbook.ts'
import { scenarios } from '../devnet/Scenarios.ts'
import { fullSize } from '../workload/Workload.ts'

interface DevnetOptions {
  readonly only?: string[]
  readonly seed: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('devnet')
    .description('start Anvil, deploy, and play every scenario on real transactions')
    .option('--only <name...>', 'play these scenarios alone', collectName)
    .option('--seed <text>', 'what decides the workload and the lies', randomBytes(4).toString('hex'))
    .option('--json', 'print the results as one JSON object on the last line')
    .action(async ({ only, seed, json }: DevnetOptions) => {
      const narrator = new Narrator((line) => console.log(line))
      const chosen = scenarios.filter(({ name }) => only === undefined || only.includes(name))
      narrator.title(`seed ${seed}`)
      const devnet = await Devnet.start(seed, fullSize)
      try {
        const results = await playAll(devnet, chosen, seed, narrator)
        narrator.table(results)
        const ok = results.every(({ verdict, expected }) => verdict === expected)
        if (json) console.log(JSON.stringify({ scenarios: results, ok }))
        if (!ok) throw new Error('a verdict differs from the expected one')
      } finally {
        await devnet.stop()
      }
    })
}

function collectName(name: string, before: string[] = []): string[] {
  const names = scenarios.map((scenario) => scenario.name)
  if (!names.includes(name)) throw new InvalidArgumentError(`expected one of ${names.join(', ')}, got ${name}`)
  return [...before, name]
}
