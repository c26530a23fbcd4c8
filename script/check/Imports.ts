import { posix } from 'node:path'
import { filesIn, type Tree, withoutComments } from './Tree.ts'

/** Folders that may not import anything outside of the given ones (besides packages). */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'src/': ['src/'],
  'prover/': ['prover/', 'lib/'],
}

/** Rule: what is deployed or run does not depend on what tests it. */
export function check(tree: Tree): string[] {
  const problems: string[] = []
  for (const [folder, targets] of Object.entries(allowed)) {
    for (const [path, source] of filesIn(tree, [folder], ['.sol', '.ts'])) {
      for (const target of importsOf(withoutComments(source))) {
        if (!target.startsWith('.') && !/^(src|test|script|prover)\//.test(target)) continue
        const resolved = target.startsWith('.') ? posix.join(posix.dirname(path), target) : target
        if (!targets.some((prefix) => resolved.startsWith(prefix))) {
          problems.push(`${path}: expected imports from ${targets.join(' or ')} only, got ${target}`)
        }
      }
    }
  }
  return problems
}

function importsOf(source: string): string[] {
  const statements = source.matchAll(/\b(?:import|from)\s*\(?\s*["']([^"'\n]+)["']/g)
  return [...statements].map((statement) => statement[1]!)
}
