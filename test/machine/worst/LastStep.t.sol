// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {LastStep} from "./LastStep.sol";
import {WorstCase} from "./WorstCase.sol";
import {MerkleTree} from "src/commitment/MerkleTree.sol";
import {Link} from "src/dispute/GameState.sol";
import {StepKinds} from "src/machine/StepKinds.sol";
import {PrecompileTable} from "src/machine/precompiles/PrecompileTable.sol";
import {CallFrame} from "src/machine/state/CallFrame.sol";
import {Machine} from "src/machine/state/MachineState.sol";

/// @notice What measures the worst cases refuses what L1 could not do: else they would all pass.
contract LastStepTest is WorstCase {
    using WitnessBuilder for Machine;

    function test_RevertWhen_TheCalldataIsTooLong() external {
        vm.expectPartialRevert(LastStep.TooLong.selector);
        prove(Link.Execution, "state", new bytes(117_964));
    }

    function test_RevertWhen_TheWitnessDoesNotFit() external {
        vm.expectPartialRevert(LastStep.NotProved.selector);
        prove(Link.Execution, "state", "witness");
    }

    /// @dev 240 pairs of points at infinity cost 7,861,700 gas: that is within a transaction once, but not twice.
    function test_RevertWhen_APrecompileIsTooDearToDouble() external {
        bytes memory input = new bytes(240 * 384);
        Machine memory m = worstMachine(StepKinds.PRECOMPILE);
        m.batch.precompileGasCap = 8_000_000;
        m.frame.kind = CallFrame.PRECOMPILE;
        (m.frame.target, m.frame.memoryWords) = (address(uint160(PrecompileTable.BLS12_PAIRING)), 0);
        m.frame.calldataRoot = MerkleTree.rootOf(input, MerkleTree.MEMORY_DEPTH);
        (m.frame.calldataOffset, m.frame.calldataLength) = (0, input.length);
        bytes memory access = WitnessBuilder.range(input, 0, input.length / 32 - 1);
        bytes memory head = WitnessBuilder.head(m, StepKinds.opens(StepKinds.PRECOMPILE));
        bytes32 preState = m.hashOf();
        vm.expectPartialRevert(LastStep.TooDear.selector);
        prove(Link.Execution, preState, bytes.concat(head, hex"ffff", access));
    }
}
