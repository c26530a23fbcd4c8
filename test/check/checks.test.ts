import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as Budgets from '../../script/check/Budgets.ts'
import * as Contributing from '../../script/check/Contributing.ts'
import * as DomainTags from '../../script/check/DomainTags.ts'
import * as Eips from '../../script/check/Eips.ts'
import * as Hazards from '../../script/check/Hazards.ts'
import * as Imports from '../../script/check/Imports.ts'
import * as Marks from '../../script/check/Marks.ts'
import * as RuleIds from '../../script/check/RuleIds.ts'
import { type Tree, withoutComments } from '../../script/check/Tree.ts'
import * as Twins from '../../script/check/Twins.ts'

type Check = (tree: Tree) => string[]

/** The files that `check` complains about in a repository of `files`, except about its own lists of exceptions. */
function complaints(check: Check, files: Record<string, string>): string[] {
  const paths = check(new Map(Object.entries(files))).map((problem) => problem.split(':')[0]!)
  return paths.filter((path) => !path.startsWith('script/check/'))
}

describe('Twins', () => {
  const [solidity, typescript] = ['src/machine/Pair.sol', 'prover/machine/Pair.ts']
  const library = 'library Pair {\n    function opAdd(uint256 a) internal {}\n    function hash() private {}\n}'

  test('accepts the same file with the same instructions', () => {
    const twin = 'export function opAdd() {}\nexport function prove() {}\nfunction hash() {}'
    assert.deepEqual(complaints(Twins.check, { [solidity]: library, [typescript]: twin }), [])
  })

  test('finds a file without its twin, in either language', () => {
    assert.deepEqual(complaints(Twins.check, { [solidity]: library }), [solidity])
    assert.deepEqual(complaints(Twins.check, { [typescript]: '' }), [typescript])
  })

  test('finds an instruction, a step or a hash without its namesake, in either language', () => {
    const twin = '// export function opAdd() {}\nexport function stepBegin() {}\nexport function hash() {}'
    const found = complaints(Twins.check, { [solidity]: library, [typescript]: twin })
    assert.deepEqual(found, [solidity, typescript, typescript])
  })

  test('finds every exception that is no longer needed', () => {
    assert.equal(Twins.check(new Map()).length, Twins.oneSided.size + Twins.oneSidedFunctions.size)
  })
})

describe('DomainTags', () => {
  test('finds a tag that stands twice in one language', () => {
    const constant = 'bytes32 private constant NODE_TAG = "Node";'
    assert.deepEqual(complaints(DomainTags.check, { 'src/A.sol': constant, 'src/B.sol': 'keccak256("Node")' }), [
      'src/B.sol',
    ])
    const call = "const tag = Word.fromText('Node')"
    assert.deepEqual(complaints(DomainTags.check, { 'prover/A.ts': call, 'prover/B.ts': call }), ['prover/B.ts'])
    assert.deepEqual(complaints(DomainTags.check, { 'src/A.sol': constant, 'prover/A.ts': call }), [])
    assert.deepEqual(complaints(DomainTags.check, { 'src/A.sol': constant, 'src/B.sol': `// ${constant}` }), [])
  })
})

describe('Hazards', () => {
  const rows = (...cells: string[]) => cells.map((cell, index) => `| ${index + 1} | a | b | ${cell} |`).join('\n')
  const found = (table: string) =>
    complaints(Hazards.check, {
      'docs/7-hazards.md': table,
      'test/A.t.sol': 'function test_One() external {}\n// function test_Two() external {}',
      'test/a.test.ts': "test('one', () => {})\nit(`two`, () => {})\n// test('three', f)\ncall('four')",
    }).length

  test('finds a test that does not exist, or not any more', () => {
    assert.equal(found(rows('`test/A.t.sol: test_One`', '`test/a.test.ts: one`', '`test/a.test.ts: two`')), 0)
    for (const name of [
      'A.t.sol: test_Two',
      'A.t.sol: test_On',
      'B.t.sol: test_One',
      'a.test.ts: three',
      'a.test.ts: four',
    ]) {
      assert.equal(found(rows(`\`test/${name}\``)), 1, name)
    }
  })

  test('finds a hazard that is missing, or without a test or a reason', () => {
    assert.equal(found(rows('*Does not apply*: no', '*Open*: y')), 0)
    assert.equal(found(rows('')), 1)
    assert.equal(found(rows('*Not yet*: y')), 1)
    assert.equal(found(rows('*Open*: y').replace('| 1', '| 2')), 1)
    assert.equal(found(''), 1)
  })
})

