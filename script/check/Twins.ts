import { filesIn, type Tree, withoutComments } from './Tree.ts'

/** Folders that stand under `src/` and under `prover/` with the same files. */
const folders = ['commitment', 'machine']

/** Files of one language only, each with the reason. A path that ends with `/` stands for all below it. */
export const oneSided: ReadonlyMap<string, string> = new Map([
  // What the prover needs besides the rules: reading a batch, running it, keeping states, recording witnesses.
  ['prover/commitment/Keccak.ts', 'an instruction of L1'],
  ['prover/commitment/KeccakModule.ts', 'an instruction of L1'],
  ['prover/commitment/SortedRoot.ts', 'a root of many entries at once, which L1 never makes'],
  ['prover/commitment/Nibbles.ts', 'L1 walks the nibbles of a word in MerklePatricia.sol'],
  ['prover/commitment/Word.ts', 'the native type of L1'],
  ['prover/machine/Address.ts', 'a native type of L1'],
  ['prover/machine/BaseState.ts', 'L1 reads the base state from the witness'],
  ['prover/machine/BatchTrace.ts', 'L1 sees one step'],
  ['prover/machine/ChainConfig.ts', 'IStepMachine.sol has the struct'],
  ['prover/machine/CountingPass.ts', 'L1 sees one step'],
  ['prover/machine/Dispatch.ts', 'on L1 OneStepVerifier.sol and steps/ dispatch'],
  ['prover/machine/Executor.ts', 'L1 sees one step'],
  ['prover/machine/Interpreter.ts', 'the loop over steps; on L1 Instruction.sol has what one needs'],
  ['prover/machine/Machine.ts', 'the machine in memory; on L1 MachineState.sol'],
  ['prover/machine/ProveWorld.ts', 'the state behind WorldState.ts, in prove mode'],
  ['prover/machine/Receipt.ts', 'not committed to'],
  ['prover/machine/RunEntries.ts', 'the state behind WorldState.ts, in run mode'],
  ['prover/machine/RunWorld.ts', 'the state behind WorldState.ts, in run mode'],
  ['prover/machine/SystemAccount.ts', 'genesis writes the account; on L1 WorldState knows its slots'],
  ['prover/machine/Trail.ts', 'from run mode to prove mode'],
  ['prover/machine/World.ts', 'the interface of RunWorld.ts and ProveWorld.ts'],
  ['prover/machine/boundary/PayloadSource.ts', 'L1 reads the payload from the witness'],
  ['prover/machine/boundary/RawTransaction.ts', 'L1 reads the raw transaction from the witness'],
  ['prover/machine/boundary/Recovery.ts', 'a precompile of L1'],
  ['prover/machine/boundary/RlpItems.ts', 'L1 reads the items as views of the raw transaction'],
  ['prover/machine/bulk/MessageDigest.ts', "what the two hashes share at run mode's speed"],
  ['prover/machine/fold/FoldMachine.ts', 'the run of which FoldVerifier.sol verifies a step'],
  ['prover/machine/fold/FoldTrace.ts', 'L1 sees one step'],
  ['prover/machine/precompiles/native/', 'the precompiles of L1'],
  // How L1 divides the verification of a step among contracts, and what its word size makes it do.
  ['src/machine/IStepMachine.sol', 'the interface that the dispute knows'],
  ['src/machine/OneStepVerifier.sol', 'the entry of L1'],
  ['src/machine/bulk/Endian.sol', 'DataView in TypeScript'],
  ['src/machine/fold/FoldVerifier.sol', 'the entry of L1, for FoldMachine.ts'],
  ['src/machine/instructions/Instruction.sol', 'part of Interpreter.ts'],
  ['src/machine/precompiles/KnownAnswers.sol', 'a property of L1'],
  ['src/machine/precompiles/L1Precompile.sol', 'libraries in TypeScript'],
  ['src/machine/steps/', 'contracts within EIP-170, for Dispatch.ts'],
])

/** Functions of one language only, each with the reason. */
export const oneSidedFunctions: ReadonlyMap<string, string> = new Map([
  ['prover/machine/OperandStack.ts:hash', 'L1 has nothing but the hash'],
  ['prover/machine/OperandStack.ts:hashBelow', 'L1 takes it from the witness'],
  ['prover/machine/instructions/ControlFlow.ts:opJumpdest', 'on L1 done when the instruction has started'],
  ['prover/machine/instructions/Stack.ts:opPop', 'on L1 done when the instruction has started'],
  ['prover/machine/instructions/Stack.ts:opPush0', 'opPush of L1 takes any size'],
])

/** What has to be found under one name in both languages: instructions, steps and hash preimages. */
const ruleName = /^(?:op|step|hash)(?:[A-Z0-9]\w*)?$/

/** Rule: the two writings of the rule set have the same files, and in them the same instructions, steps and hashes. */
export function check(tree: Tree): string[] {
  return [...checkFiles(tree), ...checkFunctions(tree), ...checkExceptions(tree)]
}

function checkFiles(tree: Tree): string[] {
  return twinFiles(tree)
    .filter(([path]) => !tree.has(twinOf(path)) && !isOneSided(path))
    .map(([path]) => `${path}: expected its twin ${twinOf(path)} to exist`)
}

function checkFunctions(tree: Tree): string[] {
  return twinFiles(tree).flatMap(([path]) =>
    unmatched(tree, path)
      .filter((name) => !oneSidedFunctions.has(`${path}:${name}`))
      .map((name) => `${path}: expected ${twinOf(path)} to define ${name}, as this file does`),
  )
}

/** An exception that nothing needs any more hides the next mistake. */
function checkExceptions(tree: Tree): string[] {
  const problems: string[] = []
  const files = twinFiles(tree).filter(([path]) => !tree.has(twinOf(path)))
  for (const entry of oneSided.keys()) {
    if (!files.some(([path]) => matches(entry, path))) {
      problems.push(`script/check/Twins.ts: expected ${entry} to be without a twin, as its exception says`)
    }
  }
  for (const entry of oneSidedFunctions.keys()) {
    const [path, name] = entry.split(':') as [string, string]
    if (!unmatched(tree, path).includes(name)) {
      problems.push(`script/check/Twins.ts: expected ${entry} to be without a namesake, as its exception says`)
    }
  }
  return problems
}

/** The functions with a rule's name in a file that its twin, if there is one, does not define. */
function unmatched(tree: Tree, path: string): string[] {
  const twin = tree.get(twinOf(path))
  if (twin === undefined) return []
  const namesakes = functionsOf(twinOf(path), twin)
  return functionsOf(path, tree.get(path) ?? '').filter((name) => ruleName.test(name) && !namesakes.includes(name))
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
  return [...oneSided.keys()].some((entry) => matches(entry, path))
}

function matches(entry: string, path: string): boolean {
  return entry.endsWith('/') ? path.startsWith(entry) : path === entry
}

/** The functions that other files can call. */
function functionsOf(path: string, source: string): string[] {
  const code = withoutComments(source)
  if (path.endsWith('.sol')) {
    const headers = [...code.matchAll(/\bfunction\s+(\w+)\s*\([^{;]*/g)]
    return headers.filter(([header]) => !/\bprivate\b/.test(header)).map(([, name]) => name!)
  }
  const definitions = code.matchAll(/^export function\*? (\w+)/gm)
  return [...definitions].map(([, name]) => name!)
}
