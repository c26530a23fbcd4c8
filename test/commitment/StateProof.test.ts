import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { MerklePatriciaTrie } from '@ethereumjs/mpt'
import { Account as ReferenceAccount } from '@ethereumjs/util'
import * as MerklePatricia from '../../prover/commitment/MerklePatricia.ts'
import * as Rlp from '../../prover/commitment/Rlp.ts'
import * as StateProof from '../../prover/commitment/StateProof.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { emptyRoot, Trie } from '../../prover/state/Trie.ts'
import { Random } from '../utils/Random.ts'
import { MemoryNodes } from '../utils/State.ts'
import { codec } from '../utils/Tries.ts'

function makeAccount(random: Random): StateProof.Account {
  const nonce = random.pick([0n, 1n, 127n, 128n, 2n ** 64n - 1n])
  const balance = random.pick([0n, 1n, 2n ** 64n, 2n ** 256n - 1n])
  return { nonce, balance, storageRoot: random.word(), codeHash: random.word() }
}

describe('StateProof', () => {
  const random = new Random('state proofs')

  test('S-59: an account is written as Ethereum writes it, and read again', () => {
    for (let round = 0; round < 40; round++) {
      const account = makeAccount(random)
      const encoded = StateProof.encodeAccount(account)
      const { nonce, balance, storageRoot, codeHash } = account
      assert.deepEqual(encoded, new ReferenceAccount(nonce, balance, storageRoot, codeHash).serialize())
      assert.deepEqual(StateProof.decodeAccount(encoded), account)
    }
  })

  test('S-59: accounts and values in any other form are refused', () => {
    const word = Rlp.encodeString(random.word())
    const [one, empty] = [Uint8Array.of(1), Uint8Array.of(0x80)]
    for (const fields of [
      [one, one, word],
      [one, one, word, word, one],
      [Uint8Array.of(0), one, word, word],
      [Rlp.encodeInteger(2n ** 64n), one, word, word],
      [one, Rlp.encodeInteger(2n ** 256n), word, word],
      [one, one, empty, word],
      [one, one, word, Rlp.encodeString(random.bytes(33))],
    ]) {
      assert.throws(() => StateProof.decodeAccount(Rlp.encodeList(fields)), StateProof.StateProofError)
    }
    const trailing = Buffer.concat([StateProof.encodeAccount(makeAccount(random)), one])
    assert.throws(() => StateProof.decodeAccount(trailing), StateProof.StateProofError)
    for (const hex of ['', '80', '00', '820001', `a1${'01'.repeat(33)}`, '0101', 'c101']) {
      assert.throws(() => StateProof.decodeSlot(Uint8Array.from(Buffer.from(hex, 'hex'))), StateProof.StateProofError)
    }
  })

  test('opens accounts and slots, and gives the roots after a change', async () => {
    const keys = Array.from({ length: 12 }, () => random.word())
    const reference = new MerklePatriciaTrie()
    let trie = Trie.at(emptyRoot, codec, new MemoryNodes())
    for (const key of keys.slice(0, 8)) {
      const value = StateProof.encodeSlot(random.pick([random.word(), Word.fromBigint(1n), Word.fromBigint(255n)]))
      await reference.put(key, value)
      trie = trie.put(key, value)
    }
    for (const key of keys) {
      const witness = Buffer.concat([MerklePatricia.prove(trie, key), MerklePatricia.proveRemoval(trie, key)])
      for (const value of [Word.zero, random.word()]) {
        const reader = new Witness.Reader(witness)
        const opened = StateProof.openSlot(reader, trie.root(), key)
        const stored = await reference.get(key)
        assert.deepEqual(opened.value, stored === null ? Word.zero : StateProof.decodeSlot(stored))
        const after = reference.shallowCopy(false)
        if (Word.equals(value, Word.zero)) await after.del(key)
        else await after.put(key, StateProof.encodeSlot(value))
        assert.deepEqual(StateProof.rootWithSlot(opened.opening, reader, value), after.root())
      }
    }
    const { account } = StateProof.openAccount(
      new Witness.Reader(Uint8Array.of(0)),
      MerklePatricia.emptyRoot,
      Word.zero,
    )
    assert.deepEqual(account, StateProof.emptyAccount)
  })
})
