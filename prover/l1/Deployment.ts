import { bytesToHex, type Hex } from 'viem'
import type { ChainConfig } from '../machine/ChainConfig.ts'

/** The environment in which script/Deploy.s.sol finds what it has to know of the L2. */
export function deploymentEnvironment(config: ChainConfig, genesisRoot: Hex): Record<string, string> {
  return {
    GENESIS_ROOT: genesisRoot,
    L2_CHAIN_ID: config.chainId.toString(),
    FEE_RECIPIENT: bytesToHex(config.feeRecipient),
    BLOCK_GAS_LIMIT: config.blockGasLimit.toString(),
    BATCH_GAS_LIMIT: config.batchGasLimit.toString(),
    MAX_TRANSACTION_BYTES: config.maxTransactionBytes.toString(),
    PRECOMPILE_GAS_CAP: config.precompileGasCap.toString(),
  }
}
