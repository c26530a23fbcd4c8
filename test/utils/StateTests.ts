// The official state tests: where they are, and a case's pre-state. See the README beside them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'
import { MemoryNodes } from './State.ts'

export const directory = process.env.STATE_TESTS ?? '../shared/state-tests'

/** Says why tests on the official cases are skipped, or false. */
export const skip = existsSync(join(directory, 'README.md'))
  ? false
  : `no official state tests in ${directory}; name their folder in STATE_TESTS`

type Quantity = `0x${string}`

export interface StateCase {
  readonly id: string
  readonly env: {
    readonly currentBaseFee: Quantity
    readonly currentCoinbase: Quantity
    readonly currentGasLimit: Quantity
    readonly currentNumber: Quantity
    readonly currentRandom: Quantity
    readonly currentTimestamp: Quantity
    readonly currentExcessBlobGas?: Quantity
  }
  readonly pre: Readonly<
    Record<string, { balance: Quantity; code: Quantity; nonce: Quantity; storage: Record<string, Quantity> }>
  >
  readonly tx: { readonly raw: Quantity }
  readonly expect: {
    readonly status: string
    readonly root: Quantity
    readonly logs: Quantity
    readonly gasUsed?: Quantity
  }
  readonly stats?: { readonly steps: number }
}

/** The folders of state cases; none if the tests are not there. */
export function folders(): string[] {
  if (skip !== false) return []
  const files = readdirSync(directory).filter(
    (file) => file.endsWith('.jsonl.gz') && !file.startsWith('TransactionTests'),
  )
  return files.map((file) => file.replace('.jsonl.gz', '')).sort()
}

/** The cases of a folder; none if the tests are not there. */
export function casesIn(folder: string): StateCase[] {
  return linesOf<StateCase>(folder)
}

/** The lines of a file of cases, whatever they are. */
export function linesOf<T>(folder: string): T[] {
  if (skip !== false) return []
  const lines = gunzipSync(readFileSync(join(directory, `${folder}.jsonl.gz`))).toString()
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** The cases of all folders whose name has `part` in it. */
export function* casesOf(part: string): Generator<StateCase> {
  for (const folder of folders()) if (folder.includes(part)) yield* casesIn(folder)
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

/** A quantity as the source writes it: '0x' is 0. */
export function numberOf(quantity: string): bigint {
  return quantity === '0x' ? 0n : BigInt(quantity)
}

/** The state before a case. */
export function preStateOf({ pre }: StateCase): StateTrie {
  const codes = new Map<string, Uint8Array>()
  const state = Object.entries(pre).map(([address, { balance, code, nonce, storage }]) => {
    const bytes = bytesOf(code)
    const codeHash = Keccak.keccak256(bytes)
    codes.set(Buffer.from(codeHash).toString('hex'), bytes)
    const slots = Object.entries(storage)
      .map(([slot, value]) => [SystemAccount.slotKey(numberOf(slot)), numberOf(value)] as const)
      .filter(([, value]) => value !== 0n)
      .sort(([left], [right]) => Buffer.compare(left, right))
    const account = { nonce: numberOf(nonce), balance: numberOf(balance), codeHash }
    return { accountKey: Keccak.keccak256(bytesOf(address)), account, slots }
  })
  state.sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
  return StateTrie.build(state, new MemoryNodes(), (hash) => codes.get(Buffer.from(hash).toString('hex'))!)
}
