/** Programs about transactions of type 4: what an authorisation does, when it is void, and when all of it is malformed. */
import { concatHex, type Hex, hexToBytes, numberToHex, type SignedAuthorization, toHex, toRlp } from 'viem'
import { keccak256 } from '../../../prover/commitment/Keccak.ts'
import { type Signature, Signer, toUpperHalf } from '../../../prover/workload/Signer.ts'
import { addressOf, assemble, chainId, config, type Part, type Program, ProgramBuilder, store } from './Program.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const feeRecipient = 0xfee0000000000000000000000000000000000feen

const personOf = (name: string) => new Signer(keccak256(Buffer.from(name)))

/** Every outcome of AUTH_RECOVER and AUTH_APPLY, and calls of those who have authorised. */
export function authorizations(): Program {
  const builder = new ProgramBuilder()
  const { signer } = builder
  const code = builder.contract([
    1,
    0,
    'SSTORE',
    'ADDRESS',
    1,
    'SSTORE',
    'CALLER',
    2,
    'SSTORE',
    'CODESIZE',
    3,
    'SSTORE',
  ])
  const caller = builder.contract([...call(BigInt(signer.address)), 'POP', 'ORIGIN', 4, 'SSTORE'])
  const people = ['absent', 'rich', 'contract', 'delegated', 'second', 'precompile', 'designator', 'caller', 'void']
  const [absent, rich, contract, delegated, second, precompile, designator, back, nobody] = people.map(personOf)
  builder.put(rich!.address, { balance: 1000n })
  builder.put(contract!.address, { nonce: 1n, code: Uint8Array.of(0) })
  builder.put(delegated!.address, { nonce: 5n, code: delegationTo(code) })
  const by = (person: Signer, change: object = {}, alter?: (signature: Signature) => Signature) =>
    person.signAuthorization({ chainId, address: code, nonce: 0, ...change }, alter)
  const send = (authorizationList: readonly SignedAuthorization[], fields: object = {}) =>
    builder.send({
      type: 'eip7702',
      to: code,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 1n,
      authorizationList,
      ...fields,
    })

  send([by(absent!), by(rich!, { chainId: 0 }), by(delegated!, { nonce: 5, address: caller })])
  // Void for what was signed, then one that is not, so that the list goes on.
  send([
    by(nobody!, { chainId: 1 }),
    by(nobody!, { nonce: 2n ** 64n - 1n }),
    by(nobody!, {}, (signature) => ({ ...signature, yParity: 2 })),
    by(nobody!, {}, (signature) => ({ ...signature, yParity: 255 })),
    by(nobody!, {}, toUpperHalf),
    by(nobody!, {}, (signature) => ({ ...signature, r: 0n })),
    by(nobody!, {}, (signature) => ({ ...signature, s: 0n })),
    by(nobody!, {}, (signature) => ({ ...signature, r: ORDER })),
    by(nobody!, {}, (signature) => ({ ...signature, r: 2n ** 256n - 1n })),
    by(nobody!, {}, (signature) => ({ ...signature, s: 2n ** 256n - 1n })),
    by(nobody!, {}, (signature) => ({ ...signature, r: 5n })),
    by(second!),
  ])
  // Void for the account: a contract, a nonce of before or of later, and the same authorisation once more.
  send([by(contract!, { nonce: 1 }), by(rich!), by(absent!, { nonce: 2 }), by(nobody!), by(nobody!)])
  // Several of one account, the last of which clears; and one whose signer is not the same for another nonce.
  send([by(nobody!, { nonce: 1, address: caller }), by(nobody!, { nonce: 2, address: addressOf(0n) })])
  // By the sender, whose nonce is counted already, and by the target: neither is in the set of warm addresses.
  send([by(signer, { nonce: signer.nonce + 1, address: caller }), by(rich!, { nonce: 1 })], { to: rich!.address })
  signer.nonce++
  // To a precompile, to an account that delegates itself, to one that calls back, to itself.
  send([by(precompile!, { address: addressOf(4n) }), by(designator!, { address: absent!.address })])
  send([by(back!, { address: caller }), by(nobody!, { nonce: 3, address: nobody!.address })])
  // With an access list that has an authority in it, data, and a value for an authority.
  const accessList = [{ address: absent!.address, storageKeys: [toHex(0, { size: 32 })] }]
  send([by(absent!, { nonce: 1, address: caller })], { accessList, data: '0x0011', value: 5n, to: absent!.address })
  for (const { address } of [absent!, rich!, delegated!, second!, precompile!, designator!, back!, nobody!, signer]) {
    builder.send({ to: address, value: 1n })
    builder.run([...call(BigInt(address), 7), 'EXTCODESIZE', BigInt(address), 'EXTCODEHASH'], {}, { balance: 10n })
  }
  // Too little gas for anything but the authorisation, whose effects stay; a refund that the cap cuts.
  send([by(second!, { nonce: 1, address: addressOf(feeRecipient) })], { to: caller, gas: 46_100n })
  send(
    Array.from({ length: 6 }, (_, index) => by(second!, { nonce: 2 + index })),
    { to: addressOf(0xbeefn) },
  )
  return builder.build()
}

