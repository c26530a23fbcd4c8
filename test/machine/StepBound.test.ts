import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as PayloadCodec from '../../prover/batch/PayloadCodec.ts'
import * as Payload from '../../prover/commitment/Payload.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import { stepBound } from '../../prover/machine/StepBound.ts'
import { programs } from './programs/index.ts'
import { assemble, type Part, type Program, ProgramBuilder, traceOf } from './programs/Program.ts'

/** Steps and gas used of a batch. */
function measure(program: Program): { steps: number; gas: bigint } {
  const m = traceOf(program).machineAt(0)
  const steps = Interpreter.advance(m, Number.MAX_SAFE_INTEGER)
  return { steps, gas: m.batch.gasUsed }
}

/** A program that repeats `body` until its gas is used up; JUMPDEST is its first instruction. */
function loop(body: readonly Part[], fields: object = {}): Program {
  const builder = new ProgramBuilder()
  builder.put(nobody, { balance: 1n })
  builder.run(['JUMPDEST', ...body, 0, 'JUMP'], { gas: 1_000_000n, ...fields })
  return builder.build()
}

/** `count` times `parts`. */
function times(count: number, ...parts: readonly Part[]): Part[] {
  return Array.from({ length: count }, () => parts).flat()
}

function payloadOf(length: number, fill: (payload: Buffer) => void): Program {
  const program = new ProgramBuilder().build()
  const payload = Buffer.alloc(length)
  fill(payload)
  return { ...program, input: { ...program.input, payload } }
}

/** A payload of one block that is filled with transactions of `size` bytes, none of them valid. */
function invalidTransactions(size: number): Program {
  const count = Math.floor((Payload.maxLength - 12) / (4 + size))
  const program = new ProgramBuilder().build()
  const transactions = Array.from({ length: count }, () => new Uint8Array(size).fill(1))
  const payload = PayloadCodec.encode([{ time: program.input.l1Time - 12n, transactions }])
  return { ...program, input: { ...program.input, payload } }
}

const nobody = '0x00000000000000000000000000000000000aaaaa'
const toNobody: Part[] = [0, 0, 0, 0, 0, 0xaaaaa, 0, 'CALL', 'POP']
const unaligned: Part[] = [2, 64, 31, 'MCOPY']

/** What is meant to make many steps of little gas. */
const adversarial: Record<string, () => Program> = {
  'a sled of JUMPDESTs': () => loop(times(24_000, 'JUMPDEST')),
  'calls of an account without code': () => loop(times(100, ...toNobody)),
  'copies of two bytes into two words': () => loop(times(100, ...unaligned)),
  'long copies': () => loop([16_000, 1, 0, 'MCOPY', 16_000, 0, 1, 'MCOPY', 16_000, 0, 31, 'CALLDATACOPY']),
  'hashes of nothing': () => loop(times(100, 0, 0, 'KECCAK256', 'POP')),
  'identities whose output is copied again': () => loop(times(50, 700, 31, 700, 0, 4, 'GAS', 'STATICCALL', 'POP')),
  'SHA-256 of nothing': () => loop(times(50, 32, 31, 0, 0, 2, 'GAS', 'STATICCALL', 'POP')),
  'creations of the largest initcode': () => loop([49_152, 0, 0, 'CREATE', 'POP'], { gas: 5_000_000n }),
  'refunds of a fifth': () => {
    const builder = new ProgramBuilder()
    const storage = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index, 1n]))
    const clears = Array.from({ length: 20 }, (_, index) => [0, index, 'SSTORE']).flat()
    // 24 times a sled, so that the refund of 96,000 is the fifth that is allowed.
    const sled = [0, ...times(15_000, 'JUMPDEST'), 1, 'ADD', 'DUP1', 24, 'GT', 1, 'JUMPI']
    builder.run([...sled, ...clears], { gas: 500_000n }, { storage })
    return builder.build()
  },
  'a creation of the largest initcode by a transaction': () => {
    const builder = new ProgramBuilder()
    builder.send({ data: `0x${Buffer.from(assemble(...times(49_152, 'STOP'))).toString('hex')}` })
    return builder.build()
  },
  'transactions of no bytes': () => invalidTransactions(0),
  'invalid transactions of one byte': () => invalidTransactions(1),
  'invalid transactions of one word': () => invalidTransactions(32),
  'empty blocks': () => payloadOf(Payload.maxLength, () => {}),
}

describe('StepBound', () => {
  test('M-7: is what the contract says', () => {
    assert.equal(stepBound(0n), 262_144n)
    assert.equal(stepBound(536_739_840n), 32n ** 6n)
  })

  test('M-7: no program makes more steps than its batch has paid for', (t) => {
    let [most, largest] = [0, '']
    for (const [name, make] of Object.entries({ ...programs, ...adversarial })) {
      const { steps, gas } = measure(make())
      assert.ok(BigInt(steps) <= stepBound(gas), `${name}: ${steps} steps of ${gas} gas`)
      const ratio = gas === 0n ? 0 : steps / Number(gas)
      if (ratio > most) [most, largest] = [ratio, name]
      if (name in adversarial) t.diagnostic(`${name}: ${steps} steps, ${gas} gas, ${ratio.toFixed(3)} steps a gas`)
    }
    t.diagnostic(`most steps a gas: ${most.toFixed(3)}, ${largest}`)
    // The bound is not far from what is reached: each gas can make a step.
    assert.ok(most > 0.9 && most <= 1, `${largest}: ${most} steps a gas`)
  })

  test('M-7: a payload that pays nothing stays below its own part of the bound', () => {
    let most = 0
    for (const name of ['transactions of no bytes', 'invalid transactions of one byte', 'empty blocks']) {
      const { steps, gas } = measure(adversarial[name]!())
      assert.equal(gas, 0n)
      most = Math.max(most, steps)
    }
    // 3 steps for 5 bytes, and what the batch and its block take themselves.
    assert.equal(most, 3 * Math.floor((Payload.maxLength - 12) / 5) + 7)
    assert.ok(BigInt(most) <= stepBound(0n))
  })
})
