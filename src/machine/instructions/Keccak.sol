// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Gas} from "../Gas.sol";
import {MemoryTree} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Keccak
/// @notice KECCAK256.
library Keccak {
    /// @notice GAS: memory, then 6 for each word.
    /// OPERATION: KECCAK over the range, a block a step, whose last one pushes the hash.
    function opKeccak256(Machine memory m) internal pure {
        (uint256 offset, uint256 size) = (m.item(0), m.item(1));
        if (!m.expand(offset, size)) return;
        if (!m.charge(Gas.KECCAK_WORD * Gas.words(size))) return;
        m.setOperation(StepKinds.KECCAK);
        m.setSource(MemoryTree.makeView(m.frame.memoryRoot, offset, size));
    }
}
