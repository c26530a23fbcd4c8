import { filesIn, type Tree } from './Tree.ts'

const marks: readonly { pattern: RegExp; meaning: string }[] = [
  { pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/, meaning: 'unfinished work' },
  { pattern: /\b(?:it|test|describe|suite)\.(?:skip|only|todo)\(|\bvm\.skip\(/, meaning: 'a skipped test' },
  { pattern: /\bbiome-ignore-all\b|@ts-nocheck|@ts-ignore/, meaning: 'a check switched off' },
]

/** Rule: nothing unfinished, skipped or switched off is committed. */
export function check(tree: Tree): string[] {
  const problems: string[] = []
  for (const [path, source] of filesIn(
    tree,
    ['src/', 'prover/', 'script/', 'test/', 'lib/'],
    ['.sol', '.ts', '.mjs'],
  )) {
    if (/\/Marks(?:\.test)?\.ts$/.test(path)) continue
    source.split('\n').forEach((line, index) => {
      for (const { pattern, meaning } of marks) {
        if (pattern.test(line))
          problems.push(`${path}:${index + 1}: expected no mark of ${meaning}, got ${line.trim()}`)
      }
    })
  }
  return problems
}
