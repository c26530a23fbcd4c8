import type { Tree } from './Tree.ts'

const table = 'docs/9-eips.md'
/** `| 196, 197 | what | here | how |`; a dash instead of a number for what is older than EIPs. */
const row = /^\| (–|\d+(?:, \d+)*) \|([^|]*)\|([^|]*)\|([^|]*)\|$/
const heading = /^\| \*\*(.+)\*\* \| \| \| \|$/
const file = /`((?:src|prover|script|test|docs)\/[^`]+)`/g
/** A rule or a section of the specification. */
const rule = /\b[SBRDMN]-\d+\b|\b\d\.\d\b/

/** A line of the table is one of these; what is above it is prose. */
const answers = ['as on L1', 'changed', 'not applicable']

/** The forks in their order, as the headings of the table. */
const forks = [
  'Frontier',
  'Homestead',
  'DAO fork',
  'Tangerine Whistle',
  'Spurious Dragon',
  'Byzantium',
  'Constantinople, Petersburg',
  'Istanbul, Muir Glacier',
  'Berlin',
  'London, Arrow Glacier, Gray Glacier',
  'Paris',
  'Shanghai',
  'Cancun',
  'Prague',
  'Osaka',
  "In no fork's list: they say what held before",
]

/** Rule: the table of EIPs is whole: every fork, each EIP once with an answer, and what a row names exists. */
export function check(tree: Tree): string[] {
  const text = tree.get(table)
  if (text === undefined) return [`${table}: expected the table of EIPs to exist`]
  const problems: string[] = []
  const seen = new Set<string>()
  const found: string[] = []
  const lines = text.split('\n').filter((line) => line.startsWith('|'))
  // The names of the columns and the line below them.
  for (const line of lines.slice(2)) {
    const fork = heading.exec(line)?.[1]
    if (fork !== undefined) found.push(fork)
    else problems.push(...checkRow(tree, line, seen))
  }
  if (found.join() !== forks.join()) problems.push(`${table}: expected the forks ${forks.join(' | ')}`)
  return problems
}

function checkRow(tree: Tree, line: string, seen: Set<string>): string[] {
  const [, numbers, , here, how] = row.exec(line) ?? []
  if (numbers === undefined) return [`${table}: expected a row of four cells, got ${line}`]
  const problems: string[] = []
  for (const number of numbers.split(', ').filter((name) => name !== '–')) {
    if (seen.has(number)) problems.push(`${table}: expected EIP ${number} once`)
    seen.add(number)
  }
  const answer = here!.trim()
  if (!answers.includes(answer))
    problems.push(`${table}: expected EIP ${numbers} to be ${answers.join(', ')}, got ${answer}`)
  if (answer === 'changed' && !rule.test(how!))
    problems.push(`${table}: expected EIP ${numbers} to name the rule that changes it`)
  for (const [, path] of how!.matchAll(file)) {
    if (!tree.has(path!)) problems.push(`${table}: expected ${path} of EIP ${numbers} to exist`)
  }
  return problems
}
