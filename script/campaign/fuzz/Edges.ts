/** Cases moved to an edge: one unit of gas more or less, and something else happens. */

import * as Word from '../../../prover/commitment/Word.ts'
import * as Interpreter from '../../../prover/machine/Interpreter.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import { RunWorld } from '../../../prover/machine/RunWorld.ts'
import type { Chance } from './Chance.ts'
import { type CaseAccount, type CaseTransaction, type FuzzCase, flatProgramOf } from './FuzzCase.ts'

/** Longer runs are not searched. */
const MAX_STEPS = 8_000
const CALL = 0xf1
const PUSH3 = 0x62

/** A number in a case that can be given another value. */
interface Knob {
  readonly low: bigint
  readonly high: bigint
  readonly set: (value: bigint) => FuzzCase
}

/** The case with one number where what happens changes, or one beside it. */
export function atEdge(chance: Chance, fuzzCase: FuzzCase): FuzzCase {
  const start = stepsOf(fuzzCase)
  if (start > MAX_STEPS) return fuzzCase
  const kind = chance.below(4)
  const knobs = kind === 0 ? limitKnobs(fuzzCase) : kind === 1 ? callKnobs(fuzzCase) : gasKnobs(fuzzCase)
  if (knobs.length === 0) return fuzzCase
  const { low, high, set } = chance.pick(knobs)
  // Any two values between which the run changes have an edge between them.
  const span = Number(high - low)
  let [below, above] = [low + BigInt(chance.below(span)), high]
  const atAbove = stepsOf(set(above))
  if (stepsOf(set(below)) === atAbove) below = low
  if (stepsOf(set(below)) === atAbove) return fuzzCase
  while (above - below > 1n) {
    const middle = (above + below) / 2n
    if (stepsOf(set(middle)) === atAbove) above = middle
    else below = middle
  }
  return set(chance.pick([below, above, above, above + 1n]))
}

/** How long the batch runs: where it ends early, it runs shorter. */
function stepsOf(fuzzCase: FuzzCase): number {
  const { base, input, config } = flatProgramOf(fuzzCase)
  const payload = { bytes: input.payload, proveChunk: () => input.payload }
  const m = Machine.create(new RunWorld(base), payload, Word.zero, input.l1Time, config)
  return Interpreter.advance(m, MAX_STEPS + 1)
}

/** The gas limits of transactions. */
function gasKnobs(fuzzCase: FuzzCase): Knob[] {
  return fuzzCase.blocks.flatMap(({ transactions }, block) =>
    transactions.flatMap((form, index) => {
      if (form instanceof Uint8Array || form.gas > 2n ** 24n || form.gas < 22_000n) return []
      const set = (gas: bigint) => withTransaction(fuzzCase, block, index, { ...form, gas })
      return [{ low: 20_000n, high: form.gas, set }]
    }),
  )
}

export function withTransaction(
  fuzzCase: FuzzCase,
  block: number,
  index: number,
  transaction: CaseTransaction,
): FuzzCase {
  const blocks = fuzzCase.blocks.map((old, at) =>
    at === block ? { ...old, transactions: old.transactions.with(index, transaction) } : old,
  )
  return { ...fuzzCase, blocks }
}

/** Constants of three bytes that are the gas of a call. */
function callKnobs(fuzzCase: FuzzCase): Knob[] {
  return [...fuzzCase.accounts].flatMap(([address, account]) =>
    [...account.code.keys()]
      .filter((at) => account.code[at] === PUSH3 && account.code[at + 4] === CALL)
      .map((at) => ({ low: 0n, high: 500_000n, set: (gas) => withConstant(fuzzCase, address, account, at + 1, gas) })),
  )
}

function withConstant(fuzzCase: FuzzCase, address: bigint, account: CaseAccount, at: number, value: bigint): FuzzCase {
  const code = account.code.slice()
  code.set(Word.fromBigint(value).subarray(29), at)
  return { ...fuzzCase, accounts: new Map([...fuzzCase.accounts, [address, { ...account, code }]]) }
}

/** The limits of block and batch, which the last transactions do not fit. */
function limitKnobs(fuzzCase: FuzzCase): Knob[] {
  const wanted = fuzzCase.blocks.flatMap(({ transactions }) =>
    transactions.map((form) => (form instanceof Uint8Array ? 0n : form.gas)),
  )
  const high = wanted.reduce((sum, gas) => sum + gas, 1n)
  return [
    { low: 0n, high, set: (batchGasLimit) => ({ ...fuzzCase, batchGasLimit }) },
    { low: 0n, high, set: (blockGasLimit) => ({ ...fuzzCase, blockGasLimit }) },
  ]
}
