import { filesIn, type Tree } from './Tree.ts'

const maxRootEntries = 15
const maxContributingLines = 100

/** Most lines of a file, by folder and language. A file that outgrows its budget holds two things. */
const budgets: readonly { folders: readonly string[]; ending: string; lines: number }[] = [
  { folders: ['src/', 'script/'], ending: '.sol', lines: 400 },
  { folders: ['prover/', 'script/'], ending: '.ts', lines: 400 },
  { folders: ['test/'], ending: '.sol', lines: 500 },
  { folders: ['test/'], ending: '.ts', lines: 500 },
]

/** Files that may be longer, each with the reason. */
const exceptions: ReadonlyMap<string, string> = new Map([])

/** Rule: files, CONTRIBUTING.md and the root of the repository stay small. */
export function check(tree: Tree): string[] {
  return [...checkFiles(tree), ...checkRoot(tree)]
}

function checkFiles(tree: Tree): string[] {
  const problems: string[] = []
  for (const { folders, ending, lines } of budgets) {
    for (const [path, text] of filesIn(tree, folders, [ending])) {
      const count = linesOf(text)
      if (count > lines && !exceptions.has(path))
        problems.push(`${path}: expected at most ${lines} lines, got ${count}`)
    }
  }
  for (const path of exceptions.keys()) {
    if (!tree.has(path)) problems.push(`script/check/Budgets.ts: expected ${path} to exist, since it has an exception`)
  }
  return problems
}

function checkRoot(tree: Tree): string[] {
  const problems: string[] = []
  const entries = new Set([...tree.keys()].map((path) => path.split('/')[0]!))
  // Entries that tools demand and readers skip are not counted.
  const counted = [...entries].filter((entry) => !entry.startsWith('.') && entry !== 'package-lock.json')
  if (counted.length > maxRootEntries) {
    problems.push(`/: expected at most ${maxRootEntries} entries, got ${counted.length}: ${counted.join(' ')}`)
  }
  const rules = linesOf(tree.get('CONTRIBUTING.md') ?? '')
  if (rules > maxContributingLines) {
    problems.push(`CONTRIBUTING.md: expected at most ${maxContributingLines} lines, got ${rules}`)
  }
  return problems
}

function linesOf(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
