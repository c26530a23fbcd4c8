// Cases for test/commitment/StateDiff.t.sol: accounts of random state diffs with their proofs.
import { encodeAbiParameters, parseAbiParameters, toHex } from 'viem'
import * as Dictionary from '../../prover/commitment/Dictionary.ts'
import * as StateDiff from '../../prover/commitment/StateDiff.ts'
import { makeAccountDiff, makeDiff, makeKeys } from '../utils/Cases.ts'
import { Random } from '../utils/Random.ts'

const random = new Random(process.argv[2] ?? '')
const nothing = new StateDiff.AccountDiff(StateDiff.kinds.storageOnly, undefined, Dictionary.empty)

const recordOf = ({ kind, account, storage }: StateDiff.AccountDiff) => ({
  kind,
  nonce: account?.nonce ?? 0n,
  balance: account?.balance ?? 0n,
  codeHash: toHex(account?.codeHash ?? new Uint8Array(32)),
  storageRoot: toHex(Dictionary.root(storage)),
})

const cases = [8, 1, 2, 0, 30].flatMap((size) => {
  const keys = makeKeys(random, size)
  const tree = makeDiff(random, keys)
  return [...random.shuffle(keys).slice(0, 8), ...makeKeys(random, 4)].map((key) => {
    const account = Dictionary.get(tree, key)
    const next = random.pick([nothing, makeAccountDiff(random)])
    return {
      root: toHex(Dictionary.root(tree)),
      accountKey: toHex(key),
      present: account !== undefined,
      account: recordOf(account ?? nothing),
      next: recordOf(next),
      rootWith: toHex(Dictionary.root(StateDiff.put(tree, key, next))),
      proof: toHex(StateDiff.prove(tree, key)),
    }
  })
})
const parameters = parseAbiParameters([
  'Case[] cases',
  'struct Account { uint8 kind; uint64 nonce; uint256 balance; bytes32 codeHash; bytes32 storageRoot; }',
  'struct Case { bytes32 root; bytes32 accountKey; bool present; Account account; Account next; bytes32 rootWith; bytes proof; }',
])
process.stdout.write(encodeAbiParameters(parameters, [cases]))
