// `npm run check`: the rules of CONTRIBUTING.md that no other tool checks. Prints one line for each breach.
import { fileURLToPath } from 'node:url'
import * as Budgets from './Budgets.ts'
import * as Contributing from './Contributing.ts'
import * as DomainTags from './DomainTags.ts'
import * as Eips from './Eips.ts'
import * as Hazards from './Hazards.ts'
import * as Imports from './Imports.ts'
import * as Marks from './Marks.ts'
import * as RuleIds from './RuleIds.ts'
import { readTree } from './Tree.ts'
import * as Twins from './Twins.ts'

const checks = { Budgets, Contributing, DomainTags, Eips, Hazards, Imports, Marks, RuleIds, Twins }

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)))
const problems = Object.entries(checks).flatMap(([name, { check }]) =>
  check(tree).map((problem) => `${name}: ${problem}`),
)
for (const problem of problems) console.error(problem)
console.log(`check: ${Object.keys(checks).length} rules, ${tree.size} files, ${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
