import { type Tree, withoutComments } from './Tree.ts'

/** Rule: each numbered rule of CONTRIBUTING.md ends with the npm script or the module that checks it. */
export function check(tree: Tree): string[] {
  const problems: string[] = []
  const scripts = (JSON.parse(tree.get('package.json') ?? '{}') as { scripts?: Record<string, string> }).scripts ?? {}
  const main = withoutComments(tree.get('script/check/main.ts') ?? '')
  for (const [rule, number] of (tree.get('CONTRIBUTING.md') ?? '').matchAll(/^(\d+)\. .*(?:\n {2,}.*)*/gm)) {
    const checker = /\((`[^`]+`(?:, `[^`]+`)*)\)\s*$/.exec(rule)?.[1]
    if (checker === undefined) {
      problems.push(`CONTRIBUTING.md: expected rule ${number} to end with its check in parentheses`)
      continue
    }
    for (const name of checker.split(', ').map((quoted) => quoted.slice(1, -1))) {
      const exists = name.startsWith('script/check/')
        ? tree.has(name) && main.includes(`'./${name.slice('script/check/'.length)}'`)
        : scripts[name.replace('npm run ', '')] !== undefined
      if (!exists) problems.push(`CONTRIBUTING.md: expected the check of rule ${number} to exist, got ${name}`)
    }
  }
  return problems
}
