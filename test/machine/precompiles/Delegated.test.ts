import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import * as Machine from '../../../prover/machine/Machine.ts'
import * as MemoryTree from '../../../prover/machine/MemoryTree.ts'
import type { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import { stepPrecompile } from '../../../prover/machine/precompiles/Precompile.ts'
import * as PrecompileTable from '../../../prover/machine/precompiles/PrecompileTable.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import * as CallFrame from '../../../prover/machine/state/CallFrame.ts'
import * as Operation from '../../../prover/machine/state/Operation.ts'
import { Writer } from '../../../prover/machine/Witness.ts'
import { ProgramBuilder, traceOf } from '../programs/Program.ts'
import { blake2f, evaluation, hex, type Input, integer, invalid, join, modExp, refused, valid } from './inputs.ts'

const T = PrecompileTable
const enough = 1 << 24
/** Where the calldata begins in the tree that it is a view of. */
const OFFSET = 45
const start = traceOf(new ProgramBuilder().build()).machineAt(0)

interface Options {
  readonly gas?: number
  readonly cap?: bigint
}

/** A machine before the PRECOMPILE step of a call with `input`, recording its witness. */
function machineOf(address: number, input: Uint8Array, { gas = enough, cap = 1n << 63n }: Options = {}) {
  const m = Machine.fork(start, (start.world as ProveWorld).fork())
  const source = new MemoryTree.Memory()
  source.grow(Math.ceil((OFFSET + input.length + 40) / 32))
  source.bytes.fill(0xee)
  source.writeBytes(OFFSET, input)
  const calldata = MemoryTree.makeView(source, OFFSET, input.length)
  const frame = { kind: CallFrame.PRECOMPILE, target: BigInt(address), gas, memory: new MemoryTree.Memory(), calldata }
  m.frame = { ...CallFrame.empty(undefined), ...frame }
  m.batch.precompileGasCap = cap
  Machine.setOperation(m, StepKinds.PRECOMPILE)
  m.recorder = new Writer()
  return { m, source }
}

/** What the step makes of a call: the gas that is left and the output, or undefined if it halts. */
function run(address: number, input: Uint8Array, options: Options = {}) {
  const { m, source } = machineOf(address, input, options)
  stepPrecompile(m)
  assert.equal(m.operation.kind, StepKinds.FRAME_EXIT)
  const witness = m.recorder!.bytes()
  if (m.operation.next === Operation.EXCEPTIONAL_HALT) {
    assert.equal(m.frame.gas, 0)
    return { output: undefined, gas: 0, witness, source }
  }
  assert.equal(m.operation.next, Operation.RETURNED)
  const view = m.operation.source
  assert.equal(m.frame.memory.words, Math.ceil(view.length / 32))
  if (view.length > 0) assert.equal(view.source, m.frame.memory)
  const output = view.source.bytes.slice(view.offset, view.offset + view.length)
  return { output: Buffer.from(output).toString('hex'), gas: m.frame.gas, witness, source }
}

const titleOf = ({ address, name }: Input) => `${T.entryOf(address).name} of ${name}`

/** What the precompiles of L1 cost under Osaka, of an input of so many bytes. */
const prices: readonly (readonly [address: number, length: number, price: number])[] = [
  [T.BN254_ADD, 128, 150],
  [T.BN254_MUL, 96, 6_000],
  [T.BN254_PAIRING, 0, 45_000],
  [T.BN254_PAIRING, 3 * 192, 45_000 + 3 * 34_000],
  [T.BLS12_G1ADD, 256, 375],
  [T.BLS12_G1MSM, 160, 12_000],
  [T.BLS12_G1MSM, 2 * 160, (2 * 12_000 * 949) / 1000],
  [T.BLS12_G1MSM, 128 * 160, (128 * 12_000 * 519) / 1000],
  [T.BLS12_G1MSM, 130 * 160, (130 * 12_000 * 519) / 1000],
  [T.BLS12_G2ADD, 512, 600],
  [T.BLS12_G2MSM, 288, 22_500],
  [T.BLS12_G2MSM, 3 * 288, Math.floor((3 * 22_500 * 923) / 1000)],
  [T.BLS12_G2MSM, 131 * 288, (131 * 22_500 * 524) / 1000],
  [T.BLS12_PAIRING, 384, 37_700 + 32_600],
  [T.BLS12_PAIRING, 2 * 384, 37_700 + 2 * 32_600],
  [T.BLS12_MAP_FP_TO_G1, 64, 5_500],
  [T.BLS12_MAP_FP2_TO_G2, 128, 23_800],
  [T.P256VERIFY, 160, 6_900],
  [T.P256VERIFY, 0, 6_900],
]

/** EIP-7883's table of prices, whose first fifteen rows are of base and modulus of one length, and two exponents besides. */
const modExpPrices: readonly (readonly [length: number, square: number, power: number])[] = [
  [64, 500, 2_048],
  [128, 512, 8_192],
  [256, 2_048, 32_768],
  [512, 8_192, 131_072],
  [1024, 32_768, 524_288],
]

/** Test vectors of the EIPs, with their sources. */
const answers: readonly { address: number; name: string; input: string; output: string }[] = JSON.parse(
  readFileSync(new URL('answers.json', import.meta.url), 'utf8'),
)

describe('Delegated', () => {
  test('gives the answers of the test vectors of the EIPs', () => {
    for (const { address, name, input, output } of answers) {
      assert.equal(run(address, hex(input)).output, output, name)
    }
    assert.deepEqual(new Set(answers.map(({ address }) => address)), new Set([5, 6, 7, ...range(9, 17), 0x100]))
  })

  test('knows one from not one in a pairing', () => {
    const results = valid
      .filter(({ address }) => address === T.BN254_PAIRING || address === T.BLS12_PAIRING)
      .map(({ address, name, input }) => [name, run(address, input).output === '01'.padStart(64, '0')])
    const expected = { nothing: true, one: true, 'not one': false, infinity: true }
    for (const [name, isOne] of results) assert.equal(isOne, expected[name as keyof typeof expected], `${name}`)
    assert.equal(results.length, 7)
  })

  test('returns an output of the length that the table names, or that MODEXP asks for', () => {
    const others = {
      nothing: 0,
      small: 1,
      'no modulus': 0,
      'modulus zero': 40,
      'modulus one': 1,
      'a body that is cut off': 40,
      'of something else': 0,
      'a key that is no point': 0,
      'r of zero': 0,
      'too short': 0,
      'too long': 0,
    }
    for (const input of valid) {
      const { outputLength, isTotal } = T.entryOf(input.address)
      const known = isTotal ? (others[input.name as keyof typeof others] ?? (outputLength || 32)) : outputLength
      assert.equal(run(input.address, input.input).output!.length / 2, known, titleOf(input))
    }
  })

  test('costs what it costs on L1: with a gas less it halts', () => {
    for (const [address, length, price] of prices) {
      const input = new Uint8Array(length)
      const title = `${T.entryOf(address).name} of ${length} bytes`
      assert.equal(run(address, input, { gas: price + 7 }).gas, 7, title)
      assert.equal(run(address, input, { gas: price }).gas, 0, title)
      assert.notEqual(run(address, input, { gas: price }).output, undefined, title)
      assert.equal(run(address, input, { gas: price - 1 }).output, undefined, title)
    }
    const { input } = valid.find(({ address }) => address === T.POINT_EVALUATION)!
    assert.equal(run(T.POINT_EVALUATION, input, { gas: 50_000 }).output?.length, 128)
    assert.equal(run(T.POINT_EVALUATION, input, { gas: 49_999 }).output, undefined)
    assert.equal(run(T.BLAKE2F, blake2f(12, 1), { gas: 12 }).output?.length, 128)
    assert.equal(run(T.BLAKE2F, blake2f(12, 1), { gas: 11 }).output, undefined)
  })

  test('MODEXP costs by the lengths and by the head of the exponent', () => {
    const priceOf = (input: Uint8Array) => enough - run(T.MODEXP, input).gas
    for (const [length, square, power] of modExpPrices) {
      const number = integer(2n ** BigInt(8 * length - 1) + 1n, length)
      assert.equal(priceOf(modExp(number, hex('02'), number)), square)
      assert.equal(priceOf(modExp(number, hex('010001'), number)), power)
    }
    const long = new Uint8Array(40)
    // 5 words of 8 bytes; 16 iterations for each byte past 32, and one for each bit of the head but the first.
    assert.equal(priceOf(modExp(long, join(integer(0), new Uint8Array(13)), hex('05'))), 50 * 16 * 13)
    assert.equal(priceOf(modExp(hex('05'), join(integer(4), new Uint8Array(13)), long)), 50 * (16 * 13 + 2))
    assert.equal(priceOf(modExp(hex('05'), integer(2n ** 255n), integer(7))), 16 * 255)
    // The head is zero past the calldata.
    assert.equal(priceOf(modExp(long, integer(2n ** 255n), hex('')).subarray(0, 96 + 40)), 500)
  })

  test('fails on the first element that is not valid, and its witness has that element alone', () => {
    for (const input of invalid) {
      const { elementSize } = T.entryOf(input.address)
      const { output, witness, source } = run(input.address, input.input)
      assert.equal(output, undefined, titleOf(input))
      const element = rangeOf(source, input.bad! * elementSize, Math.min(elementSize, input.input.length))
      assert.deepEqual(witness, new Writer().u16(input.bad!).append(element).bytes(), titleOf(input))
    }
  })

  test('opens all of its input when it succeeds', () => {
    for (const input of valid) {
      const { address } = input
      const { elementSize, lengths, isTotal } = T.entryOf(address)
      if (address === T.MODEXP) continue
      const { witness, source } = run(address, input.input)
      const read = lengths === T.ANY_LENGTH ? Math.min(elementSize, input.input.length) : input.input.length
      const isUnread = address === T.P256VERIFY && input.input.length !== elementSize
      const expected = new Writer()
      if (!isTotal) expected.u16(0xffff)
      if (read > 0 && !isUnread) expected.append(rangeOf(source, 0, read))
      assert.deepEqual(witness, expected.bytes(), titleOf(input))
    }
    const { witness, source } = run(T.MODEXP, modExp(hex('03'), hex('05'), hex('64')))
    const words = new Writer()
    for (let index = OFFSET >> 5; index <= (OFFSET + 95) >> 5; index++) words.append(source.prove(index))
    assert.deepEqual(witness, words.append(rangeOf(source, 96, 3)).bytes())
  })

  test('refuses a wrong length, a declared length above 1,024 and a flag, whatever the gas', () => {
    for (const input of refused) assert.equal(run(input.address, input.input).output, undefined, titleOf(input))
    const largest = modExp(new Uint8Array(1024), new Uint8Array(1), new Uint8Array(1024))
    assert.equal(run(T.MODEXP, largest).output?.length, 2048)
  })

  test('M-8: halts above the cap of the L2, at every price', () => {
    for (const [address, length, price] of prices) {
      const input = new Uint8Array(length)
      // The sums have another limit as well, which this cap would reach.
      if (address === T.BLS12_G1MSM || address === T.BLS12_G2MSM) continue
      assert.notEqual(run(address, input, { cap: BigInt(price) }).output, undefined)
      assert.equal(run(address, input, { cap: BigInt(price) - 1n }).output, undefined)
    }
    assert.notEqual(run(T.POINT_EVALUATION, evaluation(5n), { cap: 50_000n }).output, undefined)
    assert.equal(run(T.POINT_EVALUATION, evaluation(5n), { cap: 49_999n }).output, undefined)
    assert.notEqual(run(T.BLAKE2F, blake2f(12, 1), { cap: 12n }).output, undefined)
    assert.equal(run(T.BLAKE2F, blake2f(12, 1), { cap: 11n }).output, undefined)
    assert.notEqual(run(T.MODEXP, hex(''), { cap: 500n }).output, undefined)
    assert.equal(run(T.MODEXP, hex(''), { cap: 499n }).output, undefined)
  })

  test('M-8: takes a byte of a sum for 64 gas of the cap', () => {
    for (const address of [T.BLS12_G1MSM, T.BLS12_G2MSM]) {
      const input = new Uint8Array(10 * T.entryOf(address).elementSize)
      const cap = BigInt(64 * input.length)
      assert.notEqual(run(address, input, { cap }).output, undefined)
      assert.equal(run(address, input, { cap: cap - 1n }).output, undefined)
    }
  })
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** The proof of the words that hold these bytes of the calldata. */
function rangeOf(source: MemoryTree.Memory, position: number, count: number): Uint8Array {
  const first = OFFSET + position
  return source.proveRange(first >> 5, (first + count - 1) >> 5)
}
