import { randomBytes } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'

interface DevnetOptions {
  readonly only?: string[]
  readonly seed: string
  readonly json?: boolean
}

export function register(program: Command): void {
  program
    .command('devnet')
    .description('start Anvil, deploy, and play every scenario on real transactions')
    .option('--only <name...>', 'play these scenarios alone')
    .option('--seed <text>', 'what decides the workload and the lies', randomBytes(4).toString('hex'))
    .option('--json', 'print the results as one JSON object on the last line')
    .action(play)
}

async function play({ only, seed, json }: DevnetOptions): Promise<void> {
  // Loaded here, because no other verb needs the workload and the players' stage.
  const { scenarios } = await import('../devnet/Scenarios.ts')
  const { Devnet } = await import('../devnet/Devnet.ts')
  const { Narrator } = await import('../devnet/Narrator.ts')
  const { playAll } = await import('../devnet/Playbook.ts')
  const { fullSize } = await import('../workload/Workload.ts')
  const names = scenarios.map(({ name }) => name)
  const unknown = only?.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new InvalidArgumentError(`expected one of ${names.join(', ')}, got ${unknown}`)
  // Leaving by a signal has to run the exit handlers, which end Anvil.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

  const narrator = new Narrator((line) => console.log(line))
  narrator.title(`seed ${seed}: starting Anvil and deploying`)
  const devnet = await Devnet.start(seed, fullSize)
  try {
    const chosen = scenarios.filter(({ name }) => only === undefined || only.includes(name))
    const results = await playAll(devnet, chosen, seed, narrator)
    narrator.table(results)
    const ok = results.every(({ verdict, expected }) => verdict === expected)
    if (json) console.log(JSON.stringify({ scenarios: results, ok }))
    if (!ok) throw new Error('a verdict differs from the expected one')
  } finally {
    await devnet.stop()
  }
}
