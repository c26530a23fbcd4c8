// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MemoryTree} from "../MemoryTree.sol";
import {Opcodes} from "../Opcodes.sol";
import {Machine} from "../state/MachineState.sol";

/// @title ControlFlow
/// @notice STOP, jumps, and what reads the frame's own progress.
library ControlFlow {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.STOP) return opStop(m);
        if (opcode == Opcodes.JUMP) return opJump(m);
        if (opcode == Opcodes.JUMPI) return opJumpi(m);
        if (opcode == Opcodes.PC) return opPc(m);
        if (opcode == Opcodes.GAS) return opGas(m);
        // JUMPDEST has nothing left to do.
        require(opcode == Opcodes.JUMPDEST, OpcodeNotHere(opcode));
    }

    /// @notice Ends the frame with empty output.
    function opStop(Machine memory m) internal pure {
        m.returnFrame(MemoryTree.emptyView());
    }

    function opJump(Machine memory m) internal pure {
        _jump(m, m.item(0));
    }

    /// @notice Jumps to the first item if the second is not zero.
    function opJumpi(Machine memory m) internal pure {
        if (m.item(1) != 0) _jump(m, m.item(0));
    }

    /// @notice Pushes the position of this instruction.
    function opPc(Machine memory m) internal pure {
        m.push(m.frame.pc - 1);
    }

    /// @notice Pushes the gas that is left after this instruction.
    function opGas(Machine memory m) internal pure {
        m.push(m.frame.gas);
    }

    /// @dev Continues at `destination` if that is a JUMPDEST, else halts.
    function _jump(Machine memory m, uint256 destination) private pure {
        if (destination >= m.frame.codeSize) return m.halt();
        uint256 bits = uint256(m.readWord(m.frame.jumpRoot, destination / 256));
        if ((bits >> (255 - destination % 256)) & 1 == 0) return m.halt();
        m.frame.pc = destination;
    }
}
