// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Script} from "forge-std/Script.sol";
import {FinalState} from "src/FinalState.sol";
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
    /// @dev Name of the JSON object that the addresses are collected in.
    string private constant DEPLOYMENT = "deployment";

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
        FinalState finalState = new FinalState(rollup);
        vm.stopBroadcast();
        vm.serializeUint(DEPLOYMENT, "deployedAt", deployedAt);
        vm.serializeAddress(DEPLOYMENT, "rollup", address(rollup));
        vm.serializeAddress(DEPLOYMENT, "batchMachine", address(batchMachine));
        vm.serializeAddress(DEPLOYMENT, "foldMachine", address(foldMachine));
        vm.serializeAddress(DEPLOYMENT, "finalState", address(finalState));
        write(vm.serializeAddress(DEPLOYMENT, "game", address(game)));
    }

    function chainConfig() internal view returns (ChainConfig memory) {
        return ChainConfig({
            chainId: SafeCast.toUint64(vm.envUint("L2_CHAIN_ID")),
            feeRecipient: vm.envAddress("FEE_RECIPIENT"),
            blockGasLimit: SafeCast.toUint64(vm.envUint("BLOCK_GAS_LIMIT")),
            batchGasLimit: SafeCast.toUint64(vm.envUint("BATCH_GAS_LIMIT")),
            maxTransactionBytes: SafeCast.toUint32(vm.envUint("MAX_TRANSACTION_BYTES")),
            precompileGasCap: SafeCast.toUint64(vm.envUint("PRECOMPILE_GAS_CAP"))
        });
    }

    function gameParameters() internal view returns (GameParameters memory) {
        return GameParameters({
            arity: SafeCast.toUint8(vm.envOr("ARITY", uint256(32))),
            maxDepth: SafeCast.toUint8(vm.envOr("MAX_DEPTH", uint256(8))),
            clockAllowance: SafeCast.toUint64(vm.envOr("CLOCK_ALLOWANCE", uint256(3 days))),
            clockIncrement: SafeCast.toUint64(vm.envOr("CLOCK_INCREMENT", uint256(1 hours))),
            stepWindow: SafeCast.toUint64(vm.envOr("STEP_WINDOW", uint256(1 days))),
            challengeBond: SafeCast.toUint128(vm.envOr("CHALLENGE_BOND", uint256(0.1 ether))),
            depositGasPrice: SafeCast.toUint128(vm.envOr("DEPOSIT_GAS_PRICE", uint256(10 gwei)))
        });
    }

    function rollupParameters() internal view returns (RollupParameters memory) {
        return RollupParameters({
            sequencer: vm.envAddress("SEQUENCER"),
            sequencerTimeout: SafeCast.toUint64(vm.envOr("SEQUENCER_TIMEOUT", uint256(1 days))),
            maxClaimLength: SafeCast.toUint32(vm.envOr("MAX_CLAIM_LENGTH", uint256(256))),
            challengeWindow: SafeCast.toUint64(vm.envOr("CHALLENGE_WINDOW", uint256(7 days))),
            checkpointWindow: SafeCast.toUint64(vm.envOr("CHECKPOINT_WINDOW", uint256(7 days))),
            backingPeriod: SafeCast.toUint64(vm.envOr("BACKING_PERIOD", uint256(3 days))),
            claimBond: SafeCast.toUint128(vm.envOr("CLAIM_BOND", uint256(2 ether))),
            checkpointBond: SafeCast.toUint128(vm.envOr("CHECKPOINT_BOND", uint256(2 ether))),
            convictionGas: SafeCast.toUint64(vm.envOr("CONVICTION_GAS", uint256(3_000_000))),
            convictionTip: SafeCast.toUint64(vm.envOr("CONVICTION_TIP", uint256(1 gwei)))
        });
    }

    function write(string memory json) internal {
        vm.createDir("deployments", true);
        string memory file = string.concat("deployments/", vm.toString(block.chainid), ".json");
        vm.writeJson(json, vm.envOr("DEPLOYMENT", file));
    }
}
