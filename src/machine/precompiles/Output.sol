// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {Gas} from "../Gas.sol";
import {MemoryTree} from "../MemoryTree.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";

/// @title Output
/// @notice How a precompile returns what one step computes.
library Output {
    /// @notice Ends the frame with `output`, for which its memory, unused until now, has room. That of nothing is the
    /// empty view.
    function exitWith(Machine memory m, bytes memory output) internal pure {
        if (output.length != 0) {
            m.frame.memoryWords = Gas.words(output.length);
            m.frame.memoryRoot = MerkleTree.rootOf(output, MerkleTree.MEMORY_DEPTH);
        }
        m.exitFrame(Operation.RETURNED, MemoryTree.makeView(m.frame.memoryRoot, 0, output.length));
    }
}
