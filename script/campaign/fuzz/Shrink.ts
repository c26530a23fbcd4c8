/** Makes a failing case small: whatever it fails without is dropped. */
import { check, type Executors, executors, type Side } from './Check.ts'
import { withTransaction } from './Edges.ts'
import type { CaseAccount, CaseBlock, FuzzCase } from './FuzzCase.ts'
import type { TransactionForm } from './TransactionForm.ts'

/** Cases that are tried at most. */
const MAX_TRIES = 3_000

/** Whether a case still fails. */
type Fails = (fuzzCase: FuzzCase) => Promise<boolean>

/** The smallest case found that fails the same comparison as `fuzzCase` does. */
export async function shrink(fuzzCase: FuzzCase, side: Side, by: Executors = executors): Promise<FuzzCase> {
  let tries = 0
  const fails: Fails = async (candidate) => {
    if (++tries > MAX_TRIES) return false
    return (await check(candidate, by, side)).failure?.side === side
  }
  let [before, smallest] = [fuzzCase, fuzzCase]
  do {
    before = smallest
    for (const candidates of [
      withoutBlocks,
      withoutTransactions,
      withoutAccounts,
      simplerTransactions,
      simplerAccounts,
    ]) {
      smallest = await firstThatFail(smallest, candidates, fails)
    }
    smallest = await withLessCode(smallest, fails)
  } while (smallest !== before && tries < MAX_TRIES)
  return smallest
}

/** Takes one candidate after the other that still fails, each made of the last. */
async function firstThatFail(
  start: FuzzCase,
  candidatesOf: (fuzzCase: FuzzCase) => Iterable<FuzzCase>,
  fails: Fails,
): Promise<FuzzCase> {
  let current = start
  search: for (;;) {
    for (const candidate of candidatesOf(current)) {
      if (!(await fails(candidate))) continue
      current = candidate
      continue search
    }
    return current
  }
}

function* withoutBlocks(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { blocks, cut } = fuzzCase
  if (cut > 0) yield { ...fuzzCase, cut: 0 }
  for (const index of blocks.keys()) yield { ...fuzzCase, blocks: blocks.toSpliced(index, 1) }
}

/** A transaction goes alone, or the later ones of its signer move up. */
function* withoutTransactions(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  for (const [index, block] of fuzzCase.blocks.entries()) {
    for (const [at, dropped] of block.transactions.entries()) {
      const blocks = fuzzCase.blocks.with(index, { ...block, transactions: block.transactions.toSpliced(at, 1) })
      yield { ...fuzzCase, blocks }
      if (!(dropped instanceof Uint8Array))
        yield { ...fuzzCase, blocks: blocks.map((other) => movedUp(other, dropped)) }
    }
  }
}

function movedUp(block: CaseBlock, { signer, nonce }: TransactionForm): CaseBlock {
  const transactions = block.transactions.map((form) =>
    !(form instanceof Uint8Array) && form.signer === signer && form.nonce > nonce
      ? { ...form, nonce: form.nonce - 1n }
      : form,
  )
  return { ...block, transactions }
}

function* withoutAccounts(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  const { accounts } = fuzzCase
  // Most are not needed: halves first.
  for (let size = Math.ceil(accounts.size / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    const entries = [...accounts]
    for (let at = 0; at < entries.length; at += size) {
      yield { ...fuzzCase, accounts: new Map(entries.toSpliced(at, size)) }
    }
  }
}

function* simplerTransactions(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  for (const [block, { transactions }] of fuzzCase.blocks.entries()) {
    for (const [index, form] of transactions.entries()) {
      if (form instanceof Uint8Array) continue
      for (const simpler of simplerForms(form)) yield withTransaction(fuzzCase, block, index, simpler)
    }
  }
}

function* simplerForms(form: TransactionForm): Iterable<TransactionForm> {
  const { accessList, authorizations, data, to, value, type } = form
  if (accessList.length > 0) yield { ...form, accessList: [] }
  for (const index of accessList.keys()) yield { ...form, accessList: accessList.toSpliced(index, 1) }
  for (const index of authorizations.keys()) yield { ...form, authorizations: authorizations.toSpliced(index, 1) }
  if (value > 0n) yield { ...form, value: 0n }
  if (type !== 2) yield { ...form, type: 2, authorizations: [] }
  if (to !== undefined && data.length > 0) {
    yield { ...form, data: new Uint8Array(0) }
    yield { ...form, data: data.slice(0, data.length >> 1) }
  }
}

function* simplerAccounts(fuzzCase: FuzzCase): Iterable<FuzzCase> {
  for (const [address, account] of fuzzCase.accounts) {
    for (const simpler of simplerOf(account)) {
      yield { ...fuzzCase, accounts: new Map([...fuzzCase.accounts, [address, simpler]]) }
    }
  }
}

/** B-13 stays: an account with storage has a nonce. */
function* simplerOf(account: CaseAccount): Iterable<CaseAccount> {
  if (account.storage.size > 0) yield { ...account, storage: new Map() }
  for (const slot of account.storage.keys()) {
    yield { ...account, storage: new Map([...account.storage].filter(([other]) => other !== slot)) }
  }
  if (account.code.length > 0) yield { ...account, code: new Uint8Array(0) }
}

/** Drops instructions from contracts, and from the initcode of creations. */
async function withLessCode(fuzzCase: FuzzCase, fails: Fails): Promise<FuzzCase> {
  let current = fuzzCase
  for (const [address, account] of fuzzCase.accounts) {
    const set = (code: Uint8Array) => ({
      ...current,
      accounts: new Map([...current.accounts, [address, { ...account, code }]]),
    })
    current = await shortened(current, account.code, set, fails)
  }
  for (const [block, { transactions }] of fuzzCase.blocks.entries()) {
    for (const [index, form] of transactions.entries()) {
      if (form instanceof Uint8Array || form.to !== undefined) continue
      current = await shortened(
        current,
        form.data,
        (data) => withTransaction(current, block, index, { ...form, data }),
        fails,
      )
    }
  }
  return current
}

/** Takes pieces out of a code, long ones first, as long as the case fails. */
async function shortened(
  start: FuzzCase,
  code: Uint8Array,
  set: (code: Uint8Array) => FuzzCase,
  fails: Fails,
): Promise<FuzzCase> {
  let current = start
  let instructions = disassemble(code)
  for (let size = instructions.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at < instructions.length; ) {
      const rest = instructions.toSpliced(at, size)
      const candidate = set(Uint8Array.from(Buffer.concat(rest)))
      if (await fails(candidate)) {
        current = candidate
        instructions = rest
      } else {
        at += size
      }
    }
  }
  return current
}

/** The instructions of a code, each with its immediate bytes. */
function disassemble(code: Uint8Array): Uint8Array[] {
  const instructions: Uint8Array[] = []
  for (let at = 0; at < code.length; ) {
    const opcode = code[at]!
    const length = opcode >= 0x60 && opcode <= 0x7f ? opcode - 0x5e : 1
    instructions.push(code.slice(at, at + length))
    at += length
  }
  return instructions
}
