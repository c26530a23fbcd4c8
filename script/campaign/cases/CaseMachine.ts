/** What the machine makes of a state case. */
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Rlp from '../../../prover/commitment/Rlp.ts'
import * as Word from '../../../prover/commitment/Word.ts'
import * as Address from '../../../prover/machine/Address.ts'
import { RawTransaction } from '../../../prover/machine/boundary/RawTransaction.ts'
import type { ChainConfig } from '../../../prover/machine/ChainConfig.ts'
import * as Machine from '../../../prover/machine/Machine.ts'
import { ProveWorld } from '../../../prover/machine/ProveWorld.ts'
import type { Log } from '../../../prover/machine/Receipt.ts'
import { RunWorld } from '../../../prover/machine/RunWorld.ts'
import * as StepKinds from '../../../prover/machine/StepKinds.ts'
import type { World } from '../../../prover/machine/World.ts'
import type { StateTrie } from '../../../prover/state/StateTrie.ts'
import { bytesOf, numberOf } from './Fixtures.ts'
import { baseStateOf, preStateOf, type StateCase } from './StateCase.ts'

/** A machine of run mode before the TX_DECODE of the case's transaction. */
export function runMachineOf(test: StateCase, pre: StateTrie = preStateOf(test)): Machine.Machine {
  const base = baseStateOf(test, pre)
  return machineOf(test, new RunWorld(base), base.stateRoot)
}

/** The same machine in prove mode; its steps have witnesses. */
export function proveMachineOf(test: StateCase, pre: StateTrie = preStateOf(test)): Machine.Machine {
  const base = baseStateOf(test, pre)
  return machineOf(test, new ProveWorld(base), base.stateRoot)
}

/** Whether the case's transaction is over: executed or skipped. No step is to be made after that. */
export function isOver(m: Machine.Machine): boolean {
  return m.operation.kind === StepKinds.TX_BEGIN
}

/** How the outcome of a case that is over differs from what is expected, if it does. */
export function differenceOf(test: StateCase, m: Machine.Machine, pre: StateTrie): string | undefined {
  const { expect } = test
  const result = m.transactions[0]
  const status = m.skipped.length > 0 ? 'invalid' : result?.status ? 'ok' : 'failed'
  const expected = expect.status === 'revert' || expect.status === 'halt' ? 'failed' : expect.status
  if (status !== expected) {
    const reason = m.skipped[0] === undefined ? '' : ` (${m.skipped[0].reason})`
    return `expected status ${expect.status}, got ${status}${reason}`
  }
  if (result !== undefined && result.gasUsed !== numberOf(expect.gasUsed ?? '0x')) {
    return `expected gas ${numberOf(expect.gasUsed ?? '0x')}, got ${result.gasUsed}`
  }
  const logs = hex(hashLogs(result?.logs ?? []))
  if (logs !== expect.logs) return `expected logs ${expect.logs}, got ${logs}`
  const root = hex(pre.applyDiff(m.world.stateDiff()).stateRoot)
  return root === expect.root ? undefined : `expected root ${expect.root}, got ${root}`
}

/** The parameters of Ethereum itself: the limits that only this L2 has are out of reach. */
function configOf({ env }: StateCase): ChainConfig {
  return {
    chainId: 1n,
    feeRecipient: Address.toBytes(numberOf(env.currentCoinbase)),
    blockGasLimit: numberOf(env.currentGasLimit),
    batchGasLimit: numberOf(env.currentGasLimit),
    maxTransactionBytes: 1 << 22,
    precompileGasCap: 1n << 63n,
  }
}

function machineOf(test: StateCase, world: World, baseRoot: Uint8Array): Machine.Machine {
  const { env, tx } = test
  const payload = { bytes: new Uint8Array(0), proveChunk: () => new Uint8Array(0) }
  const m = Machine.create(world, payload, baseRoot, 0n, configOf(test))
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

function hex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
