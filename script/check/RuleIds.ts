import { filesIn, type Tree } from './Tree.ts'

/** `**D-7**` or `**M-0, …**` at the start of a sentence of the specification defines a rule. */
const definition = /\*\*([SBRDMN]-\d+)\b[^*]*\*\*/g
/** Code, tests and other rules name a rule as `D-7`. */
const mention = /(?<![\w-])([SBRDMN]-\d+)\b/g

/** Rule: a rule of the specification is defined once, and nothing names one that is not defined. */
export function check(tree: Tree): string[] {
  const problems: string[] = []
  const homes = new Map<string, string>()
  for (const [path, text] of filesIn(tree, ['docs/'], ['.md'])) {
    for (const [, rule] of text.matchAll(definition)) {
      const home = homes.get(rule!)
      if (home !== undefined) problems.push(`${path}: expected rule ${rule} to be defined once, got ${home} too`)
      homes.set(rule!, path)
    }
  }
  for (const [path, text] of filesIn(tree, ['src/', 'prover/', 'test/', 'docs/'], ['.sol', '.ts', '.md'])) {
    for (const rule of new Set([...text.matchAll(mention)].map(([, found]) => found!))) {
      if (!homes.has(rule)) problems.push(`${path}: expected rule ${rule} to be defined in docs/`)
    }
  }
  return problems
}
