// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Instruction
/// @notice What all instructions have in common (docs/5-machine.md, 5.4): the fetch, the checks that the opcode table
/// decides, the base gas and the operands.
library Instruction {
    /// @notice Reads the opcode at pc, starts the instruction, and gives its family: UNDEFINED if the frame has halted
    /// already, and there is nothing left to do.
    function begin(Machine memory m) internal pure returns (uint256) {
        fetch(m);
        (uint256 input, uint256 output, uint256 gasCost, uint256 family, uint256 opens) = Opcodes.info(m.opcode);
        if (family == Opcodes.UNDEFINED) {
            m.requireOpened(StepKinds.OPENS_FRAME);
            m.halt();
            return Opcodes.UNDEFINED;
        }
        m.requireOpened(opens);
        if (!m.fits(input, output)) {
            m.halt();
            return Opcodes.UNDEFINED;
        }
        if (!m.charge(gasCost)) return Opcodes.UNDEFINED;
        m.pop(input);
        m.frame.pc++;
        return family;
    }

    /// @notice Reads the opcode at pc from the code; past its end it is STOP.
    function fetch(Machine memory m) internal pure {
        uint256 pc = m.frame.pc;
        if (pc >= m.frame.codeSize) return;
        m.codeWord = m.readWord(m.frame.codeRoot, pc / 32);
        m.opcode = uint8(m.codeWord[pc % 32]);
    }
}
