/** Programs for outcomes of steps that neither the other programs nor the official tests come to (script/campaign/steps). */
import { concatHex, hexToBytes, toHex, toRlp } from 'viem'
import * as PayloadCodec from '../../../prover/batch/PayloadCodec.ts'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import { Signer } from '../../../prover/workload/Signer.ts'
import { addressOf, chainId, type Part, type Program, ProgramBuilder } from './Program.ts'

const TRANSACTION_GAS = 21_000n
const callKinds = ['CALL', 'CALLCODE', 'DELEGATECALL', 'STATICCALL'] as const

/** Instructions that want a little more gas than there is. */
export function starved(): Program {
  const builder = new ProgramBuilder()
  for (let topics = 0; topics <= 4; topics++) {
    const operands = Array.from({ length: topics + 2 }, () => 0)
    builder.run([...operands, `LOG${topics}`], { gas: TRANSACTION_GAS + 200n })
  }
  builder.run([0, 0, 0, 'CODECOPY'], { gas: TRANSACTION_GAS + 7n })
  builder.run([32, 0, 100_000, 'MCOPY'], { gas: TRANSACTION_GAS + 100n })
  return builder.build()
}

/** Every kind of call to a delegation: cold and warm, to a contract and to a precompile, and with too little gas for it. */
export function delegations(): Program {
  const builder = new ProgramBuilder()
  let next = 0xde1e_0000n
  const delegated = (target: string) => {
    const address = next++
    builder.put(addressOf(address), { nonce: 1n, code: Buffer.from(`ef0100${target.slice(2)}`, 'hex') })
    return address
  }
  for (const kind of callKinds) {
    const values = kind === 'CALL' || kind === 'CALLCODE' ? [0] : []
    const call = (target: bigint): Part[] => [0, 0, 0, 0, ...values, target, 30_000, kind, 'POP']
    const toCode = delegated(builder.contract(['STOP']))
    builder.run([...call(toCode), ...call(toCode)])
    builder.run(call(delegated(addressOf(4n))))
    // Enough for the access of the account, and not for that of the one it delegates to.
    builder.run(call(delegated(builder.contract(['STOP']))), { gas: TRANSACTION_GAS + 4_000n })
  }
  return builder.build()
}

/** Calls of accounts that are empty and there, as no genesis of this L2 has them: the call deletes them (EIP-161). */
export function touches(): Program {
  const builder = new ProgramBuilder()
  let next = 0xe317_0000n
  const empty = () => {
    const address = next++
    builder.put(addressOf(address), {})
    return address
  }
  const call = (target: bigint): Part[] => [0, 0, 0, 0, 0, target, 30_000, 'CALL', 'POP']
  const staticCall = (target: bigint): Part[] => [0, 0, 0, 0, target, 30_000, 'STATICCALL', 'POP']
  for (const make of [call, staticCall]) {
    const warm = empty()
    builder.run(make(empty()))
    builder.run([warm, 'BALANCE', ...make(warm)])
  }
  builder.send({ to: addressOf(empty()) })
  return builder.build()
}

/** An authority that is nobody yet and clears what it does not have. */
export function clearsNothing(): Program {
  const builder = new ProgramBuilder()
  const nobody = new Signer(keccak256(Buffer.from('clears nothing')))
  const authorization = nobody.signAuthorization({ chainId, address: addressOf(0n), nonce: 0 })
  const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n }
  builder.send({ type: 'eip7702', ...fees, to: addressOf(0xbeefn), authorizationList: [authorization] })
  return builder.build()
}

/** Reasons to skip a transaction, with limits that make blocks and the batch full, long after the parent. */
export function fullBatch(): Program {
  const builder = new ProgramBuilder()
  const to = addressOf(0xbeefn)
  const payment = { to, gas: TRANSACTION_GAS }
  const first: Uint8Array[] = []
  const signer = new Signer(keccak256(Buffer.from('sender')))
  const fees = { type: 'eip1559', maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n } as const
  for (const nonce of [0, 1]) first.push(signer.signTransaction({ chainId, nonce, ...fees, ...payment }))
  const long = toHex(2n ** 256n)
  const foreign = signer.signTransaction({ type: 'legacy', chainId: 1, nonce: 2, gasPrice: 10n ** 10n, ...payment })
  const wide = hexToBytes(
    concatHex(['0x02', toRlp([toHex(chainId), '0x', long, long, '0x5208', to, '0x', '0x', [], '0x', '0x01', '0x01'])]),
  )
  const last = signer.signTransaction({ chainId, nonce: 2, ...fees, ...payment })
  const blocks = [
    { time: 0n, transactions: first },
    { time: 0n, transactions: [foreign, wide, last] },
  ]
  const { base, input, config } = builder.build(() => PayloadCodec.encode(blocks))
  const limits = { blockGasLimit: 2n * TRANSACTION_GAS, batchGasLimit: 50_000n }
  return { base, input: { ...input, l1Time: input.l1Time + 10_000n }, config: { ...config, ...limits } }
}
