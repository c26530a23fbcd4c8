import { encodeFunctionData, maxUint256, type SignedAuthorization, zeroHash } from 'viem'
import * as Artifacts from './Artifacts.ts'
import * as Pairs from './Pairs.ts'
import { signWithPasskey } from './Passkey.ts'
import { type Draft, deadlines, type Flaw, type Request, type Session } from './Session.ts'
import { type Signer, toUpperHalf } from './Signer.ts'
import type { Action } from './Users.ts'

/** Longer than any chain here accepts (B-3). */
const oversize = 65_537

/** A plain transfer that would be in order. */
function transfer(session: Session, label: string): Request {
  return { label, to: session.random.pick(session.users).address, value: 1n, gas: 30_000n }
}

/** Included, paid for, and without effect. */
const failures: readonly ((session: Session, user: Signer) => Request)[] = [
  (session, user) => ({
    ...Pairs.swap(session, user, 'ether', session.coins[0]!, 10n ** 15n, maxUint256, deadlines.far),
    label: 'swap below its least output',
  }),
  (session, user) => ({
    ...Pairs.swap(session, user, 'ether', session.coins[1]!, 10n ** 15n, 1n, deadlines.passed),
    label: 'expired swap',
  }),
  (session) => ({ ...Pairs.createPair(session, session.coins[0]!, session.coins[1]!), label: 'create pair again' }),
  (session, user) => ({
    label: 'coin transfer above the balance',
    to: session.coins[0]!,
    data: encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'transfer', args: [user.address, maxUint256] }),
    gas: 80_000n,
  }),
  (session, user) => ({
    // Above the intrinsic gas, below what the two storage writes need.
    label: 'coin transfer out of gas',
    to: session.coins[0]!,
    data: encodeFunctionData({ abi: Artifacts.coinAbi, functionName: 'transfer', args: [user.address, 0n] }),
    gas: 25_000n,
  }),
  (session, user) => ({
    label: 'transfer of a deed that does not exist',
    to: session.deed,
    data: encodeFunctionData({
      abi: Artifacts.deedAbi,
      functionName: 'safeTransferFrom',
      args: [user.address, user.address, maxUint256],
    }),
    gas: 100_000n,
  }),
  (session) => ({ label: 'ether to a contract that takes none', to: session.deed, value: 1n, gas: 50_000n }),
  (session) => ({
    label: 'batch of a stranger',
    to: session.wallet,
    data: encodeFunctionData({ abi: Artifacts.walletAbi, functionName: 'execute', args: [[]] }),
    gas: 60_000n,
  }),
  (session, user) => ({
    label: 'passkey signature of another message',
    to: session.passkeys,
    data: signWithPasskey(Buffer.from('this'), user, Buffer.from('that')),
    gas: 150_000n,
  }),
  // PUSH0 PUSH0 REVERT
  () => ({ label: 'deployment that reverts', data: '0x5f5ffd', gas: 100_000n }),
  // INVALID
  () => ({ label: 'deployment that halts', data: '0xfe', gas: 100_000n }),
  // Returns the one byte 0xef, with which no code may start: PUSH1 0xef PUSH0 MSTORE8 PUSH1 1 PUSH0 RETURN
  () => ({ label: 'deployment of refused code', data: '0x60ef5f5360015ff3', gas: 100_000n }),
]

/** Skipped for one field or a bad signature (B-8). */
const flaws: readonly (readonly [label: string, flaw: (user: Signer, session: Session) => Flaw])[] = [
  ['nonce too high', ({ nonce }) => ({ nonce: nonce + 1 })],
  ['other chain', (_, { chainId }) => ({ chainId: chainId + 1 })],
  ['price below the base fee', () => ({ gasPrice: 0n })],
  ['signature with a high s', () => ({ alter: toUpperHalf })],
  ['signature without r', () => ({ alter: (signature) => ({ ...signature, r: 0n }) })],
]

