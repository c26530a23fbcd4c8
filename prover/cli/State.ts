import type { Command } from 'commander'
import { bytesToHex } from 'viem'
import { keccak256 } from '../commitment/Keccak.ts'
import * as MerklePatricia from '../commitment/MerklePatricia.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import type { StateTrie } from '../state/StateTrie.ts'
import { type ChainOptions, chainOptions, withChain } from './Chain.ts'
import { type KeyOptions, keyOptions } from './Diff.ts'
import { type OutputOptions, print } from './Output.ts'

export function register(program: Command): void {
  const state = program.command('state').description('the state S after a batch')
  chainOptions(state.command('root'))
    .description("h(S): Ethereum's secure MPT root")
    .option('--json', 'print JSON')
    .option('--abi', 'print the root, ABI-encoded as bytes32')
    .action((files: string[], options: ChainOptions & OutputOptions) =>
      withChain(files, options, ({ follower, batch }) => {
        const root = follower.stateRoot(batch)
        print({ lines: [root], json: { batch, root }, abi: { types: [{ type: 'bytes32' }], values: [root] } }, options)
      }),
    )
  chainOptions(state.command('check'))
    .description(
      'builds h(S) of the newest batch anew from the flat pairs alone; fails if the diffs lead to another one',
    )
    .option('--json', 'print JSON')
    .action((files: string[], options: ChainOptions & OutputOptions) =>
      withChain(files, options, async ({ store }) => {
        const { number } = store.newest
        const root = bytesToHex(await store.checkState())
        print({ lines: [root], json: { batch: number, root } }, options)
      }),
    )
  keyOptions(chainOptions(state.command('proof')))
    .description('the MPT proof of an account, and of one of its slots')
    .option('--json', 'print JSON')
    .option('--abi', 'print root and proof, ABI-encoded as (bytes32, bytes)')
    .action((files: string[], options: ChainOptions & KeyOptions & OutputOptions) =>
      withChain(files, options, ({ follower, store, batch }) => {
        const root = follower.stateRoot(batch)
        const found = describe(store.stateAt(Number(batch)), options)
        const abi = { types: [{ type: 'bytes32' }, { type: 'bytes' }], values: [root, found.proof] }
        print({ lines: [found.proof], json: { batch, root, ...found }, abi }, options)
      }),
    )
}

/** The account's nodes, then the slot's, each as the verifier reads them; and what they show. */
function describe(state: StateTrie, { account, slot }: KeyOptions) {
  const accountKey = keccak256(account)
  const proof = [proofOf(state.accountNodes(accountKey))]
  const value = state.account(accountKey)
  const shown = value && { nonce: value.nonce, balance: value.balance, codeHash: bytesToHex(value.codeHash) }
  if (slot === undefined) return { account: shown ?? null, proof: bytesToHex(proof[0] as Uint8Array) }
  const slotKey = SystemAccount.slotKey(slot)
  proof.push(proofOf(state.storageNodes(accountKey, slotKey)))
  const both = bytesToHex(new Uint8Array(proof.flatMap((part) => [...part])))
  return { account: shown ?? null, slot: state.slot(accountKey, slotKey), proof: both }
}

function proofOf(nodes: Uint8Array[]): Uint8Array {
  return MerklePatricia.prove({ nodesTo: () => nodes, removalSibling: () => undefined }, new Uint8Array(32))
}
