// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Payload} from "../../commitment/Payload.sol";
import {StepKinds} from "../StepKinds.sol";
import {Slot, WorldState} from "../WorldState.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Batch
/// @notice The start and the end of a batch: what the chain keeps of its newest block is read from and written to the
/// system account (docs/2-batch.md).
library Batch {
    /// @notice BATCH_BEGIN: reads number, time and the next base fee of the newest block.
    function stepBatchBegin(Machine memory m) internal pure {
        uint256 head = uint256(m.openSlot(WorldState.SYSTEM_ACCOUNT, WorldState.HEAD_SLOT).value);
        m.block.number = head >> 192;
        m.block.time = uint64(head >> 128);
        m.block.baseFee = uint128(head);
        m.setOperation(StepKinds.BATCH_PARENT);
    }

    /// @notice BATCH_PARENT: reads the hash of the newest block.
    function stepBatchParent(Machine memory m) internal pure {
        m.block.parentHash = m.openSlot(WorldState.SYSTEM_ACCOUNT, blockHashSlot(m.block.number)).value;
        m.setOperation(StepKinds.BLOCK_BEGIN);
    }

    /// @notice BATCH_END: writes what BATCH_BEGIN of the next batch reads; the diff is the machine's output.
    function stepBatchEnd(Machine memory m) internal pure {
        uint256 head = m.block.number << 192 | m.block.time << 128 | m.block.baseFee;
        Slot memory slot = m.openSlot(WorldState.SYSTEM_ACCOUNT, WorldState.HEAD_SLOT);
        m.writeSlot(slot, bytes32(head));
        m.isHalted = true;
    }

    /// @notice The system account's slot for the hash of block `number`.
    function blockHashSlot(uint256 number) internal pure returns (bytes32) {
        return bytes32(number % WorldState.HISTORY_LENGTH);
    }

    /// @notice `count` bytes of the payload from `position`, at most 32.
    /// @dev INVARIANT: the bytes lie in the payload.
    function payloadBytes(Machine memory m, uint256 position, uint256 count) internal pure returns (bytes32 data) {
        uint256 inFirst = Payload.CHUNK_SIZE - position % Payload.CHUNK_SIZE;
        data = _chunkBytes(m, position, count < inFirst ? count : inFirst);
        if (count > inFirst) data |= _chunkBytes(m, position + inFirst, count - inFirst) >> (8 * inFirst);
    }

    /// @dev `count` bytes from `position`, all in one chunk, left-aligned.
    function _chunkBytes(Machine memory m, uint256 position, uint256 count) private pure returns (bytes32 data) {
        bytes calldata chunk = Payload.openChunk(m.cursor, m.batch.payloadRoot, position / Payload.CHUNK_SIZE);
        uint256 offset = position % Payload.CHUNK_SIZE;
        // A slice of fewer than 32 bytes becomes a word with zeros behind it.
        return bytes32(chunk[offset:offset + count]);
    }
}
