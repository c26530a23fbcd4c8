/** Programs that call, create and destroy in every way, and run the precompiles. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { getContractAddress, toHex } from 'viem'
import { addressOf, assemble, type Part, type Program, ProgramBuilder, store } from './Program.ts'

const call = (target: string | bigint, value: bigint | number = 0, input: readonly [Part, Part] = [0, 0]): Part[] => [
  ...[40, 0, input[1], input[0], value, BigInt(target), 'GAS'],
  'CALL',
]

export function calls(): Program {
  const builder = new ProgramBuilder()
  const returner = builder.contract([store(Buffer.alloc(96, 0x11)), 70, 3, 'RETURN'])
  const reverter = builder.contract([store(Buffer.alloc(96, 0x22)), 33, 1, 'REVERT'])
  const halter = builder.contract(['INVALID'])
  const writer = builder.contract([5, 1, 'SSTORE', 'CALLVALUE', 2, 'SSTORE'])
  const rich = { balance: 1000n }
  const designator = (target: bigint) => Buffer.from(`ef0100${target.toString(16).padStart(40, '0')}`, 'hex')
  builder.put(addressOf(0x7702n), { nonce: 1n, code: designator(BigInt(returner)) })
  builder.put(addressOf(0x7703n), { nonce: 1n, code: designator(0x7702n) })
  builder.put(addressOf(0x7704n), { nonce: 1n, code: designator(2n) })
  const targets = [returner, reverter, halter, writer, 0x7702n, 0x7703n, 0x7704n, 0xabcdn, 5n, 0x100n]
  for (const target of targets) {
    builder.run([...call(target), 'RETURNDATASIZE', ...[0, 0, 'RETURNDATACOPY']], {}, rich)
    builder.run(call(target, 7, [0, 45]), {}, rich)
    builder.send({ to: addressOf(BigInt(target)), value: 3n })
  }
  // Not enough balance for the value, and a value that only just is.
  builder.run(call(writer, 1001), {}, rich)
  builder.run(call(writer, 1000), {}, rich)
  // The other call kinds, each on a callee that returns, reverts, halts and writes.
  for (const target of [returner, reverter, halter, writer]) {
    builder.run([40, 5, 40, 0, 1, BigInt(target), 30_000, 'CALLCODE'], {}, rich)
    builder.run([40, 5, 40, 0, 2000, BigInt(target), 30_000, 'CALLCODE'], {}, rich)
    builder.run([40, 5, 40, 0, BigInt(target), 30_000, 'DELEGATECALL'], { value: 9n }, rich)
    builder.run([40, 5, 40, 0, BigInt(target), 30_000, 'STATICCALL'], {}, rich)
  }
  // Gas that ends in the access, in the price of a new account, and in the callee.
  for (const gas of [2_000n, 12_000n, 30_000n, 45_000n]) builder.run(call(0xabceen, 7), { gas: 21_000n + gas }, rich)
  for (const gas of [100n, 2_700n, 5_000n, 5_400n]) builder.run(call(0x7702n), { gas: 21_000n + gas }, rich)
  // Parent memory is read and written again after the call; the calldata passes through two frames.
  const relay = builder.contract(['CALLDATASIZE', 0, 0, 'CALLDATACOPY', ...call(returner, 0, [1, 'CALLDATASIZE'])])
  builder.run([store(Buffer.alloc(64, 0x33)), ...call(relay, 0, [2, 50]), 1, 10, 'MSTORE', 10, 'MLOAD'])
  builder.send({ to: relay, data: `0x${'ab'.repeat(50)}` })
  // Recursion until the gas is used up.
  const recursive = builder.contract(['ADDRESS', 'POP', 0, 0, 0, 0, 0, 'ADDRESS', 'GAS', 'CALL'])
  builder.send({ to: recursive, gas: 200_000n })
  return builder.build()
}

export function creations(): Program {
  const builder = new ProgramBuilder()
  const runtime = assemble(store(Buffer.alloc(40, 0x5b)), 40, 0, 'RETURN')
  const initcodes = {
    plain: runtime,
    empty: assemble('STOP'),
    reserved: assemble(0xef, 0, 'MSTORE8', 1, 0, 'RETURN'),
    reverting: assemble(store(Buffer.alloc(40, 0x66)), 40, 0, 'REVERT'),
    halting: assemble('INVALID'),
    tooLong: assemble(24_577, 0, 'RETURN'),
    longest: assemble(24_576, 0, 'RETURN'),
    destroying: assemble(0xd00d, 'SELFDESTRUCT'),
    destroyingItself: assemble('ADDRESS', 'SELFDESTRUCT'),
    nested: assemble(0, 0, 0, 'CREATE', 0, 'SSTORE'),
    pushes: Buffer.concat([Buffer.alloc(31, 0x5b), Uint8Array.of(0x7f), Buffer.alloc(70, 0x5b)]),
  }
  const rich = { balance: 1000n }
  for (const initcode of Object.values(initcodes)) {
    const { length } = initcode
    builder.run([store(initcode, 1), length, 1, 0, 'CREATE', 'RETURNDATASIZE'], { gas: 6_000_000n }, rich)
    builder.run([store(initcode), 7, length, 0, 5, 'CREATE2', 'EXTCODEHASH'], { gas: 6_000_000n }, rich)
    builder.send({ data: `0x${initcode.toString('hex')}`, value: 4n, gas: 6_000_000n })
  }
  builder.send({ data: '0x', value: 4n })
  // Twice to one address; more than the balance; a nonce that can't grow; too little gas to deposit the code.
  builder.run([store(runtime), ...[1, 2].flatMap(() => [9, runtime.length, 0, 0, 'CREATE2'] as Part[])])
  builder.run([0, 0, 1001, 'CREATE'], {}, rich)
  builder.run([0, 0, 0, 'CREATE'], {}, { nonce: (1n << 64n) - 1n })
  builder.run([store(runtime), runtime.length, 0, 0, 'CREATE'], { gas: 21_000n + 32_000n + 5_000n })
  // At an address that has code, a nonce or storage already.
  const from = builder.signer.address
  const taken = (account: Parameters<ProgramBuilder['put']>[1]) => {
    builder.put(getContractAddress({ from, nonce: BigInt(builder.signer.nonce) }), account)
    builder.send({ data: '0x00', gas: 100_000n })
  }
  taken({ nonce: 1n, code: runtime })
  taken({ nonce: 1n })
  taken({ nonce: 0n, balance: 5n })
  // Created and destroyed in one transaction, by a call, with a later payment to it.
  const destructible = assemble(0xd00d, 'SELFDESTRUCT')
  const deploy = assemble(store(destructible, 0), destructible.length, 0, 'RETURN')
  const created: Part[] = [store(deploy), deploy.length, 0, 10, 'CREATE']
  const kill: Part[] = [0, 0, 0, 0, 0, 'DUP6', 'GAS', 'CALL', 'POP']
  const pay: Part[] = [0, 0, 0, 0, 3, 'DUP6', 'GAS', 'CALL', 'POP']
  builder.run([...created, ...kill, ...pay, ...kill], {}, rich)
  builder.run([...created, ...kill, 0, 0, 'REVERT'], {}, rich)
  builder.run(['ADDRESS', 'SELFDESTRUCT'], {}, rich)
  builder.run([0xd00e, 'SELFDESTRUCT'], {}, rich)
  builder.run([BigInt(from), 'SELFDESTRUCT'], {}, rich)
  builder.run([0xd00f, 'SELFDESTRUCT'], { gas: 21_000n + 7_000n }, rich)
  builder.run([0xd00f, 'SELFDESTRUCT'], { gas: 21_000n + 20_000n }, rich)
  return builder.build()
}

/** What one transaction leaves and a later one of the batch finds: accounts that come and go, and slots with a history. */
export function successions(): Program {
  const builder = new ProgramBuilder()
  // Counts in slot 0, or destroys itself if it is sent data.
  const runtime = assemble('CALLDATASIZE', 12, 'JUMPI', 0, 'SLOAD', 1, 'ADD', 0, 'SSTORE', 'STOP', 'JUMPDEST', 0xd00d)
  const code = Buffer.concat([runtime, assemble('SELFDESTRUCT')])
  const initcode = assemble(7, 3, 'SSTORE', store(code), code.length, 0, 'RETURN')
  const create: Part[] = [store(initcode), 9, initcode.length, 0, 0, 'CREATE2']
  const [salt, bytecode] = [toHex(9, { size: 32 }), toHex(initcode)]
  const createdBy = (from: `0x${string}`) => getContractAddress({ from, opcode: 'CREATE2', salt, bytecode })
  const tell = (value: number, size: number): Part[] => [0, 0, size, 0, value, 'DUP6', 'GAS', 'CALL', 'POP']
  for (const funds of [0n, 5n]) {
    const destroyer = builder.contract([...create, ...tell(2, 0), ...tell(0, 1), ...tell(3, 0)], { balance: 1000n })
    const child = createdBy(destroyer)
    if (funds !== 0n) builder.put(child, { balance: funds })
    for (let round = 0; round < 3; round++) builder.send({ to: destroyer })
    builder.send({ to: child, value: 4n })
    for (let round = 0; round < 2; round++) builder.send({ to: destroyer })
    // Destroyed in a later transaction than the one that created it, it stays.
    const keeper = builder.contract(create)
    const kept = createdBy(keeper)
    if (funds !== 0n) builder.put(kept, { balance: funds })
    builder.send({ to: keeper })
    builder.send({ to: kept })
    builder.send({ to: kept, data: '0x01' })
    builder.send({ to: kept })
    builder.send({ to: keeper })
  }
  // A slot that is set, cleared, and set back to what it was before the batch.
  for (const base of [0n, 7n]) {
    const slots = builder.contract([0, 'CALLDATALOAD', 0, 'SSTORE', 0, 'SLOAD'], {
      storage: base === 0n ? {} : { 0: base },
    })
    for (const value of [0n, 8n, 7n, 0n, 7n, 9n, 0n]) builder.send({ to: slots, data: toHex(value, { size: 32 }) })
  }
  return builder.build()
}

