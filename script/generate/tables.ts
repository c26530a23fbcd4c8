/**
 * Writes the Solidity files whose source are tables in prover/machine, so that the two machines can't differ about them.
 * With --check it writes nothing and fails if a file is not what it would write.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { opcodesSource, stepKindsSource } from './opcodes.ts'
import { precompilesSource } from './precompiles.ts'

const files = [
  { path: 'src/machine/Opcodes.sol', source: opcodesSource() },
  { path: 'src/machine/StepKinds.sol', source: stepKindsSource() },
  { path: 'src/machine/precompiles/PrecompileTable.sol', source: precompilesSource() },
]
const check = process.argv.includes('--check')
for (const { path, source } of files) {
  const location = fileURLToPath(new URL(`../../${path}`, import.meta.url))
  if (!check) writeFileSync(location, source)
  else if (readFileSync(location, 'utf8') !== source) {
    console.error(`${path} is not what its table gives: run npm run generate`)
    process.exitCode = 1
  }
}
