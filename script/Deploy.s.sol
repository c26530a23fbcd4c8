// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Script} from "forge-std/Script.sol";
import {IRollup, RollupParameters} from "src/IRollup.sol";
import {Rollup} from "src/Rollup.sol";
import {DisputeGame} from "src/dispute/DisputeGame.sol";
import {GameParameters} from "src/dispute/IDisputeGame.sol";
import {ChainConfig, IBatchMachine, IFoldMachine} from "src/machine/IStepMachine.sol";
import {OneStepVerifier} from "src/machine/OneStepVerifier.sol";
import {FoldVerifier} from "src/machine/fold/FoldVerifier.sol";
import {BoundarySteps} from "src/machine/steps/BoundarySteps.sol";
import {BulkSteps} from "src/machine/steps/BulkSteps.sol";
import {CallSteps} from "src/machine/steps/CallSteps.sol";
import {ComputeSteps} from "src/machine/steps/ComputeSteps.sol";
import {StateSteps} from "src/machine/steps/StateSteps.sol";

/// @notice Deploys the rollup to the chain of --rpc-url and writes the addresses to deployments/<chainId>.json, or to
/// the file that DEPLOYMENT names.
/// What describes the L2 has to be given (`tsx prover/cli.ts genesis FILE --env` prints it); the rest has defaults.
contract Deploy is Script {
    function run() external {
        uint256 deployedAt = block.number;
        vm.startBroadcast();
        (, address deployer,) = vm.readCallers();
        OneStepVerifier batchMachine = new OneStepVerifier(
            OneStepVerifier.Parts({
                compute: new ComputeSteps(),
                state: new StateSteps(),
                calls: new CallSteps(),
                boundary: new BoundarySteps(),
                bulk: new BulkSteps()
            })
        );
        FoldVerifier foldMachine = new FoldVerifier();
        // The game names the rollup, which is the deployer's next contract after it.
        address rollupAddress = vm.computeCreateAddress(deployer, vm.getNonce(deployer) + 1);
        DisputeGame game = new DisputeGame(
            IRollup(rollupAddress),
            IBatchMachine(address(batchMachine)),
            IFoldMachine(address(foldMachine)),
            chainConfig(),
            gameParameters()
        );
        Rollup rollup = new Rollup(game, vm.envBytes32("GENESIS_ROOT"), rollupParameters());
        vm.stopBroadcast();
        write(deployedAt, address(rollup), address(game), address(batchMachine), address(foldMachine));
    }

    function chainConfig() internal view returns (ChainConfig memory) {
        return ChainConfig({
            chainId: uint64(vm.envUint("L2_CHAIN_ID")),
            feeRecipient: vm.envAddress("FEE_RECIPIENT"),
            blockGasLimit: uint64(vm.envUint("BLOCK_GAS_LIMIT")),
            batchGasLimit: uint64(vm.envUint("BATCH_GAS_LIMIT")),
            maxTransactionBytes: uint32(vm.envUint("MAX_TRANSACTION_BYTES")),
            precompileGasCap: uint64(vm.envUint("PRECOMPILE_GAS_CAP"))
        });
    }

    function gameParameters() internal view returns (GameParameters memory) {
        return GameParameters({
            arity: uint8(vm.envOr("ARITY", uint256(32))),
            maxDepth: uint8(vm.envOr("MAX_DEPTH", uint256(8))),
            clockAllowance: uint64(vm.envOr("CLOCK_ALLOWANCE", uint256(3 days))),
            clockIncrement: uint64(vm.envOr("CLOCK_INCREMENT", uint256(1 hours))),
            stepWindow: uint64(vm.envOr("STEP_WINDOW", uint256(1 days))),
            challengeBond: uint128(vm.envOr("CHALLENGE_BOND", uint256(0.1 ether))),
            depositGasPrice: uint128(vm.envOr("DEPOSIT_GAS_PRICE", uint256(10 gwei)))
        });
    }

    function rollupParameters() internal view returns (RollupParameters memory) {
        return RollupParameters({
            sequencer: vm.envAddress("SEQUENCER"),
            sequencerTimeout: uint64(vm.envOr("SEQUENCER_TIMEOUT", uint256(1 days))),
            maxClaimLength: uint32(vm.envOr("MAX_CLAIM_LENGTH", uint256(256))),
            challengeWindow: uint64(vm.envOr("CHALLENGE_WINDOW", uint256(7 days))),
            checkpointWindow: uint64(vm.envOr("CHECKPOINT_WINDOW", uint256(7 days))),
            backingPeriod: uint64(vm.envOr("BACKING_PERIOD", uint256(3 days))),
            claimBond: uint128(vm.envOr("CLAIM_BOND", uint256(2 ether))),
            checkpointBond: uint128(vm.envOr("CHECKPOINT_BOND", uint256(2 ether))),
            convictionGas: uint64(vm.envOr("CONVICTION_GAS", uint256(3_000_000))),
            convictionTip: uint64(vm.envOr("CONVICTION_TIP", uint256(1 gwei)))
        });
    }

    function write(uint256 deployedAt, address rollup, address game, address batchMachine, address foldMachine)
        internal
    {
        string memory key = "deployment";
        vm.serializeUint(key, "deployedAt", deployedAt);
        vm.serializeAddress(key, "rollup", rollup);
        vm.serializeAddress(key, "batchMachine", batchMachine);
        vm.serializeAddress(key, "foldMachine", foldMachine);
        string memory json = vm.serializeAddress(key, "game", game);
        vm.createDir("deployments", true);
        string memory file = string.concat("deployments/", vm.toString(block.chainid), ".json");
        vm.writeJson(json, vm.envOr("DEPLOYMENT", file));
    }
}