export function precompiles(): Program {
  const builder = new ProgramBuilder()
  const lengths = [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 119, 120, 200]
  for (const target of [2n, 3n, 4n]) {
    for (const length of lengths) {
      const input = Buffer.from(Array.from({ length }, (_, index) => (7 * index + length) & 0xff))
      builder.run([store(input, 3), ...call(target, 0, [3, length])])
    }
    builder.run([store(Buffer.alloc(64, 1)), 32, 0, 64, 0, target, 20, 'STATICCALL'])
    builder.send({ to: addressOf(target), data: `0x${'cd'.repeat(50)}`, value: 1n })
  }
  for (const input of signatures()) builder.run([store(input), ...call(1n, 0, [0, input.length])])
  builder.run([32, 0, 128, 0, 1, 2999, 'STATICCALL'])
  return builder.build()
}

/** Inputs of ECRECOVER: valid ones, and ones that are wrong in each field. */
function signatures(): Buffer[] {
  const hash = Buffer.alloc(32, 0x42)
  const signature = secp256k1.sign(hash, Buffer.alloc(32, 7), { prehash: false, format: 'recovered' })
  const [parity, r, s] = [signature[0]!, Buffer.from(signature.subarray(1, 33)), Buffer.from(signature.subarray(33))]
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const word = (value: bigint | number) => Buffer.from(BigInt(value).toString(16).padStart(64, '0'), 'hex')
  const highS = word(order - BigInt(`0x${s.toString('hex')}`))
  return [
    [hash, word(27 + parity), r, s],
    [hash, word(28 - parity), r, highS],
    [hash, word(29), r, s],
    [hash, word((1n << 64n) + 27n), r, s],
    [hash, word(27), word(0), s],
    [hash, word(27), word(order), s],
    [hash, word(27), r, word(0)],
    [hash, word(27), r, word(order)],
    // No point of the curve has this x.
    [hash, word(27), word(5), s],
    [hash, word(27 + parity), r],
  ].map((words) => Buffer.concat(words))
}
