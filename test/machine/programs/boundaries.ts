/** Programs about payloads, blocks and transactions: what is executed, what is skipped, and where things end. */
import { concatHex, hexToBytes, toHex, toRlp } from 'viem'
import * as PayloadCodec from '../../../prover/batch/PayloadCodec.ts'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import * as Payload from '../../../prover/commitment/Payload.ts'
import { toUpperHalf } from '../../../prover/workload/Signer.ts'
import { addressOf, chainId, type Program, ProgramBuilder } from './Program.ts'

const TIME = 1_799_999_000n

export function transactions(): Program {
  const builder = new ProgramBuilder()
  const to = builder.contract(['CALLDATASIZE', 'SLOAD'])
  const gasPrice = 10n ** 10n
  const slot = (value: number) => toHex(value, { size: 32 })
  const accessList = [
    { address: to, storageKeys: [slot(0), slot(70), slot(70)] },
    { address: addressOf(0xacce55n), storageKeys: [] },
    { address: builder.signer.address, storageKeys: [slot(1)] },
    { address: addressOf(0xacce55n), storageKeys: Array.from({ length: 9 }, (_, index) => slot(index)) },
  ]
  builder.send({ to, type: 'legacy', gasPrice })
  builder.send({ to, type: 'legacy', gasPrice, chainId: undefined })
  builder.send({ to, type: 'eip2930', gasPrice, accessList })
  builder.send({ to, accessList, data: `0x${'00'.repeat(70)}` })
  builder.send({ to, data: `0x${'11'.repeat(300)}`, gas: 40_000n })
  builder.send({ to: builder.signer.address, value: 5n })
  builder.send({ to: addressOf(0xfee0000000000000000000000000000000000feen), value: 5n })
  builder.send({ to, data: '0x7f', maxPriorityFeePerGas: 0n, maxFeePerGas: 100n, type: 'eip1559' })
  builder.send({ to, data: '0x', type: 'eip2930', gasPrice, accessList: [] })
  return builder.build((raws) => twoBlocks(raws))
}

/** Every reason for which a transaction is skipped (B-3, B-8), with one that is executed between them. */
export function skipped(): Program {
  const builder = new ProgramBuilder()
  const { signer } = builder
  const to = addressOf(0xbeefn)
  const base = {
    chainId,
    type: 'eip1559',
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 1n,
    gas: 50_000n,
    to,
  } as const
  const sign = (fields: object) => signer.signTransaction({ nonce: signer.nonce, ...base, ...fields } as typeof base)
  const valid = sign({})
  const fields = [toHex(chainId), '0x', '0x', '0x', '0xc350', to, '0x', '0x', [], '0x', '0x01', '0x01'] as const
  const typed = (change: (list: unknown[]) => void) => {
    const list: unknown[] = [...fields]
    change(list)
    return hexToBytes(concatHex(['0x02', toRlp(list as never)]))
  }
  const malformed = [
    Uint8Array.of(),
    Uint8Array.of(0x00),
    Uint8Array.of(0x03, 0xc0),
    Uint8Array.of(0x04, 0xc0),
    Uint8Array.of(0x7f),
    Uint8Array.of(0x02),
    Uint8Array.of(0x02, 0xf8),
    Uint8Array.of(0xc0),
    valid.subarray(0, valid.length - 1),
    Uint8Array.from([...valid, 0]),
    typed(() => {}),
    typed((list) => list.pop()),
    typed((list) => list.push('0x')),
    typed((list) => list.splice(1, 1, '0x00')),
    typed((list) => list.splice(5, 1, '0x1234')),
    typed((list) => list.splice(7, 1, [])),
    typed((list) => list.splice(8, 1, [[to]])),
    typed((list) => list.splice(8, 1, [['0x1234', []]])),
    typed((list) => list.splice(8, 1, [[to, ['0x12']]])),
    typed((list) => list.splice(9, 1, '0x02')),
    typed((list) => list.splice(10, 1, toHex(2n ** 256n - 1n))),
  ]
  const refused = [
    { chainId: 1 },
    { nonce: 1 },
    { gas: 20_999n },
    { gas: 2n ** 24n + 1n },
    { gas: 21_000n, data: '0x00' },
    { gas: 25_000n, data: `0x${'11'.repeat(200)}` },
    { maxFeePerGas: 1n, maxPriorityFeePerGas: 0n },
    { value: 10n ** 30n },
    { nonce: 2 ** 52 },
    { to: undefined, data: `0x${'00'.repeat(49_153)}`, gas: 2n ** 24n },
    { type: 'legacy', gasPrice: 1n, maxFeePerGas: undefined, maxPriorityFeePerGas: undefined },
  ]
  // A priority fee above the most that is paid, signed by hand: libraries refuse to.
  const greedy = [toHex(chainId), '0x', '0x0b', '0x0a', '0xc350', to, '0x', '0x', []] as const
  const { r, s, yParity } = signer.sign(keccak256(hexToBytes(concatHex(['0x02', toRlp(greedy as never)]))))
  const signed = [...greedy, yParity === 0 ? '0x' : '0x01', toHex(r), toHex(s)]
  malformed.push(hexToBytes(concatHex(['0x02', toRlp(signed as never)])))
  for (const raw of malformed) builder.raw(raw)
  for (const change of refused) builder.raw(sign(change))
  builder.raw(signer.signTransaction({ nonce: 0, ...base }, toUpperHalf))
  builder.raw(signer.signTransaction({ nonce: 0, ...base }, (signature) => ({ ...signature, r: 5n })))
  builder.raw(new Uint8Array(65_537))
  builder.send({ to, value: 1n })
  builder.raw(sign({ nonce: 0 }))
  return builder.build()
}

