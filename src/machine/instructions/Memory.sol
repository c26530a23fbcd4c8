// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {Gas} from "../Gas.sol";
import {Opcodes} from "../Opcodes.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Memory
/// @notice Loads, stores and copies within memory.
library Memory {
    using MerkleTree for MerkleTree.Opening;

    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.MLOAD) return opMload(m);
        if (opcode == Opcodes.MSTORE) return opMstore(m);
        if (opcode == Opcodes.MSTORE8) return opMstore8(m);
        if (opcode == Opcodes.MSIZE) return opMsize(m);
        if (opcode == Opcodes.MCOPY) return opMcopy(m);
        revert OpcodeNotHere(opcode);
    }

    function opMload(Machine memory m) internal pure {
        uint256 offset = m.item(0);
        if (!m.expand(offset, 32)) return;
        m.push(uint256(m.viewWord(m.memoryView(), offset)));
    }

    /// @notice Stores a word at any offset: in one word of memory or across two.
    function opMstore(Machine memory m) internal pure {
        (uint256 offset, uint256 value) = (m.item(0), m.item(1));
        if (!m.expand(offset, 32)) return;
        uint256 shift = 8 * (offset % 32);
        _replace(m, offset / 32, type(uint256).max >> shift, value >> shift);
        // A shift by 256 - 0 would be outside the first word altogether.
        if (shift != 0) _replace(m, offset / 32 + 1, type(uint256).max << (256 - shift), value << (256 - shift));
    }

    /// @notice Stores the lowest byte of an item.
    function opMstore8(Machine memory m) internal pure {
        (uint256 offset, uint256 value) = (m.item(0), m.item(1));
        if (!m.expand(offset, 1)) return;
        uint256 shift = 8 * (31 - offset % 32);
        _replace(m, offset / 32, 0xff << shift, (value & 0xff) << shift);
    }

    /// @notice Pushes the size of memory in bytes.
    function opMsize(Machine memory m) internal pure {
        m.push(m.frame.memoryWords * 32);
    }

    /// @notice OPERATION: MEMORY_COPY, a destination word a step.
    function opMcopy(Machine memory m) internal pure {
        (uint256 destination, uint256 start, uint256 size) = (m.item(0), m.item(1), m.item(2));
        if (!m.expand(destination, size) || !m.expand(start, size)) return;
        if (!m.charge(Gas.COPY_WORD * Gas.words(size))) return;
        if (size == 0) return;
        m.setOperation(StepKinds.MEMORY_COPY);
        m.operation.position = start;
        m.operation.destination = destination;
        m.operation.remaining = size;
    }

    /// @dev Sets the bits `mask` of a word of memory to those of `bits`, which has no others.
    function _replace(Machine memory m, uint256 index, uint256 mask, uint256 bits) private pure {
        MerkleTree.Opening memory opening = m.openWord(m.frame.memoryRoot, index);
        m.frame.memoryRoot = opening.rootWith(bytes32((uint256(opening.word) & ~mask) | bits));
    }
}
