import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import * as Keccak from '../../prover/commitment/Keccak.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import * as Word from '../../prover/commitment/Word.ts'
import * as Witness from '../../prover/machine/Witness.ts'
import { makeAccount, makeAccountDiff, makeDiff, makeKeys } from '../utils/Cases.ts'
import { Random } from '../utils/Random.ts'

const { storageOnly, set, deleted } = StateDiff.kinds

describe('StateDiff', () => {
  const random = new Random('state diff')

  test('S-32: the digest of each kind of part is that of the definition', () => {
    const storage = Dictionary.put(Dictionary.empty, random.word(), random.word())
    const account = makeAccount(random)
    const digest = (kind: number, fields: Uint8Array[], storageRoot: Uint8Array) =>
      Keccak.keccak256Concat(Word.fromText('AccountDiff'), Word.fromBigint(BigInt(kind)), ...fields, storageRoot)
    const none = [Word.zero, Word.zero, Word.zero]
    const triple = [Word.fromBigint(account.nonce), Word.fromBigint(account.balance), account.codeHash]
    for (const [part, expected] of [
      [new StateDiff.AccountDiff(storageOnly, undefined, storage), digest(0, none, Dictionary.root(storage))],
      [new StateDiff.AccountDiff(set, account, storage), digest(1, triple, Dictionary.root(storage))],
      [new StateDiff.AccountDiff(set, account, Dictionary.empty), digest(1, triple, Dictionary.emptyRoot)],
      [new StateDiff.AccountDiff(deleted, undefined, Dictionary.empty), digest(2, none, Dictionary.emptyRoot)],
    ] as const) {
      assert.deepEqual(part.digest(), expected)
    }
    assert.throws(() => new StateDiff.AccountDiff(set, undefined, storage), StateDiff.StateDiffError)
    assert.throws(() => new StateDiff.AccountDiff(deleted, account, Dictionary.empty), StateDiff.StateDiffError)
  })

  test('a diff, its bytes and its tree say the same', () => {
    for (const length of [0, 1, 2, 30]) {
      const tree = makeDiff(random, makeKeys(random, length))
      const diff = StateDiff.fromTree(tree)
      assert.equal(diff.length, length)
      const before = Keccak.count()
      const expected = Dictionary.root(StateDiff.toTree(diff))
      const between = Keccak.count()
      assert.deepEqual(StateDiff.root(diff), expected)
      assert.equal(Keccak.count() - between, between - before, 'as many hashes as the tree takes')
      assert.deepEqual(Dictionary.root(tree), expected)
      assert.deepEqual(StateDiff.decode(StateDiff.encode(diff)), diff)
    }
    assert.deepEqual(StateDiff.root([]), Dictionary.emptyRoot)
  })

  test('S-33: a diff that is refused leaves nothing for the root of the next one', () => {
    const diff = StateDiff.fromTree(makeDiff(random, makeKeys(random, 9)))
    const expected = StateDiff.root(diff)
    for (let at = 0; at < diff.length; at++) {
      const nothing = { account: undefined, slots: [], kind: storageOnly }
      const broken = diff.map((change, index) => (index === at ? { ...change, ...nothing } : change))
      const unordered = diff.map((change, index) => (index === at ? { ...change, accountKey: Word.zero } : change))
      assert.throws(() => StateDiff.root(broken), StateDiff.StateDiffError)
      if (at > 0) assert.throws(() => StateDiff.root(unordered), Dictionary.DictionaryOrderError)
      const before = Keccak.count()
      assert.deepEqual(StateDiff.root(diff), expected)
      const hashes = Keccak.count() - before
      assert.deepEqual(StateDiff.root(diff), expected)
      assert.equal(Keccak.count() - before, 2 * hashes)
    }
  })

  test('S-33: bytes that are no canonical diff are refused', () => {
    const [first, second] = makeKeys(random, 2).toSorted(Buffer.compare)
    const account = makeAccount(random)
    const empty = { nonce: 0n, balance: 0n, codeHash: StateDiff.emptyCodeHash }
    const entry = (kind: number, key = first!) => new Witness.Writer().word(key).u8(kind)
    const triple = (writer: Witness.Writer, { nonce, balance, codeHash }: StateDiff.Account) =>
      writer.u64(nonce).u256(balance).word(codeHash)
    const diff = (...entries: Witness.Writer[]) =>
      entries.reduce((writer, one) => writer.append(one.bytes()), new Witness.Writer().u32(entries.length)).bytes()
    const slot = (writer: Witness.Writer, key: Uint8Array) => writer.word(key).word(Word.zero)

    const good = diff(entry(deleted), slot(entry(storageOnly, second).u32(1), first!))
    assert.equal(StateDiff.decode(good).length, 2)
    for (const [name, bytes] of [
      ['trailing byte', Buffer.concat([good, Uint8Array.of(0)])],
      ['cut', good.subarray(0, -1)],
      ['unsorted accounts', diff(entry(deleted, second), entry(deleted, first))],
      ['an account twice', diff(entry(deleted), entry(deleted))],
      ['unsorted slots', diff(slot(slot(entry(storageOnly).u32(2), second!), first!))],
      ['a slot twice', diff(slot(slot(entry(storageOnly).u32(2), first!), first!))],
      ['kind 3', diff(entry(3).u32(0))],
      ['kind 0 without a slot', diff(entry(storageOnly).u32(0))],
      ['set to the empty account', diff(triple(entry(set), empty).u32(0))],
    ] as const) {
      assert.throws(() => StateDiff.decode(bytes), name)
    }
    const slots = [{ slotKey: first!, value: Word.zero }]
    const clear = (accountKey: Uint8Array, ...slotKeys: Uint8Array[]) => {
      const cleared = slotKeys.map((slotKey) => ({ slotKey, value: Word.zero }))
      return { accountKey, kind: storageOnly, account: undefined, slots: cleared }
    }
    for (const unsorted of [[clear(second!, first!), clear(first!, first!)], [clear(first!, second!, first!)]]) {
      assert.throws(() => StateDiff.root(unsorted), Dictionary.DictionaryOrderError)
      assert.throws(() => StateDiff.encode(unsorted), Dictionary.DictionaryOrderError)
    }
    for (const change of [
      { accountKey: first!, kind: deleted, account: undefined, slots },
      { accountKey: first!, kind: storageOnly, account: undefined, slots: [] },
      { accountKey: first!, kind: deleted, account, slots: [] },
      { accountKey: first!, kind: set, account: undefined, slots: [] },
    ]) {
      assert.throws(() => StateDiff.root([change]), StateDiff.StateDiffError)
      assert.throws(() => StateDiff.encode([change]), StateDiff.StateDiffError)
    }
  })

  test('S-34, S-35: proofs give the account, the slot and the roots after a change', () => {
    const keys = makeKeys(random, 20)
    const tree = makeDiff(random, keys)
    const root = Dictionary.root(tree)
    for (const key of [...keys, ...makeKeys(random, 10)]) {
      const part = Dictionary.get(tree, key)
      const reader = new Witness.Reader(StateDiff.prove(tree, key))
      const { opening, record } = StateDiff.open(reader, root, key)
      reader.done()
      assert.equal(opening.value !== undefined, part !== undefined)
      assert.equal(record.kind, part?.kind ?? storageOnly)
      assert.deepEqual(record.account, part?.account)
      assert.deepEqual(record.storageRoot, Dictionary.root(part?.storage))

      for (const next of [makeAccountDiff(random), new StateDiff.AccountDiff(storageOnly, undefined, undefined)]) {
        const { kind, account, storage } = next
        const expected = Dictionary.root(StateDiff.put(tree, key, next))
        const record = { kind, account, storageRoot: Dictionary.root(storage) }
        assert.deepEqual(StateDiff.rootWith(opening, record), expected)
      }
    }
  })

  test('a proof with any bit flipped is refused', () => {
    const keys = makeKeys(random, 5)
    const tree = makeDiff(random, keys)
    const root = Dictionary.root(tree)
    for (const key of [...keys, random.word()]) {
      const proof = StateDiff.prove(tree, key)
      for (let bit = 0; bit < 8 * proof.length; bit++) {
        const corrupted = proof.slice()
        corrupted[bit >> 3]! ^= 1 << (bit & 7)
        const reader = new Witness.Reader(corrupted)
        assert.throws(() => {
          StateDiff.open(reader, root, key)
          reader.done()
        }, `bit ${bit}`)
      }
    }
  })
})
