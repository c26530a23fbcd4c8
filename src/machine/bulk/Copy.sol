// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";

/// @title Copy
/// @notice Copies into memory, one word of the destination a step.
library Copy {
    using MerkleTree for MerkleTree.Opening;

    /// @notice COPY: from a view that does not change while it is copied.
    function stepCopy(Machine memory m) internal pure {
        View memory from = m.source();
        uint256 destination = m.operation.destination;
        uint256 count = _forwardCount(m);
        uint256 position = m.operation.position;
        _write(m, destination, m.viewBytes(from, position, count));
        destination += count;
        m.operation.remaining -= count;
        if (m.operation.remaining == 0) return _finish(m, destination);
        m.operation.destination = destination;
        position += count;
        m.operation.position = position < from.length ? position : from.length;
    }

    /// @notice MEMORY_COPY: inside memory, in the direction in which no byte is written before it is read.
    function stepMemoryCopy(Machine memory m) internal pure {
        View memory memory_ = View({root: m.frame.memoryRoot, offset: 0, length: m.frame.memoryWords * 32});
        uint256 position = m.operation.position;
        uint256 destination = m.operation.destination;
        uint256 remaining = m.operation.remaining;
        if (destination <= position) {
            uint256 count = _forwardCount(m);
            _write(m, destination, m.viewBytes(memory_, position, count));
            m.operation.position = position + count;
            m.operation.destination = destination + count;
            m.operation.remaining = remaining - count;
        } else {
            uint256 count = (destination + remaining - 1) % 32 + 1;
            if (count > remaining) count = remaining;
            remaining -= count;
            _write(m, destination + remaining, m.viewBytes(memory_, position + remaining, count));
            m.operation.remaining = remaining;
        }
        if (m.operation.remaining == 0) m.clearOperation();
    }

    /// @dev From the destination to the end of its word, or of the copy.
    function _forwardCount(Machine memory m) private pure returns (uint256 count) {
        count = 32 - m.operation.destination % 32;
        if (count > m.operation.remaining) count = m.operation.remaining;
    }

    /// @dev Writes `data` to memory at `destination`, into one word.
    function _write(Machine memory m, uint256 destination, bytes memory data) private pure {
        MerkleTree.Opening memory opening = m.openWord(m.frame.memoryRoot, destination / 32);
        // SAFETY: of 1 to 32 bytes; the bytes behind them are cut off by the mask.
        bytes32 bytes_;
        assembly ("memory-safe") {
            bytes_ := mload(add(data, 32))
        }
        uint256 shift = 8 * (destination % 32);
        bytes32 mask = bytes32(type(uint256).max << (256 - 8 * data.length)) >> shift;
        m.frame.memoryRoot = opening.rootWith((opening.word & ~mask) | ((bytes_ >> shift) & mask));
    }

    /// @dev What was copied is in memory, or is the output of the identity precompile.
    function _finish(Machine memory m, uint256 length) private pure {
        if (m.operation.next != StepKinds.FRAME_EXIT) return m.clearOperation();
        m.exitFrame(Operation.RETURNED, View({root: m.frame.memoryRoot, offset: 0, length: length}));
    }
}
