/**
 * Writes prover/l1/Abi.ts from what forge built, so that the types of every call and event are the contracts' own. Build
 * first. With --check it writes nothing and fails if the file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AbiParameter } from 'viem'

const contracts = { rollup: 'Rollup', disputeGame: 'DisputeGame' }

/** What a call may revert with: the contracts call each other, so the errors of all of them. */
const erring = [
  ...Object.values(contracts),
  'OneStepVerifier',
  'ComputeSteps',
  'StateSteps',
  'CallSteps',
  'BoundarySteps',
  'BulkSteps',
  'FoldVerifier',
]

interface Item {
  readonly type: string
  readonly name?: string
  readonly stateMutability?: string
  readonly anonymous?: boolean
  readonly inputs?: readonly Parameter[]
  readonly outputs?: readonly Parameter[]
}

type Parameter = AbiParameter & { readonly indexed?: boolean; readonly components?: readonly Parameter[] }

/** What callers need, without the compiler's notes. */
function parameterOf({ name, type, indexed, components }: Parameter): object {
  return {
    name: name ?? '',
    type,
    ...(indexed === undefined ? {} : { indexed }),
    ...(components === undefined ? {} : { components: components.map(parameterOf) }),
  }
}

function itemOf({ type, name, stateMutability, inputs, outputs }: Item): object {
  return {
    type,
    ...(name === undefined ? {} : { name }),
    ...(inputs === undefined ? {} : { inputs: inputs.map(parameterOf) }),
    ...(outputs === undefined ? {} : { outputs: outputs.map(parameterOf) }),
    ...(stateMutability === undefined ? {} : { stateMutability }),
  }
}

function itemsOf(contract: string, ...types: string[]): object[] {
  const artifact = fileURLToPath(new URL(`../../out/${contract}.sol/${contract}.json`, import.meta.url))
  const { abi } = JSON.parse(readFileSync(artifact, 'utf8')) as { abi: Item[] }
  return abi.filter(({ type }) => types.includes(type)).map(itemOf)
}

/** One item a line, each once; Biome leaves the file alone. */
function constantOf(name: string, items: readonly object[]): string {
  const lines = new Set(items.map((item) => `  ${JSON.stringify(item)},`))
  return `export const ${name} = [\n${[...lines].join('\n')}\n] as const\n`
}

function source(): string {
  const constants = Object.entries(contracts).map(([name, contract]) =>
    constantOf(name, itemsOf(contract, 'function', 'event')),
  )
  const errors = constantOf(
    'errors',
    erring.flatMap((contract) => itemsOf(contract, 'error')),
  )
  return `// Generated from the contracts by \`npm run generate:abi\`; do not edit.\n\n${[...constants, errors].join('\n')}`
}

const path = fileURLToPath(new URL('../../prover/l1/Abi.ts', import.meta.url))
const wanted = source()
if (!process.argv.includes('--check')) {
  writeFileSync(path, wanted)
} else if (readFileSync(path, 'utf8') !== wanted) {
  console.error('prover/l1/Abi.ts is not what the contracts are: run `npm run build && npm run generate:abi`')
  process.exitCode = 1
}
