/** The official state tests under Osaka: where they are, and what the machine makes of one of them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Rlp from '../../prover/commitment/Rlp.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Address from '../../prover/machine/Address.ts'
import type { BaseAccount, ProvableState } from '../../prover/machine/BaseState.ts'
import { RawTransaction } from '../../prover/machine/boundary/RawTransaction.ts'
import * as Interpreter from '../../prover/machine/Interpreter.ts'
import * as Machine from '../../prover/machine/Machine.ts'
import type { Log } from '../../prover/machine/Receipt.ts'
import { RunWorld } from '../../prover/machine/RunWorld.ts'
import * as StepKinds from '../../prover/machine/StepKinds.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import type { World } from '../../prover/machine/World.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'

/** Where the tests are: STATE_TESTS, or beside the repository. Undefined if they are not there. */
export const folder: string | undefined = [
  process.env.STATE_TESTS,
  fileURLToPath(new URL('../../../shared/state-tests', import.meta.url)),
].find((path) => path !== undefined && existsSync(`${path}/VMTests.jsonl.gz`))

interface Account {
  readonly balance: string
  readonly code: string
  readonly nonce: string
  readonly storage: Readonly<Record<string, string>>
}

export interface Case {
  readonly id: string
  readonly env: Readonly<Record<string, string>>
  readonly pre: Readonly<Record<string, Account>>
  readonly tx: { readonly raw: string }
  readonly expect: { readonly status: string; readonly root: string; readonly logs: string; readonly gasUsed?: string }
  readonly stats?: { readonly steps: number }
}

/** The cases of every file, or of those whose name has `part` in it. */
export function* cases(part = ''): Generator<Case> {
  const files = readdirSync(folder!).filter(
    (name) => name.endsWith('.jsonl.gz') && !name.startsWith('TransactionTests'),
  )
  for (const file of files.filter((name) => name.includes(part)).sort()) {
    const text = gunzipSync(readFileSync(`${folder}/${file}`)).toString()
    for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line) as Case
  }
}

/** The state before a case. BLOCKHASH of the tests is what the ring of the system account has for them. */
export class CaseState implements ProvableState {
  readonly trie: StateTrie
  readonly #codes = new Map<string, Uint8Array>()
  readonly #ring = new Map<string, bigint>()

  constructor({ pre, env }: Case) {
    const codeOf = (codeHash: Uint8Array) => this.code(codeHash)
    this.trie = StateTrie.build(this.#sorted(pre), { node: () => undefined }, codeOf)
    const number = quantity(env.currentNumber)
    for (let n = number; n > 0n && n >= number - 256n; n--) {
      const key = SystemAccount.slotKey(SystemAccount.blockHashSlot(n - 1n))
      this.#ring.set(hex(key), Word.toBigint(keccak256(Buffer.from(`${n - 1n}`))))
    }
  }

  account(accountKey: Uint8Array): BaseAccount | undefined {
    const account = this.trie.account(accountKey)
    if (!Word.equals(accountKey, SystemAccount.accountKey)) return account
    return account ?? { nonce: 1n, balance: 0n, codeHash: StateDiff.emptyCodeHash, hasStorage: true }
  }

  slot(accountKey: Uint8Array, slotKey: Uint8Array): bigint {
    if (Word.equals(accountKey, SystemAccount.accountKey)) return this.#ring.get(hex(slotKey)) ?? 0n
    return this.trie.slot(accountKey, slotKey)
  }

  code(codeHash: Uint8Array): Uint8Array {
    return this.#codes.get(hex(codeHash)) ?? new Uint8Array(0)
  }

  get stateRoot(): Uint8Array {
    return this.trie.stateRoot
  }

  accountNodes(accountKey: Uint8Array): Uint8Array[] {
    return this.trie.accountNodes(accountKey)
  }

  storageNodes(accountKey: Uint8Array, slotKey: Uint8Array): Uint8Array[] {
    return this.trie.storageNodes(accountKey, slotKey)
  }

  #sorted(pre: Case['pre']) {
    const accounts = Object.entries(pre).map(([address, account]) => {
      const code = bytes(account.code)
      const codeHash = keccak256(code)
      this.#codes.set(hex(codeHash), code)
      const slots = Object.entries(account.storage)
        .map(([slot, value]) => [keccak256(Word.fromBigint(quantity(slot))), quantity(value)] as const)
        .filter(([, value]) => value !== 0n)
        .sort(([a], [b]) => Buffer.compare(a, b))
      const triple = { nonce: quantity(account.nonce), balance: quantity(account.balance), codeHash }
      return { accountKey: keccak256(bytes(address)), account: triple, slots }
    })
    return accounts.sort((a, b) => Buffer.compare(a.accountKey, b.accountKey))
  }
}

