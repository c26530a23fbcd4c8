import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { encodeAbiParameters, keccak256, stringToHex } from 'viem'
import * as Word from '../../prover/commitment/Word.ts'
import * as SystemAccount from '../../prover/machine/SystemAccount.ts'
import { InputError } from '../../prover/Schema.ts'
import * as Genesis from '../../prover/state/Genesis.ts'
import { StateTrie } from '../../prover/state/StateTrie.ts'

const alice = '0x00000000000000000000000000000000000a11ce'
const token = '0x0000000000000000000000000000000000000702'
const valid = {
  chainId: 901,
  feeRecipient: '0x00000000000000000000000000000000000000fe',
  blockGasLimit: 30_000_000,
  batchGasLimit: '60000000',
  maxTransactionBytes: 65_536,
  precompileGasCap: '0x5b8d80',
  time: 1_700_000_000,
  baseFee: 1_000_000_000,
  accounts: {
    [alice]: { balance: '1000000000000000000000' },
    [token]: { nonce: 1, code: '0x6001', storage: { '0x5': 7, 6: 0 } },
  },
}
const parse = (changes: object) => Genesis.parse(JSON.stringify({ ...valid, ...changes }), 'genesis.json')
const withAccount = (account: object) => parse({ accounts: { ...valid.accounts, [alice]: account } })

describe('Genesis', () => {
  test('gives the state of its accounts and the system account, in key order', () => {
    const genesis = parse({})
    const state = [...Genesis.toState(genesis)]
    assert.equal(state.length, 3)
    const trie = StateTrie.build(state, () => new Uint8Array(0))
    const system = trie.account(SystemAccount.accountKey)!
    const codeHash = '6e49e66782037c0555897870e29fa5e552daf4719552131a0abce779daec0a5d' // published with EIP-2935
    assert.deepEqual([system.nonce, system.balance, Buffer.from(system.codeHash).toString('hex')], [1n, 0n, codeHash])
    const head = trie.slot(SystemAccount.accountKey, SystemAccount.slotKey(8191n))
    assert.deepEqual(SystemAccount.decodeHead(head), { number: 0n, time: 1_700_000_000n, nextBaseFee: 10n ** 9n })
    const words = [{ type: 'bytes32' }, { type: 'uint256' }] as const
    const blockHash = keccak256(encodeAbiParameters(words, [stringToHex('GenesisBlock', { size: 32 }), 901n]))
    const stored = trie.slot(SystemAccount.accountKey, SystemAccount.slotKey(0n))
    assert.equal(`0x${Buffer.from(Word.fromBigint(stored)).toString('hex')}`, blockHash)
    const { accountKey } = state.find(({ account }) => account.nonce === 1n && account.balance === 0n)!
    assert.ok(accountKey)
    assert.equal(genesis.config.precompileGasCap, 6_000_000n)
  })

  test('B-13: refuses what would break the diff', () => {
    const refused: [object, RegExp][] = [
      [{}, /is empty/],
      [{ balance: 1, storage: { 1: 1 } }, /has storage, but nonce 0 and no code/],
      [{ nonce: 1, code: `0x${'00'.repeat(24_577)}` }, /24577 bytes of code/],
      [{ balance: `${2n ** 128n}` }, /not below 2\^128/],
    ]
    for (const [account, message] of refused) assert.throws(() => withAccount(account), { name: 'InputError', message })
    assert.doesNotThrow(() => withAccount({ balance: `${2n ** 128n - 1n}` }))
    assert.doesNotThrow(() => withAccount({ nonce: 1, code: `0x${'00'.repeat(24_576)}`, storage: { 1: 1 } }))
  })

  test('refuses bad values in one line that names them', () => {
    const refused: [object, RegExp][] = [
      [{ chainId: -1 }, /chainId: expected an unsigned integer below 2\^64, got -1/],
      [{ chainId: '0x10000000000000000' }, /chainId: expected an unsigned integer below 2\^64/],
      [{ feeRecipient: '0x12' }, /feeRecipient: expected an address of 20 bytes/],
      [{ maxTransactionBytes: 65_537 }, /maxTransactionBytes/],
      [{ precompileGasCap: 6_000_001 }, /precompileGasCap: expected at most 6000000, got 6000001/],
      [{ batchGasLimit: 29_999_999 }, /blockGasLimit 30000000 is above batchGasLimit 29999999/],
      [{ baseFee: `${2n ** 128n}` }, /baseFee: expected an unsigned integer below 2\^128/],
      [{ extra: 1 }, /extra/],
      [{ accounts: { '0x12': { balance: 1 } } }, /expected an address of 20 bytes/],
      [
        { accounts: { [alice.toUpperCase().replace('0X', '0x')]: { balance: 1 }, [alice]: { balance: 1 } } },
        /given twice/,
      ],
      [{ accounts: { '0x0000F90827F1C53a10cb7A02335B175320002935': { balance: 1 } } }, /is the system account/],
      [{ accounts: { [token]: { nonce: 1, storage: { 1: 1, '0x1': 2 } } } }, /names a slot twice/],
      [{ accounts: { [token]: { nonce: 1, storage: { one: 1 } } } }, /got "one"/],
    ]
    for (const [changes, message] of refused) {
      assert.throws(
        () => parse(changes),
        (error: InputError) => {
          assert.ok(error instanceof InputError)
          assert.match(error.message, message)
          assert.match(error.message, /^genesis\.json: [^\n]+$/)
          return true
        },
      )
    }
    assert.throws(() => Genesis.parse('{', 'genesis.json'), { name: 'InputError', message: /^genesis\.json: not JSON/ })
  })
})