/** A contract that signs: its key is known, but it may not send (EIP-3607), unless its code is a delegation. */
export function senderWithCode(isDelegation: boolean): Program {
  const builder = new ProgramBuilder()
  const code = isDelegation ? Buffer.from(`ef0100${'00'.repeat(18)}beef`, 'hex') : Uint8Array.of(0)
  builder.put(builder.signer.address, { balance: 10n ** 24n, code })
  builder.send({ to: addressOf(0xbeefn), value: 1n })
  return builder.build()
}

/** Payloads that end anywhere. */
export function payloads(): Program[] {
  const builder = new ProgramBuilder()
  const to = builder.contract(['NUMBER', 'BLOCKHASH', 'TIMESTAMP', 'BASEFEE', 'PREVRANDAO'])
  for (let count = 0; count < 3; count++) builder.send({ to })
  const cut = (bytes: number) => (raws: readonly Uint8Array[]) => {
    const payload = twoBlocks(raws)
    return payload.subarray(0, payload.length - bytes)
  }
  return [
    builder.build(() => new Uint8Array(0)),
    builder.build(() => new Uint8Array(11)),
    builder.build(() => new Uint8Array(12)),
    builder.build(() => new Uint8Array(40)),
    builder.build(cut(1)),
    builder.build(cut(12)),
    builder.build(cut(13)),
    builder.build((raws) => Uint8Array.from([...twoBlocks(raws), 1, 2, 3])),
    builder.build((raws) => PayloadCodec.encode([0n, 1n << 63n, TIME].map((time) => ({ time, transactions: raws })))),
  ]
}

/** The longest payload, which begins with the longest transaction and ends with the last byte of another one. */
export function longestPayload(): Program {
  const builder = new ProgramBuilder()
  const to = builder.contract(['CALLDATASIZE', 0, 'SSTORE', 65_380, 'CALLDATALOAD', 1, 'SSTORE'])
  const payloadOf = (raws: readonly Uint8Array[]) => {
    const length = Payload.maxLength - 12 - raws.reduce((sum, raw) => sum + 4 + raw.length, 4)
    const [first, last] = raws
    return PayloadCodec.encode([{ time: TIME, transactions: [first!, new Uint8Array(length), last!] }])
  }
  // So much data makes a raw transaction of 65,536 bytes.
  builder.send({ to, data: `0x${'00'.repeat(65_419)}11`, gas: 1_000_000n })
  builder.send({ to, data: '0x22' })
  return builder.build(payloadOf)
}

function twoBlocks(raws: readonly Uint8Array[]): Uint8Array {
  const half = raws.length >> 1
  return PayloadCodec.encode([
    { time: TIME, transactions: raws.slice(0, half) },
    { time: TIME + 12n, transactions: raws.slice(half) },
  ])
}
