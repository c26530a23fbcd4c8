// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Stack
/// @notice POP, PUSHn, DUPn and SWAPn.
library Stack {
    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        // POP has nothing left to do.
        if (opcode == Opcodes.POP) return;
        if (opcode <= Opcodes.PUSH32) return opPush(m, opcode - Opcodes.PUSH0);
        if (opcode <= Opcodes.DUP16) return opDup(m, opcode - Opcodes.DUP1 + 1);
        opSwap(m, opcode - Opcodes.SWAP1 + 1);
    }

    /// @notice Pushes the `size` bytes that follow the opcode; past the end of the code they are zero.
    function opPush(Machine memory m, uint256 size) internal pure {
        // The prologue has moved pc to the first of them.
        uint256 last = (m.frame.pc - 1) / 32;
        uint256 start = (m.frame.pc - 1) % 32 + 1;
        uint256 value = uint256(m.codeWord) << (8 * start);
        if (start + size > 32 && (last + 1) * 32 < m.frame.codeSize) {
            value |= uint256(m.readWord(m.frame.codeRoot, last + 1)) >> (8 * (32 - start));
        }
        m.push(value >> (8 * (32 - size)));
        m.frame.pc += size;
    }

    /// @notice Pushes the n-th item once more.
    function opDup(Machine memory m, uint256 n) internal pure {
        for (uint256 i = n; i > 0; i--) {
            m.push(m.item(i - 1));
        }
        m.push(m.item(n - 1));
    }

    /// @notice Exchanges the top item and the n-th one below it.
    function opSwap(Machine memory m, uint256 n) internal pure {
        m.push(m.item(0));
        for (uint256 i = n - 1; i > 0; i--) {
            m.push(m.item(i));
        }
        m.push(m.item(n));
    }
}
