// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../../../src/commitment/Payload.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {BoundarySteps} from "../../../src/machine/steps/BoundarySteps.sol";
import {OpenSteps, StepTest} from "../utils/StepTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract OpenBoundarySteps is BoundarySteps, OpenSteps {}

/// @notice Steps on a payload at hand.
abstract contract BoundaryTest is StepTest {
    constructor() {
        steps = new OpenBoundarySteps();
    }

    /// @notice A machine that has read `cursor` bytes of `payload`, in a block that ends at `end`.
    function reading(uint256 kind, bytes memory payload, uint256 cursor, uint256 end)
        internal
        view
        returns (Machine memory m)
    {
        m = machine();
        delete m.frame;
        m.batch.payloadRoot = this.payloadRoot(payload);
        m.batch.payloadLength = payload.length;
        m.batch.blockGasLimit = 30_000_000;
        m.batch.maxTransactionBytes = 65_536;
        m.batch.cursor = cursor;
        m.block.end = end;
        m.operation.kind = kind;
    }

    /// @notice The chunk accesses of `count` bytes of `payload` from `position`.
    function chunkAccess(bytes memory payload, uint256 position, uint256 count)
        internal
        view
        returns (bytes memory accesses)
    {
        bytes memory leaves;
        uint256 chunks = (payload.length + 1023) / 1024;
        bytes memory padded = bytes.concat(payload, new bytes(chunks * 1024 - payload.length));
        for (uint256 i = 0; i < chunks; i++) {
            leaves = bytes.concat(leaves, this.chunkLeaf(slice(padded, 1024 * i, 1024)));
        }
        for (uint256 i = position / 1024; i <= (position + count - 1) / 1024; i++) {
            // The chunk stands for its leaf.
            bytes memory proof = WitnessBuilder.word(leaves, i);
            proof = slice(proof, 32, proof.length - 32);
            accesses = bytes.concat(accesses, slice(padded, 1024 * i, 1024), proof);
        }
    }

    function payloadRoot(bytes calldata payload) external pure returns (bytes32) {
        return Payload.rootOf(payload);
    }

    function chunkLeaf(bytes calldata chunk) external pure returns (bytes32) {
        return Payload.hashChunk(chunk);
    }
}