/** A machine before the TX_DECODE of a case's transaction. */
export function machineOf(test: Case, world: World): Machine.Machine {
  const { env, tx } = test
  const config = {
    chainId: 1n,
    feeRecipient: Address.toBytes(quantity(env.currentCoinbase)),
    blockGasLimit: quantity(env.currentGasLimit),
    batchGasLimit: quantity(env.currentGasLimit),
    maxTransactionBytes: 1 << 22,
    precompileGasCap: 1n << 63n,
  }
  const payload = { bytes: new Uint8Array(0), proveChunk: () => new Uint8Array(0) }
  const m = Machine.create(world, payload, Word.zero, 0n, config)
  m.block.number = quantity(env.currentNumber)
  m.block.time = quantity(env.currentTimestamp)
  m.block.baseFee = quantity(env.currentBaseFee)
  m.block.prevRandao = Word.fromBigint(quantity(env.currentRandom))
  const raw = bytes(tx.raw)
  m.transaction.raw = new RawTransaction(raw)
  m.transaction.length = raw.length
  Machine.setOperation(m, StepKinds.TX_DECODE)
  return m
}

/** What is not in the ruleset yet, if the case uses it. */
export function laterFeature(m: Machine.Machine): string | undefined {
  const { operation, frame, transaction } = m
  if (operation.kind === StepKinds.TX_DECODE && (transaction.raw!.bytes[0] === 3 || transaction.raw!.bytes[0] === 4)) {
    return `transaction type ${transaction.raw!.bytes[0]}`
  }
  if (operation.kind === StepKinds.PRECOMPILE && frame.target > 4n) return `precompile 0x${frame.target.toString(16)}`
  return undefined
}

/** Runs a case and says how it differs from what is expected: undefined if it does not, 'skip: …' if it can't tell. */
export function run(test: Case): string | undefined {
  const state = new CaseState(test)
  const world = new RunWorld(state)
  const m = machineOf(test, world)
  let later: string | undefined
  Interpreter.runUntil(m, () => {
    later ??= laterFeature(m)
    return later !== undefined || m.operation.kind === StepKinds.TX_BEGIN
  })
  if (later !== undefined) return `skip: ${later}`
  return compare(test, m, state.trie.applyDiff(world.stateDiff()).stateRoot)
}

/** How the outcome of a case that has been run differs from what is expected. */
export function compare(test: Case, m: Machine.Machine, root: Uint8Array): string | undefined {
  const { expect } = test
  const result = m.transactions[0]
  const status = m.skipped.length > 0 ? 'invalid' : result?.status ? 'ok' : 'failed'
  const expected = expect.status === 'revert' || expect.status === 'halt' ? 'failed' : expect.status
  if (status !== expected) return `status ${status} ${m.skipped[0]?.reason ?? ''}, expected ${expect.status}`
  if (result !== undefined && result.gasUsed !== quantity(expect.gasUsed)) {
    return `gas ${result.gasUsed}, expected ${quantity(expect.gasUsed)}`
  }
  const logs = `0x${hex(hashLogs(result?.logs ?? []))}`
  if (logs !== expect.logs) return `logs ${logs}, expected ${expect.logs}`
  const actual = `0x${hex(root)}`
  return actual === expect.root ? undefined : `root ${actual}, expected ${expect.root}`
}

function hashLogs(logs: readonly Log[]): Uint8Array {
  const encoded = logs.map(({ address, topics, data }) =>
    Rlp.encodeList([
      Rlp.encodeString(Address.toBytes(address)),
      Rlp.encodeList(topics.map((topic) => Rlp.encodeString(Word.fromBigint(topic)))),
      Rlp.encodeString(data),
    ]),
  )
  return keccak256(Rlp.encodeList(encoded))
}

function quantity(text: string | undefined): bigint {
  return text === undefined || text === '0x' ? 0n : BigInt(text)
}

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'))
}

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex')
}
