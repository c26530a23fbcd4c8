// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {ChainConfig} from "src/machine/IStepMachine.sol";
import {OneStepVerifier} from "src/machine/OneStepVerifier.sol";
import {StepBound} from "src/machine/StepBound.sol";

/// @notice Rules M-0 and M-7 as what a machine says of the chains that it can be asked about.
contract StepBoundTest is Test {
    OneStepVerifier private machine;

    function setUp() external {
        OneStepVerifier.Parts memory none;
        machine = new OneStepVerifier(none);
    }

    function test_M7_TheBoundFollowsFromTheGasOfABatch() external view {
        assertEq(machine.maxSteps(config(65_536, 6_000_000, 0)), 262_144);
        assertEq(machine.maxSteps(config(65_536, 6_000_000, 536_739_840)), 32 ** 6);
        assertEq(machine.maxSteps(config(0, 0, type(uint64).max)), 2 * uint256(type(uint64).max) + 262_144);
    }

    function test_RevertWhen_ARawTransactionIsTooLongForOneStep() external {
        expectUnprovable("maxTransactionBytes", 65_537, 65_536);
        machine.maxSteps(config(65_537, 6_000_000, 1));
    }

    function test_RevertWhen_APrecompileIsTooDearForOneStep() external {
        expectUnprovable("precompileGasCap", 6_000_001, 6_000_000);
        machine.maxSteps(config(65_536, 6_000_001, 1));
    }

    function expectUnprovable(string memory name, uint256 value, uint256 max) private {
        vm.expectRevert(abi.encodeWithSelector(StepBound.UnprovableLimit.selector, name, value, max));
    }

    function config(uint32 maxTransactionBytes, uint64 precompileGasCap, uint64 batchGasLimit)
        private
        pure
        returns (ChainConfig memory c)
    {
        c.maxTransactionBytes = maxTransactionBytes;
        c.precompileGasCap = precompileGasCap;
        c.batchGasLimit = batchGasLimit;
    }
}
