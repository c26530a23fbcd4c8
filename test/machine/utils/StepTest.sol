// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Journal} from "../../../src/machine/state/Journal.sol";
import {Machine, MachineState} from "../../../src/machine/state/MachineState.sol";
import {StepContract} from "../../../src/machine/steps/StepContract.sol";
import {WitnessBuilder} from "./WitnessBuilder.sol";
import {Test} from "forge-std/Test.sol";

/// @notice What a step contract's own entry keeps to itself: the whole state after the step.
interface IOpenSteps {
    function stepOf(bytes32 preState, bytes calldata witness) external view returns (Machine memory);
}

/// @notice Adds IOpenSteps to a step contract under test.
abstract contract OpenSteps is StepContract, IOpenSteps {
    function stepOf(bytes32 preState, bytes calldata witness) external view returns (Machine memory m) {
        m = MachineState.load(preState, witness);
        step(m, m.operation.kind);
    }
}

/// @notice Runs one step kind after the other on hand-made states that are wholly at hand.
abstract contract StepTest is Test {
    using WitnessBuilder for Machine;

    OpenSteps internal steps;

    /// @notice A frame with GAS gas and empty memory, and no state.
    function machine() internal pure returns (Machine memory m) {
        m.journal.diffRoot = Dictionary.EMPTY;
        Journal.reset(m.journal);
        m.frame.kind = CallFrame.CALL;
        m.frame.depth = 1;
        m.frame.self = address(0x5E1F);
        m.frame.gas = 1_000_000;
        m.frame.memoryRoot = MerkleTree.zero(MerkleTree.MEMORY_DEPTH);
    }

    /// @notice Makes the next step of `m`, whose accesses the witness has as `accesses`; what it leaves closed stays.
    function advance(Machine memory m, bytes memory accesses) internal view returns (Machine memory next) {
        uint256 opens = StepKinds.opens(m.operation.kind);
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, opens), accesses);
        bytes32 preState = m.hashOf();
        bytes32 postState = steps.verifyStep(preState, witness);
        next = steps.stepOf(preState, witness);
        if (opens & StepKinds.OPENS_BATCH == 0) next.batch = m.batch;
        if (opens & StepKinds.OPENS_BLOCK == 0) next.block = m.block;
        if (opens & StepKinds.OPENS_TRANSACTION == 0) next.transaction = m.transaction;
        if (opens & StepKinds.OPENS_JOURNAL == 0) next.journal = m.journal;
        assertEq(next.hashOf(), postState);
    }

    /// @notice `advance` for every word of `accesses` flipped somewhere: each must revert.
    function checkCorrupted(Machine memory m, bytes memory accesses) internal {
        bytes32 preState = m.hashOf();
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, StepKinds.opens(m.operation.kind)), accesses);
        for (uint256 i = 0; i < witness.length; i += 29) {
            witness[i] ^= 0x01;
            vm.expectRevert();
            steps.verifyStep(preState, witness);
            witness[i] ^= 0x01;
        }
        vm.expectRevert();
        steps.verifyStep(preState, bytes.concat(witness, hex"00"));
    }

    /// @notice A number from `min` to `max` that follows from `seed` and `salt`.
    function pick(uint256 seed, uint256 salt, uint256 min, uint256 max) internal pure returns (uint256) {
        return min + uint256(keccak256(abi.encode("pick", seed, salt))) % (max - min + 1);
    }

    /// @notice Bytes that repeat nowhere nearby.
    function makeBytes(uint256 length, uint256 seed) internal pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            data[i] = bytes1(uint8(uint256(keccak256(abi.encode(seed, i)))));
        }
    }

    /// @notice `length` bytes of `data` from `start`.
    function slice(bytes memory data, uint256 start, uint256 length) internal pure returns (bytes memory part) {
        part = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            part[i] = data[start + i];
        }
    }

    /// @notice The word accesses of `count` bytes of `data` from `position`, none for what lies past `end`.
    function viewAccess(bytes memory data, uint256 position, uint256 end, uint256 count)
        internal
        pure
        returns (bytes memory accesses)
    {
        if (position >= end || count == 0) return "";
        if (position + count < end) end = position + count;
        for (uint256 i = position / 32; i <= (end - 1) / 32; i++) {
            accesses = bytes.concat(accesses, WitnessBuilder.word(data, i));
        }
    }

    function rootOf(bytes memory data) internal pure returns (bytes32) {
        return MerkleTree.rootOf(data, MerkleTree.MEMORY_DEPTH);
    }
}