/** Accounts whose code writes storage and comes and goes by authorisations: all that could part the two (B-13). */
export function delegatedStorage(): Program {
  const builder = new ProgramBuilder()
  const counter = builder.contract([0, 'SLOAD', 1, 'ADD', 0, 'SSTORE', 'CALLVALUE', 1, 'SSTORE'])
  const clearer = builder.contract([0, 0, 'SSTORE', 0, 1, 'SSTORE'])
  const reverter = builder.contract([1, 0, 'SSTORE', 0, 0, 'REVERT'])
  const payer = builder.contract([0xdead, 'SELFDESTRUCT'])
  const keptPayer = builder.contract(['ADDRESS', 'SELFDESTRUCT'])
  // One contract that stays, with storage and no code; one that is destroyed at once.
  const stays = store(assemble(1, 0, 'SSTORE'))
  const goes = store(assemble(1, 0, 'SSTORE', 0xdead, 'SELFDESTRUCT'))
  const creator = builder.contract([stays, 32, 0, 0, 'CREATE', 0, 'SSTORE', goes, 32, 0, 1, 'CREATE', 1, 'SSTORE'])
  const people = ['keeper', 'released', 'uncounted', 'collector', 'newcomer']
  const [keeper, released, uncounted, collector, newcomer] = people.map(personOf)
  builder.put(keeper!.address, { nonce: 3n, balance: 100n, code: delegationTo(counter), storage: { 0: 5n, 9: 8n } })
  builder.put(released!.address, { nonce: 1n, storage: { 0: 7n } })
  builder.put(uncounted!.address, { code: delegationTo(counter), storage: { 0: 1n } })

  const nonces = new Map([
    [keeper, 3],
    [released, 1],
  ])
  /** Lets `person` authorise `code`, and calls that person. */
  const become = (person: Signer, code: `0x${string}`, value = 0n) => {
    const nonce = nonces.get(person) ?? 0
    nonces.set(person, nonce + 1)
    const authorizationList = [person.signAuthorization({ chainId, address: code, nonce })]
    const fees = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n }
    builder.send({ type: 'eip7702', to: person.address, value, authorizationList, ...fees })
  }
  const nothing = addressOf(0n)
  for (const code of [nothing, counter, keptPayer, clearer, creator]) become(keeper!, code, 2n)
  nonces.set(keeper, nonces.get(keeper)! + 2)
  for (const code of [counter, payer, nothing]) become(keeper!, code)
  for (const code of [counter, reverter, clearer, nothing]) become(released!, code)
  become(uncounted!, nothing)
  // The fee recipient gives all away, but for what it gets afterwards; the newcomer never has any.
  for (const code of [counter, payer, nothing]) become(collector!, code)
  for (const code of [counter, nothing]) become(newcomer!, code)
  const feeRecipient = hexToBytes(collector!.address)
  return { ...builder.build(), config: { ...config, feeRecipient } }
}

const call = (target: bigint, value = 0): Part[] => [0, 0, 0, 0, value, target, 50_000, 'CALL']

function delegationTo(address: string): Uint8Array {
  return Buffer.from(`ef0100${address.slice(2)}`, 'hex')
}

type Item = Hex | readonly Item[]
type Fields = readonly Item[]

