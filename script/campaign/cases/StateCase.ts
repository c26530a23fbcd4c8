/** An official state case: one transaction on a pre-state in a block, and what becomes of it. */
import { z } from 'zod'
import * as Keccak from '../../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../../prover/commitment/StateDiff.ts'
import * as SystemAccount from '../../../prover/machine/SystemAccount.ts'
import { StateTrie } from '../../../prover/state/StateTrie.ts'
import { address, bytesOf, directory, folders, hexBytes, hexWord, Lines, numberOf, quantity } from './Fixtures.ts'

const account = z.object({
  balance: quantity,
  code: hexBytes,
  nonce: quantity,
  storage: z.record(quantity, quantity),
})

const schema = z.object({
  id: z.string(),
  env: z.object({
    currentBaseFee: quantity,
    currentCoinbase: address,
    currentGasLimit: quantity,
    currentNumber: quantity,
    currentRandom: quantity,
    currentTimestamp: quantity,
    currentExcessBlobGas: quantity.optional(),
  }),
  pre: z.record(address, account),
  tx: z.object({ raw: hexBytes }),
  expect: z.object({
    status: z.enum(['ok', 'revert', 'halt', 'invalid']),
    root: hexWord,
    logs: hexWord,
    gasUsed: quantity.optional(),
    /** Why the transaction is invalid; where several reasons hold, which one is named is not normative. */
    exception: z.string().optional(),
  }),
  /** Opcodes that the case executes; absent for an invalid transaction. */
  stats: z.object({ steps: z.number() }).optional(),
})

export type StateCase = z.infer<typeof schema>

/** The cases of a folder. */
export function casesIn(folder: string, from = directory): Lines<StateCase> {
  return new Lines(folder, schema, from)
}

/** The cases of all folders whose name has `part` in it; none if the tests are not there. */
export function* casesOf(part: string, from = directory): Generator<StateCase> {
  for (const folder of folders(from)) if (folder.includes(part)) yield* casesIn(folder, from)
}

/** Whether a case is in the fixed sample of one in `every`, which the hash of its id decides. */
export function isSampled(id: string, every: number): boolean {
  return Buffer.from(Keccak.keccak256(Buffer.from(id))).readUInt32BE() % every === 0
}

/** The state before a case: the one that its expected root is about. */
export function preStateOf({ pre }: StateCase): StateTrie {
  const codes = new Map<string, Uint8Array>()
  const state = Object.entries(pre).map(([owner, { balance, code, nonce, storage }]) => {
    const bytes = bytesOf(code)
    const codeHash = Keccak.keccak256(bytes)
    codes.set(Buffer.from(codeHash).toString('hex'), bytes)
    const slots = Object.entries(storage)
      .map(([slot, value]) => [SystemAccount.slotKey(numberOf(slot)), numberOf(value)] as const)
      .filter(([, value]) => value !== 0n)
      .sort(([left], [right]) => Buffer.compare(left, right))
    const account = { nonce: numberOf(nonce), balance: numberOf(balance), codeHash }
    return { accountKey: Keccak.keccak256(bytesOf(owner)), account, slots }
  })
  state.sort((left, right) => Buffer.compare(left.accountKey, right.accountKey))
  return StateTrie.build(state, (hash) => codes.get(Buffer.from(hash).toString('hex'))!)
}

/** The state that a machine runs a case on: the block hashes are where this L2 has them, in the system account. */
export function baseStateOf({ env }: StateCase, pre: StateTrie): StateTrie {
  const number = numberOf(env.currentNumber)
  const slots: StateDiff.SlotChange[] = []
  for (let n = number; n > 0n && n >= number - 256n; n--) {
    const slotKey = SystemAccount.slotKey(SystemAccount.blockHashSlot(n - 1n))
    slots.push({ slotKey, value: Keccak.keccak256(Buffer.from(`${n - 1n}`)) })
  }
  slots.sort((left, right) => Buffer.compare(left.slotKey, right.slotKey))
  const { nonce, balance, codeHash } = pre.account(SystemAccount.accountKey) ?? systemAccount
  const account = { nonce, balance, codeHash }
  return pre.applyDiff([{ accountKey: SystemAccount.accountKey, kind: StateDiff.kinds.set, account, slots }])
}

const systemAccount: StateDiff.Account = { nonce: 1n, balance: 0n, codeHash: StateDiff.emptyCodeHash }
