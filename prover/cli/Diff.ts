import { type Command, InvalidArgumentError } from 'commander'
import { bytesToHex, hexToBytes } from 'viem'
import * as Dictionary from '../commitment/Dictionary.ts'
import { keccak256 } from '../commitment/Keccak.ts'
import * as StateDiff from '../commitment/StateDiff.ts'
import * as SystemAccount from '../machine/SystemAccount.ts'
import { type ChainOptions, chainOptions, unsignedOption, withChain } from './Chain.ts'
import { type OutputOptions, print } from './Output.ts'

export interface KeyOptions {
  readonly account: Uint8Array
  readonly slot?: bigint
}

export function register(program: Command): void {
  const diff = program.command('diff').description('the state diff Δ of a batch')
  chainOptions(diff.command('root'))
    .description('h(Δ)')
    .option('--json', 'print JSON')
    .option('--abi', 'print the root, ABI-encoded as bytes32')
    .action((files: string[], options: ChainOptions & OutputOptions) =>
      withChain(files, options, ({ follower, store, batch }) => {
        const root = follower.diffRoot(batch)
        const accounts = store.diff(Number(batch)).length
        const lines = [root]
        print(
          { lines, json: { batch, root, accounts }, abi: { types: [{ type: 'bytes32' }], values: [root] } },
          options,
        )
      }),
    )
  keyOptions(chainOptions(diff.command('proof')))
    .description('that an account, or one of its slots, is in Δ or is not')
    .option('--json', 'print JSON')
    .option('--abi', 'print root and proof, ABI-encoded as (bytes32, bytes)')
    .action((files: string[], options: ChainOptions & KeyOptions & OutputOptions) =>
      withChain(files, options, ({ follower, store, batch }) => {
        const root = follower.diffRoot(batch)
        const proof = bytesToHex(proveDiff(store.diff(Number(batch)), options))
        const abi = { types: [{ type: 'bytes32' }, { type: 'bytes' }], values: [root, proof] }
        print({ lines: [proof], json: { batch, root, proof }, abi }, options)
      }),
    )
}

/** Adds the options that name an account or a slot. */
export function keyOptions(command: Command): Command {
  return command
    .requiredOption('--account <address>', 'the account', addressOption)
    .option('--slot <number>', 'one of its slots', unsignedOption)
}

function addressOption(text: string): Uint8Array {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidArgumentError(`expected an address of 20 bytes, got ${text}`)
  return hexToBytes(text as `0x${string}`)
}

/** The proof of the account, followed by that of the slot in the account's own tree if a slot is asked for. */
function proveDiff(diff: StateDiff.StateDiff, { account, slot }: KeyOptions): Uint8Array {
  const tree = StateDiff.toTree(diff)
  const accountKey = keccak256(account)
  const proof = StateDiff.prove(tree, accountKey)
  if (slot === undefined) return proof
  const storage = Dictionary.get(tree, accountKey)?.storage ?? Dictionary.empty
  return new Uint8Array([...proof, ...Dictionary.prove(storage, SystemAccount.slotKey(slot))])
}