/** Transactions of type 4 that are signed, and skipped for one mistake each: by the name of the mistake. */
export function malformedSetCodes(signer: Signer): ReadonlyMap<string, Uint8Array> {
  const { r, s, yParity } = personOf('authority').signAuthorization({ chainId, address: addressOf(1n), nonce: 0 })
  const tuple: Fields = [toHex(chainId), addressOf(1n), '0x', yParity === 0 ? '0x' : '0x01', shortest(r!), shortest(s!)]
  const fields: Fields = [
    toHex(chainId),
    '0x',
    '0x01',
    '0x02540be400',
    '0x0186a0',
    addressOf(2n),
    '0x',
    '0x',
    [],
    [tuple],
  ]
  const listed = (...list: readonly Item[]) => fields.with(9, list)
  const changed = (index: number, item: Item) => listed(tuple, tuple.with(index, item))
  const long = (bytes: number): Hex => `0x${'11'.repeat(bytes)}`
  const mistakes: Record<string, Fields> = {
    'no authorisation': listed(),
    'a string for the list': fields.with(9, '0x'),
    'a string for a tuple': listed('0x11'),
    'an empty tuple': listed([]),
    'a tuple too short': listed(tuple.slice(0, 5)),
    'a tuple too long': listed([...tuple, '0x']),
    'chain id too wide': changed(0, long(33)),
    'chain id with a leading zero': changed(0, '0x0001'),
    'chain id a list': changed(0, []),
    'address too short': changed(1, long(19)),
    'address too long': changed(1, long(21)),
    'no address': changed(1, '0x'),
    'address a list': changed(1, [addressOf(1n)]),
    'nonce too wide': changed(2, long(9)),
    'nonce with a leading zero': changed(2, '0x0001'),
    'parity too wide': changed(3, '0x0100'),
    'parity with a leading zero': changed(3, '0x00'),
    'r too wide': changed(4, long(33)),
    'r with a leading zero': changed(4, '0x0001'),
    's too wide': changed(5, long(33)),
    's with a leading zero': changed(5, '0x00'),
    's a list': changed(5, []),
    'a creation': fields.with(5, '0x'),
    'gas of one authorisation too little': fields.with(4, toHex(45_999)),
    'no access list': fields.with(8, '0x'),
    'too many fields': [...fields, '0x'],
    'too few fields': fields.slice(0, 9),
  }
  const raws = Object.entries(mistakes).map(([name, list]) => [name, signed(signer, list)] as const)
  const valid = signed(signer, fields)
  const more: [string, Uint8Array][] = [
    ['a byte too many', Uint8Array.from([...valid, 0])],
    ['a byte too few', valid.slice(0, -1)],
    ['nothing but the type', Uint8Array.of(4)],
  ]
  return new Map([...raws, ...more])
}

/** A transaction of type 4 that is taken, as `malformedSetCodes` writes those that are not. */
export function handWrittenSetCode(signer: Signer, count: number): Uint8Array {
  const person = personOf('authority')
  const list = Array.from({ length: count }, (_, nonce) => {
    const { r, s, yParity } = person.signAuthorization({ chainId, address: addressOf(1n), nonce })
    const encodedNonce = nonce === 0 ? '0x' : numberToHex(nonce)
    return [
      toHex(chainId),
      addressOf(1n),
      encodedNonce,
      yParity === 0 ? '0x' : '0x01',
      shortest(r!),
      shortest(s!),
    ] as Fields
  })
  const gas = toHex(Math.min(2 ** 24, 100_000 + 25_000 * count))
  return signed(signer, [toHex(chainId), '0x', '0x01', '0x02540be400', gas, addressOf(2n), '0x', '0x', [], list])
}

function signed(signer: Signer, fields: Fields): Uint8Array {
  const { r, s, yParity } = signer.sign(keccak256(hexToBytes(concatHex(['0x04', toRlp(fields as never)]))))
  const all = [...fields, yParity === 0 ? '0x' : '0x01', toHex(r), toHex(s)]
  return hexToBytes(concatHex(['0x04', toRlp(all as never)]))
}

/** A number without leading zeros. */
function shortest(word: Hex): Hex {
  const value = BigInt(word)
  return value === 0n ? '0x' : numberToHex(value)
}

/** The malformed ones in a batch, and one that is not. */
export function malformedAuthorizations(): Program {
  const builder = new ProgramBuilder()
  for (const raw of malformedSetCodes(builder.signer).values()) builder.raw(raw)
  builder.raw(handWrittenSetCode(builder.signer, 3))
  return builder.build()
}