/** For what an authorisation has no effect; the transaction around it runs (EIP-7702). */
const voids: readonly (readonly [label: string, sign: (authority: Signer, session: Session) => SignedAuthorization])[] =
  [
    [
      'authorisation with a nonce too high',
      (authority, { chainId, wallet }) =>
        authority.signAuthorization({ chainId, address: wallet, nonce: authority.nonce + 2 }),
    ],
    [
      'authorisation for another chain',
      (authority, { chainId, wallet }) =>
        authority.signAuthorization({ chainId: chainId + 1, address: wallet, nonce: authority.nonce }),
    ],
    [
      'authorisation with a high s',
      (authority, { chainId, wallet }) =>
        authority.signAuthorization({ chainId, address: wallet, nonce: authority.nonce }, toUpperHalf),
    ],
  ]

/** Not even a transaction, or one that is not in the canonical encoding. */
const spoils: readonly (readonly [label: string, spoil: (raw: Uint8Array, session: Session) => Uint8Array])[] = [
  ['empty transaction', () => new Uint8Array()],
  ['random bytes', (_, { random }) => random.bytes(1 + random.below(150))],
  ['truncated transaction', (raw) => raw.slice(0, -1)],
  ['transaction with a trailing byte', (raw) => Uint8Array.from([...raw, 0])],
]

/** Transactions that fail or are skipped, each with how often it is picked beside the ordinary ones. */
export const mistakes: readonly (readonly [number, Action])[] = [
  [
    8,
    function* fail(session, user) {
      yield session.send(user, { ...session.random.pick(failures)(session, user), outcome: 'fails' })
    },
  ],
  [
    3,
    function* sendWithFlaw(session, user) {
      const [label, flaw] = session.random.pick(flaws)
      yield session.sendFlawed(user, transfer(session, label), flaw(user, session))
    },
  ],
  [
    3,
    function* sendSpoiled(session, user) {
      const [label, spoil] = session.random.pick(spoils)
      const { transaction, gas } = session.sendFlawed(user, transfer(session, label), {})
      yield { transaction: { ...transaction, raw: spoil(transaction.raw, session) }, gas }
    },
  ],
  [
    2,
    function* sendVoid(session, user) {
      const [label, sign] = session.random.pick(voids)
      // Another one: the sender's own would have to name the nonce after the transaction's.
      const authority = session.random.pick(session.users.filter((other) => other !== user))
      const authorizations = [sign(authority, session)]
      yield session.send(user, { ...transfer(session, label), gas: 100_000n, authorizations })
    },
  ],
  [
    1,
    function* sendWithoutAuthorizations(session, user) {
      const request = { ...transfer(session, 'type 4 without authorisations'), gas: 100_000n, authorizations: [] }
      yield session.sendFlawed(user, request, {})
    },
  ],
  [
    1,
    function* sendAgain(session, user) {
      const draft = session.send(user, transfer(session, 'transfer'))
      yield draft
      yield { transaction: { ...draft.transaction, label: 'nonce used before', outcome: 'skipped' }, gas: draft.gas }
    },
  ],
  [
    1,
    function* sendUnaffordable(session, user) {
      yield session.sendFlawed(user, { ...transfer(session, 'value above the balance'), value: 1n << 100n }, {})
    },
  ],
  [
    1,
    function* sendWithoutGas(session, user) {
      yield session.sendFlawed(user, { ...transfer(session, 'gas below the intrinsic'), gas: 20_999n }, {})
    },
  ],
  [
    1,
    function* sendBlob(session, user) {
      yield blobTransaction(session, user)
    },
  ],
  [
    1,
    function* sendOversize(session, user) {
      // One is enough: it fills half a batch.
      if (session.sentOversize) return
      session.sentOversize = true
      const { transaction, gas } = session.sendFlawed(user, transfer(session, 'oversize transaction'), {})
      const raw = new Uint8Array(oversize)
      raw.set(transaction.raw)
      yield { transaction: { ...transaction, raw }, gas }
    },
  ],
]

/** Well formed and signed, but of a type that this chain does not know. */
function blobTransaction(session: Session, user: Signer): Draft {
  const raw = user.signTransaction({
    type: 'eip4844',
    chainId: session.chainId,
    nonce: user.nonce,
    to: user.address,
    gas: 30_000n,
    maxFeePerGas: 10n ** 11n,
    maxPriorityFeePerGas: 1n,
    maxFeePerBlobGas: 1n,
    blobVersionedHashes: [`0x01${zeroHash.slice(4)}`],
  })
  return { transaction: { raw, label: 'blob transaction', outcome: 'skipped' }, gas: 30_000n }
}
