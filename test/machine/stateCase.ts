/** What the machine makes of an official state test. */
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
import type { StateTrie } from '../../prover/state/StateTrie.ts'
import { bytesOf, numberOf, preStateOf, type StateCase } from '../utils/StateTests.ts'

/** The state before a case. BLOCKHASH of the tests is what the ring of the system account has for them. */
export class CaseState implements ProvableState {
  readonly trie: StateTrie
  readonly #ring = new Map<string, bigint>()

  constructor(test: StateCase) {
    this.trie = preStateOf(test)
    const number = numberOf(test.env.currentNumber)
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
    return this.trie.code(codeHash)
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
}

/** A machine before the TX_DECODE of a case's transaction. */
export function machineOf(test: StateCase, world: World): Machine.Machine {
  const { env, tx } = test
  const config = {
    chainId: 1n,
    feeRecipient: Address.toBytes(numberOf(env.currentCoinbase)),
    blockGasLimit: numberOf(env.currentGasLimit),
    batchGasLimit: numberOf(env.currentGasLimit),
    maxTransactionBytes: 1 << 22,
    precompileGasCap: 1n << 63n,
  }
  const payload = { bytes: new Uint8Array(0), proveChunk: () => new Uint8Array(0) }
  const m = Machine.create(world, payload, Word.zero, 0n, config)
  m.block.number = numberOf(env.currentNumber)
  m.block.time = numberOf(env.currentTimestamp)
  m.block.baseFee = numberOf(env.currentBaseFee)
  m.block.prevRandao = Word.fromBigint(numberOf(env.currentRandom))
  const raw = bytesOf(tx.raw)
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
export function run(test: StateCase): string | undefined {
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
export function compare(test: StateCase, m: Machine.Machine, root: Uint8Array): string | undefined {
  const { expect } = test
  const result = m.transactions[0]
  const status = m.skipped.length > 0 ? 'invalid' : result?.status ? 'ok' : 'failed'
  const expected = expect.status === 'revert' || expect.status === 'halt' ? 'failed' : expect.status
  if (status !== expected) return `status ${status} ${m.skipped[0]?.reason ?? ''}, expected ${expect.status}`
  if (result !== undefined && result.gasUsed !== numberOf(expect.gasUsed!)) {
    return `gas ${result.gasUsed}, expected ${expect.gasUsed}`
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

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString('hex')
}
