import { type Tree, withoutComments } from './Tree.ts'

const table = 'docs/7-hazards.md'
/** `test/X.t.sol: name` in the table; the name of a test in TypeScript goes on to the end of the code span. */
const citation = /`(test\/[^`:\s]+): ([^`]+)`/g
/** A row of the table: number, what went wrong, what stops it here, tests. */
const row = /^\| (\d+) \|(.*)\|$/gm
/** Why a hazard has no test. */
const reason = /\*(?:Does not apply|Open)\b/

/** Rule: each hazard has a test or says why not, and every test that the table names exists in the file that it names. */
export function check(tree: Tree): string[] {
  const text = tree.get(table)
  if (text === undefined) return [`${table}: expected the table of hazards to exist`]
  return [...checkRows(text), ...checkTests(tree, text)]
}

function checkRows(text: string): string[] {
  const problems: string[] = []
  let last = 0
  for (const [, digits, cells] of text.matchAll(row)) {
    const number = Number(digits)
    if (number !== last + 1) problems.push(`${table}: expected hazard ${last + 1}, got ${number}`)
    last = number
    if (cells!.search(citation) < 0 && !reason.test(cells!)) {
      problems.push(`${table}: expected hazard ${number} to name a test or to say why there is none`)
    }
  }
  if (last === 0) problems.push(`${table}: expected rows of hazards`)
  return problems
}

function checkTests(tree: Tree, text: string): string[] {
  const problems: string[] = []
  for (const [, path, name] of text.matchAll(citation)) {
    const source = tree.get(path!)
    if (source === undefined) problems.push(`${table}: expected ${path} to exist`)
    else if (!hasTest(withoutComments(source), path!, name!)) {
      problems.push(`${table}: expected ${path} to have the test ${name}`)
    }
  }
  return problems
}

function hasTest(source: string, path: string, name: string): boolean {
  if (path.endsWith('.sol')) return source.includes(`function ${name}(`)
  return [...source.matchAll(/\b(?:it|test)\(\s*(['"`])(.*?)\1/g)].some(([, , title]) => title === name)
}
