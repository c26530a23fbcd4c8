import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import * as Address from '../../../prover/machine/Address.ts'
import { BatchTrace } from '../../../prover/machine/BatchTrace.ts'
import { RawTransaction } from '../../../prover/machine/boundary/RawTransaction.ts'
import { recover, recoverPortably } from '../../../prover/machine/boundary/Recovery.ts'
import { executeBatch } from '../../../prover/machine/Executor.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import type { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import { RunWorld } from '../../../prover/machine/RunWorld.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import { Signer } from '../../../prover/workload/Signer.ts'
import { Random } from '../../utils/Random.ts'
import { programs } from '../programs/index.ts'
import { addressOf, config } from '../programs/Program.ts'

/** A machine that is about to decode `raw` in a block that costs nothing, on chain 1. */
function machineOf(raw: Uint8Array): Machine.Machine {
  const nobody = { account: () => undefined, slot: () => 0n, code: () => new Uint8Array(0) }
  const payload = { bytes: new Uint8Array(0), proveChunk: () => new Uint8Array(0) }
  const m = Machine.create(new RunWorld(nobody), payload, Word.zero, 0n, { ...config, chainId: 1n })
  m.transaction.raw = new RawTransaction(raw)
  m.transaction.length = raw.length
  Machine.setOperation(m, StepKinds.TX_DECODE)
  return m
}

describe('Transaction', () => {
  test('recovers the same signers with and without the native library', () => {
    const random = new Random('recovery')
    for (let index = 0; index < 40; index++) {
      const hash = keccak256(random.bytes(8))
      // About every second r is no point of the curve.
      const [r, s] = [Word.toBigint(keccak256(random.bytes(8))), Word.toBigint(keccak256(random.bytes(8)))]
      const parity = index & 1
      let expected: bigint | undefined
      try {
        const signature = Buffer.concat([Word.fromBigint(r), Word.fromBigint(s)])
        expected = Address.fromHash(keccak256(recoverPortably(hash, signature, parity).subarray(1)))
      } catch {
        expected = undefined
      }
      assert.equal(recover(hash, r, s, parity), expected)
    }
  })

  test('B-10: skips what does not fit the rest of the block, or of the batch', () => {
    const signer = new Signer(keccak256(Buffer.from('sender')))
    const raw = signer.signTransaction({ type: 'legacy', chainId: 1, nonce: 0, gas: 21_000n, to: addressOf(1n) })
    const after = (blockGasLeft: bigint, batchGasLeft: bigint) => {
      const m = machineOf(raw)
      m.block.gasUsed = m.batch.blockGasLimit - blockGasLeft
      m.batch.gasUsed = m.batch.batchGasLimit - batchGasLeft
      Interpreter.step(m)
      return m.operation.kind
    }
    assert.equal(after(21_000n, 21_000n), StepKinds.TX_SENDER)
    assert.equal(after(20_999n, 21_000n), StepKinds.TX_BEGIN)
    assert.equal(after(21_000n, 20_999n), StepKinds.TX_BEGIN)
  })

  test('makes something of every payload, the same in both modes', () => {
    const { base, input } = programs.transactions!()
    const random = new Random('payloads')
    let changed = 0
    for (let round = 0; round < 60; round++) {
      const payload = input.payload.slice()
      for (let count = random.below(4); count >= 0; count--) payload[random.below(payload.length)] = random.below(256)
      const run = executeBatch(base, { ...input, payload }, config)
      const m = BatchTrace.of(base, { ...input, payload }, config).machineAt(0)
      const prove = Machine.fork(m, (m.world as ProveWorld).fork())
      Interpreter.run(prove)
      assert.deepEqual(prove.world.stateDiff(), run.diff)
      assert.deepEqual(prove.haltedRoot, StateDiff.root(run.diff))
      if (run.blocks.flatMap(({ skipped }) => skipped).length > 0) changed++
    }
    assert.ok(changed > 10, `${changed} payloads with skipped transactions`)
  })
})
