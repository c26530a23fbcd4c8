import type { Command } from 'commander'
import { bytesToHex, type Hex } from 'viem'
import type { ExecutedBlock } from '../machine/Executor.ts'
import type { Store } from '../state/Store.ts'
import type { BatchRecord } from '../state/StoreRecords.ts'
import { type ChainOptions, chainOptions, withChain } from './Chain.ts'
import { type OutputOptions, print } from './Output.ts'

export function register(program: Command): void {
  chainOptions(program.command('execute'))
    .description('execute batch files in run mode: h(Δ), and what became of the transactions')
    .option('--check', 'run every batch again on @ethereumjs/vm and fail if anything differs')
    .option('--json', 'print JSON')
    .option('--abi', 'print the diff roots, ABI-encoded as bytes32[]')
    .action((files: string[], options: ChainOptions & OutputOptions) =>
      withChain(files, options, ({ store }) => {
        const numbers = Array.from({ length: files.length }, (_, i) => store.newest.number - files.length + 1 + i)
        const batches = numbers.map((number) => describe(store, store.batch(number)))
        const lines = batches.map(
          ({ number, diffRoot, transactions, failed, gasUsed }) =>
            `batch ${number}  h(Δ) ${diffRoot}  ${transactions} transactions (${failed} failed)  ${gasUsed} gas`,
        )
        const roots = batches.map(({ diffRoot }) => diffRoot)
        print({ lines, json: batches, abi: { types: [{ type: 'bytes32[]' }], values: [roots] } }, options)
      }),
    )
}

interface Described {
  readonly number: number
  readonly chainHash: Hex
  readonly diffRoot: Hex
  readonly gasUsed: bigint
  readonly transactions: number
  readonly failed: number
}

function describe(
  store: Store,
  { number, chainHash, diffRoot, gasUsed, firstBlock, blockCount }: BatchRecord,
): Described {
  let transactions = 0
  let failed = 0
  for (let at = firstBlock; at < firstBlock + BigInt(blockCount); at++) {
    const block = store.block<ExecutedBlock>(at)
    transactions += block?.transactions.length ?? 0
    failed += block?.transactions.filter(({ status }) => !status).length ?? 0
  }
  const hashes = { chainHash: bytesToHex(chainHash), diffRoot: bytesToHex(diffRoot) }
  return { number, ...hashes, gasUsed, transactions, failed }
}
