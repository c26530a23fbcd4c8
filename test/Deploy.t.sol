// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {Deploy} from "script/Deploy.s.sol";
import {GameParameters} from "src/dispute/IDisputeGame.sol";
import {ChainConfig} from "src/machine/IStepMachine.sol";

contract DeployTest is Test {
    Deploy private deploy = new Deploy();

    function test_AcceptsLimitsUnderWhichEveryBatchCanBeProved() public view {
        // 2 * 536,739,840 + 2^18 = 32^6.
        deploy.requireProvable(config(65_536, 536_739_840), game(32, 6));
    }

    function test_RevertWhen_ARawTransactionIsTooLongForOneStep() public {
        vm.expectRevert(
            abi.encodeWithSelector(Deploy.UnprovableLimit.selector, "MAX_TRANSACTION_BYTES", 65_537, 65_536)
        );
        deploy.requireProvable(config(65_537, 1), game(32, 6));
    }

    function test_RevertWhen_ABatchCanHaveMoreStepsThanAGame() public {
        vm.expectRevert(
            abi.encodeWithSelector(Deploy.UnprovableLimit.selector, "BATCH_GAS_LIMIT", 536_739_841, 536_739_840)
        );
        deploy.requireProvable(config(65_536, 536_739_841), game(32, 6));
        vm.expectRevert(abi.encodeWithSelector(Deploy.UnprovableLimit.selector, "BATCH_GAS_LIMIT", 1, 0));
        deploy.requireProvable(config(65_536, 1), game(2, 18));
    }

    function config(uint32 maxTransactionBytes, uint64 batchGasLimit) private pure returns (ChainConfig memory c) {
        c.maxTransactionBytes = maxTransactionBytes;
        c.batchGasLimit = batchGasLimit;
    }

    function game(uint8 arity, uint8 maxDepth) private pure returns (GameParameters memory p) {
        (p.arity, p.maxDepth) = (arity, maxDepth);
    }
}
