import type { Command } from 'commander'
import { bytesToHex } from 'viem'
import { deploymentEnvironment } from '../l1/Deployment.ts'
import { type ChainOptions, withChain } from './Chain.ts'
import { type OutputOptions, print } from './Output.ts'

export function register(program: Command): void {
  program
    .command('genesis')
    .description('the genesis state root, and what script/Deploy.s.sol has to know of the L2')
    .requiredOption('--genesis <file>', 'the genesis file')
    .option('--json', 'print JSON')
    .option('--abi', 'print the root, ABI-encoded as bytes32')
    .option('--env', 'print environment variables for the forge script')
    .action((options: ChainOptions & OutputOptions & { env?: boolean }) =>
      withChain([], options, ({ store }) => {
        const root = bytesToHex(store.genesisRoot)
        const environment = deploymentEnvironment(store.genesis.config, root)
        const lines = options.env ? Object.entries(environment).map((pair) => pair.join('=')) : [root]
        print({ lines, json: environment, abi: { types: [{ type: 'bytes32' }], values: [root] } }, options)
      }),
    )
}
