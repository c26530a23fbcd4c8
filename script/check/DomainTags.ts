import { filesIn, type Tree, withoutComments } from './Tree.ts'

/**
 * Rule: a domain tag stands once per language, so that a hash preimage has one home. A tag is the value of a constant
 * `bytes32 … TAG = "Name"` or of `keccak256("Name")` in Solidity, and the argument of `Word.fromText('Name')` in
 * TypeScript.
 */
export function check(tree: Tree): string[] {
  return [
    ...repeated(tree, 'src/', '.sol', /(?:\bbytes32\b[^;={}]*TAG\s*=|\bkeccak256\()\s*"([^"]+)"/g),
    ...repeated(tree, 'prover/', '.ts', /\bWord\.fromText\(\s*'([^']+)'/g),
  ]
}

function repeated(tree: Tree, folder: string, ending: string, pattern: RegExp): string[] {
  const homes = new Map<string, string[]>()
  for (const [path, source] of filesIn(tree, [folder], [ending])) {
    for (const [, tag] of withoutComments(source).matchAll(pattern)) {
      homes.set(tag!, [...(homes.get(tag!) ?? []), path])
    }
  }
  return [...homes]
    .filter(([, paths]) => paths.length > 1)
    .map(([tag, paths]) => `${paths[1]}: expected the domain tag "${tag}" in one place, got ${paths.join(', ')}`)
}
