import type { Command } from 'commander'
import { bytesToHex } from 'viem'
import { BatchTrace } from '../machine/BatchTrace.ts'
import * as Schema from '../Schema.ts'
import { type Chain, type ChainOptions, chainOptions, unsignedOption, withChain } from './Chain.ts'
import { type OutputOptions, Progress, print } from './Output.ts'

interface TraceOptions extends ChainOptions, OutputOptions {
  readonly fold?: boolean
}

export function register(program: Command): void {
  chainOptions(program.command('trace'))
    .description('the run of a batch in single steps: how many there are, and the machine hash at any')
    .option('--fold', "the fold of the batch's diff, not its execution")
    .option('--step <number...>', 'print the hash after so many steps', collectUnsigned)
    .option('--json', 'print JSON')
    .option('--abi', 'print step count and hashes, ABI-encoded as (uint256, bytes32[])')
    .action((files: string[], options: TraceOptions & { step?: bigint[] }) =>
      withChain(files, options, (chain) => {
        const trace = traceOf(chain, options)
        const steps = [...(options.step ?? [])]
        const hashes = trace.hashesAt(steps).map((hash) => bytesToHex(hash))
        const { stepCount } = trace
        const lines = [`${stepCount} steps`, ...hashes.map((hash, i) => `${steps[i]} ${hash}`)]
        const json = { batch: chain.batch, stepCount, hashes: hashes.map((hash, i) => ({ step: steps[i], hash })) }
        const abi = { types: [{ type: 'uint256' }, { type: 'bytes32[]' }], values: [stepCount, hashes] }
        print({ lines, json, abi }, options)
      }),
    )
  chainOptions(program.command('witness'))
    .description('the witness of one step, with the machine hashes before and after it')
    .requiredOption('--step <number>', 'the step: from the state after so many steps to the next', unsignedOption)
    .option('--fold', "of the fold of the batch's diff, not of its execution")
    .option('--json', 'print JSON')
    .option('--abi', 'print them, ABI-encoded as (bytes32, bytes32, bytes)')
    .action((files: string[], options: TraceOptions & { step: bigint }) =>
      withChain(files, options, (chain) => {
        const trace = traceOf(chain, options)
        const [pre, post] = trace.hashesAt([options.step, options.step + 1n]).map((hash) => bytesToHex(hash))
        const witness = bytesToHex(trace.witness(options.step))
        const types = [{ type: 'bytes32' }, { type: 'bytes32' }, { type: 'bytes' }]
        const json = { batch: chain.batch, step: options.step, preState: pre, postState: post, witness }
        print({ lines: [witness], json, abi: { types, values: [pre, post, witness] } }, options)
      }),
    )
}

/** The run, with its steps counted: the long pass, from which every later answer starts. */
function traceOf({ follower, batch }: Chain, { fold }: TraceOptions) {
  if (batch === 0n) throw new Schema.InputError('--batch 0: expected a batch from 1, the genesis has no run')
  const trace = fold ? follower.fold(batch) : follower.execution(batch)
  const progress = new Progress()
  if (trace instanceof BatchTrace) {
    trace.onProgress = (steps) => progress.update(`running batch ${batch} in single steps: ${steps}`)
  }
  void trace.stepCount
  progress.end()
  return trace
}

function collectUnsigned(text: string, before: bigint[] = []): bigint[] {
  return [...before, unsignedOption(text)]
}
