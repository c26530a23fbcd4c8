import type { Devnet } from './Devnet.ts'
import type { Narrator } from './Narrator.ts'
import { Choices } from './Random.ts'
import { type Result, run, type Scenario } from './Scenario.ts'

/**
 * Plays scenarios one after the other, each from a snapshot of L1: those that begin with an empty inbox first, then the
 * workload is posted once for all others. Going back to a snapshot is a reorganisation for every player.
 */
export async function playAll(
  devnet: Devnet,
  scenarios: readonly Scenario[],
  seed: string,
  narrator: Narrator,
): Promise<Result[]> {
  const results = new Map<string, Result>()
  const playFrom = async (begins: Scenario['begins']) => {
    for (const scenario of scenarios.filter((it) => it.begins === begins)) {
      const snapshot = await devnet.anvil.control.snapshot()
      const choices = new Choices(`${seed} ${scenario.name}`)
      results.set(scenario.name, await run(scenario, { devnet, choices, narrator }))
      await devnet.anvil.control.revert({ id: snapshot })
    }
  }
  await playFrom('deployed')
  if (scenarios.some(({ begins }) => begins === 'posted')) {
    narrator.title(`posting ${devnet.workload.batches.length} batches for what follows`)
    await devnet.postAll(false)
    await playFrom('posted')
  }
  return scenarios.flatMap(({ name }) => results.get(name) ?? [])
}
