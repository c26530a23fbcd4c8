import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Expected from '../../../script/campaign/steps/Expected.ts'
import { Sampler } from '../../../script/campaign/steps/Sampler.ts'
import * as Sources from '../../../script/campaign/steps/Sources.ts'

const sampler = new Sampler('1', { perCell: 1, perSource: 0 })
for (const source of Sources.ownPrograms()) sampler.scan(source)
const cells = [...sampler.cells()]
const seen = new Map(cells.map(({ row, outcome, seen: count }) => [`${row}: ${outcome}`, count]))

describe('Outcome', () => {
  test('is an expected one for every step of the programs', () => {
    const unexpected = cells.filter(({ row, outcome }) => !Expected.outcomes.get(row)?.includes(outcome))
    assert.deepEqual(
      unexpected.map(({ row, outcome }) => `${row}: ${outcome}`),
      [],
    )
  })

  test('tells apart why an instruction halts', () => {
    const reasons = [
      ...['stack underflow', 'memory gas', 'memory offset', 'copy gas'].map((reason) => `MCOPY: halt: ${reason}`),
      ...['static', 'sentry', 'access gas'].map((reason) => `SSTORE: halt: ${reason}`),
      ...['jump past the code', 'jump to no JUMPDEST', 'gas'].map((reason) => `JUMP: halt: ${reason}`),
      ...[
        'PUSH0: halt: stack overflow',
        'PRECOMPILE 0x0e: halt: sum too long',
        'PRECOMPILE 0x08: halt: invalid input',
        'RETURNDATACOPY: halt: returndata',
        'EXP: halt: exponent gas',
      ],
      ...['length', 'flag', 'cap', 'gas'].map((reason) => `PRECOMPILE 0x09: halt: ${reason}`),
      ...['CREATE2: halt: initcode size', 'CALL: halt: static', 'undefined opcode: halt: undefined'],
    ]
    assert.deepEqual(
      reasons.filter((reason) => !seen.has(reason)),
      [],
    )
  })

  test('has no row or outcome twice in the matrix, and none that is out of reach', () => {
    for (const [row, outcomes] of Expected.outcomes) assert.equal(new Set(outcomes).size, outcomes.length, row)
    for (const [row, outcome] of Expected.unreachable) assert.ok(!Expected.outcomes.get(row)?.includes(outcome))
  })
})
