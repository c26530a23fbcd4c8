// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {View} from "../MemoryTree.sol";
import {Output} from "../precompiles/Output.sol";
import {Machine} from "../state/MachineState.sol";

/// @title MessagePadding
/// @notice What SHA-256 and RIPEMD-160 share: blocks of 64 bytes, and a padding of 0x80, zeros and the length in bits.
library MessagePadding {
    uint256 internal constant BLOCK_SIZE = 64;

    /// @notice The block of the operation in progress, padded.
    /// @param lengthField The field of 64 bits that ends the last block, in the hash's byte order.
    function nextBlock(Machine memory m, uint256 lengthField) internal pure returns (uint256 high, uint256 low) {
        View memory message = m.source();
        uint256 position = m.operation.position;
        bytes memory data = m.viewBytes(message, position, BLOCK_SIZE);
        (high, low) = abi.decode(data, (uint256, uint256));
        return pad(high, low, position, message.length, lengthField);
    }

    /// @notice Goes on with the next block, or ends the precompile with `state` as its result.
    function proceed(Machine memory m, uint256 state) internal pure {
        uint256 position = m.operation.position + BLOCK_SIZE;
        if (position == BLOCK_SIZE * blockCount(m.operation.sourceLength)) {
            return Output.exitWith(m, abi.encode(bytes32(state)));
        }
        m.operation.position = position;
        m.operation.scratch0 = bytes32(state);
    }

    /// @notice The number of blocks of a padded message.
    function blockCount(uint256 length) internal pure returns (uint256) {
        return (length + 8) / BLOCK_SIZE + 1;
    }

    /// @notice Pads the block that begins at `position`: `high` ‖ `low` are its bytes of the message, with zeros behind
    /// the message's end.
    function pad(uint256 high, uint256 low, uint256 position, uint256 length, uint256 lengthField)
        internal
        pure
        returns (uint256, uint256)
    {
        // INVARIANT: position is a multiple of the block size, below that of the padded message.
        if (length >= position && length - position < BLOCK_SIZE) {
            uint256 at = length - position;
            if (at < 32) high |= 0x80 << (248 - 8 * at);
            else low |= 0x80 << (248 - 8 * (at - 32));
        }
        if (position / BLOCK_SIZE + 1 == blockCount(length)) low |= lengthField;
        return (high, low);
    }
}
