// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Comparison
/// @notice Comparisons: 1 if they hold, else 0.
library Comparison {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.LT) return opLt(m);
        if (opcode == Opcodes.GT) return opGt(m);
        if (opcode == Opcodes.SLT) return opSlt(m);
        if (opcode == Opcodes.SGT) return opSgt(m);
        if (opcode == Opcodes.EQ) return opEq(m);
        if (opcode == Opcodes.ISZERO) return opIszero(m);
        revert OpcodeNotHere(opcode);
    }

    function opLt(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := lt(a, b)
        }
        m.push(result);
    }

    function opGt(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := gt(a, b)
        }
        m.push(result);
    }

    function opSlt(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := slt(a, b)
        }
        m.push(result);
    }

    function opSgt(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := sgt(a, b)
        }
        m.push(result);
    }

    function opEq(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := eq(a, b)
        }
        m.push(result);
    }

    function opIszero(Machine memory m) internal pure {
        uint256 a = m.item(0);
        uint256 result;
        assembly ("memory-safe") {
            result := iszero(a)
        }
        m.push(result);
    }
}
