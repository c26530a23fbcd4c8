/** Programs that call the precompiles whose step calls the same precompile of L1. */
import { toHex } from 'viem'
import * as PrecompileGas from '../../../prover/machine/precompiles/PrecompileGas.ts'
import * as PrecompileTable from '../../../prover/machine/precompiles/PrecompileTable.ts'
import { blake2f, integer, invalid, join, refused, valid } from '../precompiles/inputs.ts'
import { addressOf, config, type Part, type Program, ProgramBuilder } from './Program.ts'

const T = PrecompileTable
const enough = 300_000

/** Calls `address` with the calldata and keeps, in slots 0 and 1, whether it succeeded and the hash of its output. */
const recorded = (address: number, gas: number): Part[] => [
  ...['CALLDATASIZE', 0, 3, 'CALLDATACOPY', 0, 0, 'CALLDATASIZE', 3, address, gas, 'STATICCALL'],
  ...[1, 'ADD', 0, 'SSTORE', 'RETURNDATASIZE', 0, 0, 'RETURNDATACOPY', 'RETURNDATASIZE', 0, 'KECCAK256', 1, 'SSTORE'],
]

/** Every way in which the delegated precompiles end: with an output or none, refused, invalid, and for want of gas. */
export function delegated(): Program {
  const builder = new ProgramBuilder()
  for (const { address, input } of [...valid, ...invalid, ...refused]) {
    builder.run(recorded(address, enough), { data: toHex(input) })
  }
  for (const { address, elementSize, lengths } of T.all) {
    if (address === T.MODEXP || address === T.BLAKE2F) continue
    const price = PrecompileGas.price(address, 1)
    // Zeros: points at infinity and numbers, which are valid everywhere but in a point evaluation and a signature.
    const input = new Uint8Array(elementSize + (lengths === T.ANY_LENGTH ? 1 : 0))
    for (const gas of [price, price - 1]) builder.run(recorded(address, gas), { data: toHex(input) })
    // The calldata of the precompile is a part of the transaction.
    builder.send({ to: addressOf(BigInt(address)), data: toHex(input) })
  }
  for (const gas of [499, 500]) builder.run(recorded(T.MODEXP, gas))
  for (const gas of [11, 12]) builder.run(recorded(T.BLAKE2F, gas), { data: toHex(blake2f(12, 1)) })
  return builder.build()
}

/** The prices and lengths on both sides of a cap that is low enough for small inputs. */
export function limits(): Program {
  const precompileGasCap = 145_000n
  const builder = new ProgramBuilder()
  const zeros = (address: number, count: number) => new Uint8Array(count * T.entryOf(address).elementSize)
  // An exponent of 598 bytes whose head has 7 or 8 bits, so that a cheap multiplication is done 9,062 or 9,063 times.
  const modExp = (head: number) =>
    join(integer(1), integer(598), integer(1), integer(3, 1), integer(head), new Uint8Array(566), integer(7, 1))
  const inputs: readonly (readonly [address: number, below: Uint8Array, above: Uint8Array])[] = [
    [T.MODEXP, modExp(1 << 6), modExp(1 << 7)],
    [T.BN254_PAIRING, zeros(T.BN254_PAIRING, 2), zeros(T.BN254_PAIRING, 3)],
    [T.BLAKE2F, blake2f(145_000, 1), blake2f(145_001, 1)],
    // 2,265 bytes at most: of the longer inputs here the price is still below the cap.
    [T.BLS12_G1MSM, zeros(T.BLS12_G1MSM, 14), zeros(T.BLS12_G1MSM, 15)],
    [T.BLS12_G2MSM, zeros(T.BLS12_G2MSM, 7), zeros(T.BLS12_G2MSM, 8)],
    [T.BLS12_PAIRING, zeros(T.BLS12_PAIRING, 3), zeros(T.BLS12_PAIRING, 4)],
  ]
  for (const [address, below, above] of inputs) {
    for (const input of [below, above]) builder.run(recorded(address, enough), { data: toHex(input) })
  }
  return { ...builder.build(), config: { ...config, precompileGasCap } }
}
