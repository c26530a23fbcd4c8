import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Common, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import * as Opcodes from '../../prover/machine/Opcodes.ts'
import * as StepKinds from '../../prover/machine/StepKinds.ts'

describe('Opcodes', () => {
  test('are the instructions of Osaka, by number and name', async () => {
    const evm = await createEVM({ common: new Common({ chain: Mainnet, hardfork: Hardfork.Osaka }) })
    const expected = [...evm.getActiveOpcodes().values()].map(({ code, fullName }) => ({ code, fullName }))
    expected.sort((a, b) => a.code - b.code)
    assert.deepEqual(
      Opcodes.all.map(({ opcode, name }) => ({ code: opcode, fullName: name })),
      expected,
    )
  })

  test('have a record mask that holds the frame', () => {
    for (const { name, opens } of Opcodes.all) assert.ok((opens & StepKinds.OPENS_FRAME) !== 0, name)
  })
})
