/** What the executor is made of, each against the library that one would take: its loop, its hash, its recovery. */
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createEVM } from '@ethereumjs/evm'
import { SimpleStateManager } from '@ethereumjs/statemanager'
import { Account, Address } from '@ethereumjs/util'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes } from 'viem'
import { keccak256 } from '../../prover/commitment/Keccak.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Recovery from '../../prover/machine/boundary/Recovery.ts'
import * as Executor from '../../prover/machine/Executor.ts'
import { Signer } from '../../prover/workload/Signer.ts'
import { assemble, type Part, ProgramBuilder } from '../../test/machine/programs/Program.ts'
import { config } from './Population.ts'
import { type Contest, contest } from './Statistics.ts'

const rounds = 5
const large = (1n << 255n) - 19n

/** What the loops do in one turn; the counter is on top of the stack before and after it. */
const bodies: Record<string, readonly Part[]> = {
  arithmetic: ['DUP1', large, 'MUL', large, 'ADD', 'DUP2', 'XOR', 'NOT', large, 'AND', 'POP'],
  memory: ['DUP1', 'DUP1', 0x1fe0, 'AND', 'MSTORE', 'DUP1', 0x0fe0, 'AND', 'MLOAD', 'POP'],
  copying: [1_024, 'DUP2', 0x3e0, 'AND', 2_048, 'MCOPY'],
}

/** Microseconds for each turn, hash or signature. */
export async function measure(): Promise<Record<string, Contest>> {
  const results: Record<string, Contest> = {}
  for (const [name, body] of Object.entries(bodies)) results[`${name} loop`] = await measureLoop(body, 20_000)
  for (const length of [32, 64, 136, 532]) results[`keccak of ${length} bytes`] = await measureKeccak(length)
  results.recovery = await measureRecovery(100)
  return results
}

/** The code that runs `body` `turns` times. */
export function loopOf(body: readonly Part[], turns: number): Uint8Array {
  const start = assemble(turns)
  return assemble(start, 'JUMPDEST', ...body, 1, 'SWAP1', 'SUB', 'DUP1', start.length, 'JUMPI', 'STOP')
}

async function measureLoop(body: readonly Part[], turns: number): Promise<Contest> {
  const code = loopOf(body, turns)
  const gas = 15_000_000
  const builder = new ProgramBuilder()
  const to = hexToBytes(builder.contract([code]))
  const base = builder.base()
  const common = createCustomCommon({}, Mainnet, { hardfork: Hardfork.Osaka })
  const stateManager = new SimpleStateManager({ common })
  await stateManager.putAccount(new Address(to), new Account(1n))
  await stateManager.putCode(new Address(to), code)
  const evm = await createEVM({ common, stateManager })
  const from = hexToBytes(builder.signer.address)
  const used = { ours: 0n, theirs: 0n }
  const result = await contest(
    rounds,
    turns,
    () => {
      const { status, gasUsed } = Executor.call(base, { from, to, data: new Uint8Array(0), value: 0n, gas }, config)
      if (status !== 'returned') throw new Error(`expected the loop to end, but it ${status}`)
      used.ours = BigInt(gasUsed)
    },
    async () => {
      const call = { caller: new Address(from), to: new Address(to), gasLimit: BigInt(gas) }
      used.theirs = (await evm.runCall(call)).execResult.executionGasUsed
    },
  )
  if (used.ours !== used.theirs) throw new Error(`expected the same gas, got ${used.ours} and ${used.theirs}`)
  return result
}

function measureKeccak(length: number): Promise<Contest> {
  const count = 5_000
  const bytes = new Uint8Array(length).fill(0xa5)
  const hashing = (hash: (bytes: Uint8Array) => Uint8Array) => () => {
    for (let index = 0; index < count; index++) {
      bytes[0] = index
      hash(bytes)
    }
  }
  return contest(rounds, count, hashing(keccak256), hashing(keccak_256))
}

function measureRecovery(count: number): Promise<Contest> {
  const signer = new Signer(keccak256(Buffer.from('signer')))
  const signed = Array.from({ length: count }, (_, index) => {
    const hash = keccak256(Uint8Array.of(index))
    const { r, s, yParity } = signer.sign(hash)
    return { hash, r, s, yParity, signature: Buffer.concat([Word.fromBigint(r), Word.fromBigint(s)]) }
  })
  return contest(
    rounds,
    count,
    () => {
      Recovery.forget()
      for (const { hash, r, s, yParity } of signed) Recovery.recover(hash, r, s, yParity)
    },
    () => {
      for (const { hash, signature, yParity } of signed) Recovery.recoverPortably(hash, signature, yParity)
    },
  )
}