describe('Eips', () => {
  const text = readFileSync(new URL('../../docs/9-eips.md', import.meta.url), 'utf8')
  const files = Object.fromEntries([...text.matchAll(/`(\w+\/[^`]+)`/g)].map(([, path]) => [path!, '']))
  const found = (table: string) => Eips.check(new Map(Object.entries({ ...files, 'docs/9-eips.md': table }))).length

  test('accepts the table and finds what is not in it', () => {
    assert.equal(found(text), 0)
    for (const [part, other] of [
      ['| 145 | SHL', '| 140 | SHL'],
      ['| PUSH0 | as on L1 |', '| PUSH0 | like L1 |'],
      ['| **Berlin** | | | |\n', ''],
      ['`src/machine/instructions/Stack.sol`', '`src/machine/instructions/Stick.sol`'],
      ['| PUSH0 | as on L1 |', '| PUSH0 | changed |'],
      ['| 145 | SHL, SHR, SAR |', '| 145 | SHL | SHR, SAR |'],
    ] as const) {
      assert.ok(text.includes(part), part)
      assert.equal(found(text.replace(part, other)), 1, other)
    }
  })
})

describe('Imports', () => {
  test('finds an import from the tests', () => {
    for (const line of [
      "import { a } from '../test/a.ts'",
      "await import('../test/a.ts')",
      "export * from '../test/a.ts'",
    ]) {
      assert.deepEqual(complaints(Imports.check, { 'prover/a.ts': line }), ['prover/a.ts'])
    }
    for (const line of ['import {A} from "../test/A.sol";', 'import {A} from "test/A.sol";']) {
      assert.deepEqual(complaints(Imports.check, { 'src/A.sol': line }), ['src/A.sol'])
    }
  })

  test('accepts packages and neighbours', () => {
    const line = "import * as B from './b.ts'\nimport { c } from 'viem'\nimport assert from 'node:assert/strict'"
    assert.deepEqual(complaints(Imports.check, { 'prover/a.ts': line, 'test/a.ts': "import '../prover/a.ts'" }), [])
  })
})

describe('Budgets', () => {
  test('finds a long file, by the budget of its folder', () => {
    const lines = (count: number) => 'x\n'.repeat(count)
    assert.deepEqual(complaints(Budgets.check, { 'src/A.sol': lines(400), 'test/A.t.sol': lines(500) }), [])
    assert.deepEqual(complaints(Budgets.check, { 'src/A.sol': lines(401), 'prover/a.ts': lines(401) }), [
      'src/A.sol',
      'prover/a.ts',
    ])
    assert.deepEqual(complaints(Budgets.check, { 'test/A.t.sol': lines(501) }), ['test/A.t.sol'])
    assert.deepEqual(complaints(Budgets.check, { 'CONTRIBUTING.md': lines(101) }), ['CONTRIBUTING.md'])
  })

  test('finds a crowded root', () => {
    const files = Object.fromEntries(Array.from({ length: 16 }, (_, index) => [`folder${index}/a`, '']))
    assert.deepEqual(complaints(Budgets.check, files), ['/'])
  })
})

describe('Marks', () => {
  test('finds unfinished and skipped work', () => {
    for (const line of [
      `// ${'TO'}DO: finish`,
      `test.${'skip'}('x', f)`,
      `vm.${'skip'}(true);`,
      `// @ts-${'ignore'}`,
    ]) {
      assert.deepEqual(complaints(Marks.check, { 'test/a.ts': line }), ['test/a.ts'])
    }
    assert.deepEqual(complaints(Marks.check, { 'test/a.ts': 'test(name, f)' }), [])
  })
})

describe('RuleIds', () => {
  test('finds a rule that is not defined, or defined twice', () => {
    const docs = { 'docs/4-dispute.md': '* **D-7** A clock.\n> **M-0, the invariant.** Each step.' }
    assert.deepEqual(complaints(RuleIds.check, { ...docs, 'src/A.sol': '// INVARIANT: D-7, M-0' }), [])
    assert.deepEqual(complaints(RuleIds.check, { ...docs, 'src/A.sol': '// INVARIANT: D-8' }), ['src/A.sol'])
    assert.deepEqual(complaints(RuleIds.check, { ...docs, 'docs/5.md': '**D-7** Again.' }), ['docs/5.md'])
    assert.deepEqual(complaints(RuleIds.check, { ...docs, 'docs/5.md': 'As D-8 says.' }), ['docs/5.md'])
  })
})

describe('Contributing', () => {
  test('finds a rule without a check, or with one that does not exist', () => {
    const files = {
      'package.json': '{"scripts":{"lint":"x"}}',
      'script/check/main.ts': "import * as A from './A.ts'",
      'script/check/A.ts': '',
    }
    const rules = (text: string) => complaints(Contributing.check, { ...files, 'CONTRIBUTING.md': text })
    assert.deepEqual(rules('1. Neat. (`npm run lint`)\n2. Small\n   too. (`script/check/A.ts`)\n'), [])
    assert.deepEqual(rules('1. Neat.\n'), ['CONTRIBUTING.md'])
    assert.deepEqual(rules('1. Neat. (`npm run tidy`)\n'), ['CONTRIBUTING.md'])
    assert.deepEqual(rules('1. Neat. (`script/check/B.ts`)\n'), ['CONTRIBUTING.md'])
  })
})

describe('withoutComments', () => {
  test('keeps strings and line numbers', () => {
    assert.equal(withoutComments('a // b\n"//c" /* d\ne */ f'), 'a     \n"//c"     \n     f')
  })
})
