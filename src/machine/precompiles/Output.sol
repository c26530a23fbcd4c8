// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {View} from "../MemoryTree.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";

/// @title Output
/// @notice How a precompile returns a single word.
library Output {
    /// @notice Ends the frame with `word` as its output: the memory of a precompile is otherwise unused.
    function exitWithWord(Machine memory m, bytes32 word) internal pure {
        m.frame.memoryWords = 1;
        m.frame.memoryRoot = MerkleTree.rootOf(abi.encode(word), MerkleTree.MEMORY_DEPTH);
        m.exitFrame(Operation.RETURNED, View({root: m.frame.memoryRoot, offset: 0, length: 32}));
    }
}
