import { filesIn, type Tree, withoutComments } from './Tree.ts'

/** Folders that stand under `src/` and under `prover/` with the same files. */
const folders = ['commitment', 'machine']

/** Files of one language only, each with the reason. A path that ends with `/` stands for all below it. */
export const oneSided: ReadonlyMap<string, string> = new Map([
  ['prover/commitment/Keccak.ts', 'an instruction of L1'],
  ['prover/commitment/Word.ts', 'the native type of L1'],
  ['prover/machine/BaseState.ts', 'L1 reads the base state from the witness'],
  ['prover/machine/ChainConfig.ts', 'IStepMachine.sol has the struct'],
  ['prover/machine/SystemAccount.ts', 'genesis writes the account; on L1 WorldState knows its slots'],
  ['src/machine/IStepMachine.sol', 'the interface that the dispute knows'],
])

/** Functions of a Solidity file without a namesake in its twin, each with the reason. */
export const solidityOnly: ReadonlyMap<string, string> = new Map([
  ['src/commitment/MerkleTree.sol:rootOfCalldata', 'TypeScript has one kind of bytes'],
  ['src/commitment/MerkleTree.sol:rootOfLeaves', 'the memory of L1 spares a copy'],
  ['src/commitment/MerkleTree.sol:zero', 'TypeScript keeps them in an array'],
  ['src/machine/Opcodes.sol:info', 'TypeScript reads its table as an array'],
  ['src/machine/Witness.sol:open', 'the constructor of Reader'],
  ['src/machine/Witness.sol:skip', 'L1 alone reads without copying'],
])

/** Rule: the two writings of the rule set have the same files, and a Solidity function's twin has its name. */
export function check(tree: Tree): string[] {
  return [...checkFiles(tree), ...checkFunctions(tree), ...checkExceptions(tree)]
}

function checkFiles(tree: Tree): string[] {
  return twinFiles(tree)
    .filter(([path]) => !tree.has(twinOf(path)) && !isOneSided(path))
    .map(([path]) => `${path}: expected its twin ${twinOf(path)} to exist`)
}

function checkFunctions(tree: Tree): string[] {
  const problems: string[] = []
  for (const [path, source] of twinFiles(tree)) {
    const twin = tree.get(twinOf(path))
    if (!path.endsWith('.sol') || twin === undefined) continue
    for (const name of functionsOf(source)) {
      if (!definitionOf(name).test(withoutComments(twin)) && !solidityOnly.has(`${path}:${name}`)) {
        problems.push(`${path}: expected ${twinOf(path)} to define ${name}, as this file does`)
      }
    }
  }
  return problems
}

/** An exception that nothing needs any more hides the next mistake. */
function checkExceptions(tree: Tree): string[] {
  const problems: string[] = []
  for (const path of oneSided.keys()) {
    const needed = twinFiles(tree).some(([file]) => file.startsWith(path) && !tree.has(twinOf(file)))
    if (!needed) problems.push(`script/check/Twins.ts: expected ${path} to be without a twin, as its exception says`)
  }
  for (const entry of solidityOnly.keys()) {
    const [path, name] = entry.split(':') as [string, string]
    const twin = tree.get(twinOf(path))
    const needed = functionsOf(tree.get(path) ?? '').includes(name) && !!twin && !definitionOf(name).test(twin)
    if (!needed) problems.push(`script/check/Twins.ts: expected ${entry} to be in Solidity only, as its exception says`)
  }
  return problems
}

function twinFiles(tree: Tree): [string, string][] {
  return folders.flatMap((folder) => [
    ...filesIn(tree, [`src/${folder}/`], ['.sol']),
    ...filesIn(tree, [`prover/${folder}/`], ['.ts']),
  ])
}

function twinOf(path: string): string {
  return path.startsWith('src/')
    ? path.replace(/^src\/(.*)\.sol$/, 'prover/$1.ts')
    : path.replace(/^prover\/(.*)\.ts$/, 'src/$1.sol')
}

function isOneSided(path: string): boolean {
  return [...oneSided.keys()].some((entry) => (entry.endsWith('/') ? path.startsWith(entry) : path === entry))
}

/** What other Solidity files can call. */
function functionsOf(source: string): string[] {
  const headers = withoutComments(source).matchAll(/\bfunction\s+(\w+)\s*\([^{;]*/g)
  return [...headers].filter(([header]) => !/\bprivate\b/.test(header)).map(([, name]) => name!)
}

/** A function, a constant that holds one, or a method of a class. */
function definitionOf(name: string): RegExp {
  return new RegExp(
    `\\b(?:function\\*?|const|get)\\s+${name}\\b|^\\s+(?:static\\s+)?${name}\\s*(?:<[^>\\n]*>)?\\(`,
    'm',
  )
}
