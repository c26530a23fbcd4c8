import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Payload from '../../../prover/commitment/Payload.ts'
import { instructions } from '../../../prover/machine/Dispatch.ts'
import type * as Machine from '../../../prover/machine/Machine.ts'
import { makeCase } from '../../../script/campaign/fuzz/CaseGenerator.ts'
import { Chance } from '../../../script/campaign/fuzz/Chance.ts'
import { check, type Executors, executors } from '../../../script/campaign/fuzz/Check.ts'
import { atEdge } from '../../../script/campaign/fuzz/Edges.ts'
import * as FuzzCase from '../../../script/campaign/fuzz/FuzzCase.ts'
import { fuzz } from '../../../script/campaign/fuzz/Fuzzer.ts'

/** More, or others, by hand: `npm run fuzz`. */
const cases = 80

/** Runs the real executor with another instruction in the place of `opcode`. */
function withInstruction(opcode: number, broken: (m: Machine.Machine, opcode: number) => void): Executors {
  const table = instructions as (typeof broken | undefined)[]
  return {
    ...executors,
    run: (base, input, config) => {
      const right = table[opcode]
      table[opcode] = broken
      try {
        return executors.run(base, input, config)
      } finally {
        table[opcode] = right
      }
    },
  }
}

/** The first failure under `by`, and what it has been shrunk to. */
async function firstFailure(by: Executors): Promise<{ message: string; smallest: FuzzCase.FuzzCase }> {
  let found: { message: string; smallest: FuzzCase.FuzzCase } | undefined
  await fuzz('mistakes', {
    isOver: (done) => done >= 60 || found !== undefined,
    onFailure: (message, smallest) => {
      found = { message, smallest }
    },
    executors: by,
  })
  assert.ok(found !== undefined, 'nothing was found')
  return found
}

function transactionsOf({ blocks }: FuzzCase.FuzzCase): readonly FuzzCase.CaseTransaction[] {
  return blocks.flatMap(({ transactions }) => transactions)
}

describe('The fuzzer', () => {
  test('finds no difference between run mode, prove mode and the judge', async (context) => {
    const failures: string[] = []
    const summary = await fuzz('ci', {
      isOver: (done) => done === cases,
      onFailure: (message, smallest) => failures.push(`${message}\n${FuzzCase.stringify(smallest)}`),
    })
    context.diagnostic(JSON.stringify({ ...summary, gas: Number(summary.gas) }))
    assert.deepEqual(failures, [])
    assert.equal(summary.cases, cases)
    // The generator still makes what it is for: transactions that run, that fail and that are skipped.
    assert.ok(summary.transactions > cases && summary.failed > cases / 4 && summary.skipped > cases / 8)
    assert.ok(summary.transactions - summary.failed > cases / 4)
  })

  test('makes the same cases of the same seed, and others of another', () => {
    assert.equal(FuzzCase.stringify(makeCase('x:1')), FuzzCase.stringify(makeCase('x:1')))
    assert.notEqual(FuzzCase.stringify(makeCase('x:1')), FuzzCase.stringify(makeCase('x:2')))
  })

  test('makes no payload that L1 would not take', () => {
    // Of a case with several transactions that are as long as they may be.
    const { payload } = FuzzCase.flatProgramOf(makeCase('marksA:666')).input
    assert.ok(payload.length > Payload.maxLength / 2, `${payload.length} bytes`)
    assert.ok(payload.length <= Payload.maxLength, `${payload.length} bytes`)
  })

  test('reads back the cases that it writes', () => {
    for (let index = 0; index < 20; index++) {
      const fuzzCase = makeCase(`json:${index}`)
      const copy = FuzzCase.parse(FuzzCase.stringify(fuzzCase), 'case')
      const [before, after] = [FuzzCase.flatProgramOf(fuzzCase), FuzzCase.flatProgramOf(copy)]
      assert.deepEqual(after.input, before.input)
      assert.deepEqual(after.config, before.config)
      assert.deepEqual(FuzzCase.programOf(copy).base.stateRoot, FuzzCase.programOf(fuzzCase).base.stateRoot)
    }
  })

  test('finds the gas limit at which something changes', () => {
    let moved = 0
    for (let index = 0; index < 30; index++) {
      const fuzzCase = makeCase(`edges:${index}`)
      const edge = atEdge(new Chance(`edge ${index}`), fuzzCase)
      if (FuzzCase.stringify(edge) !== FuzzCase.stringify(fuzzCase)) moved++
    }
    assert.ok(moved >= 10, `${moved} of 30 cases were moved`)
  })

  test('finds a wrong instruction, and drops everything else from the case', async () => {
    // LOG0 to LOG4 take what they should and leave no log.
    const by = withInstruction(0xa1, (m) => {
      m.frame.stack.items.splice(-3)
    })
    const { message, smallest } = await firstFailure(by)
    assert.match(message, /^case mistakes:\d+, prove: /)
    assert.equal(transactionsOf(smallest).length, 1)
    assert.ok(smallest.accounts.size <= 2, `${smallest.accounts.size} accounts are left`)
    const code = [...smallest.accounts.values()].reduce((sum, account) => sum + account.code.length, 0)
    assert.ok(code <= 60, `${code} bytes of code are left`)
    assert.notEqual((await check(smallest, by)).failure, undefined)
    assert.equal((await check(smallest)).failure, undefined)
  })

  test('finds what only the judge knows', async () => {
    const judge: Executors['judge'] = async (...batch) => {
      const judged = await executors.judge(...batch)
      const blocks = judged.blocks.map((block) => ({
        ...block,
        transactions: block.transactions.map((transaction) => ({ ...transaction, logs: [] })),
      }))
      return { ...judged, blocks }
    }
    const { message, smallest } = await firstFailure({ ...executors, judge })
    assert.match(message, /judge: .*logs/)
    assert.equal(transactionsOf(smallest).length, 1)
    assert.equal((await check(smallest)).failure, undefined)
  })
})
