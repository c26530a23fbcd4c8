// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Bitwise
/// @notice Logic and shifts. Of a shift the top item is the number of bits.
library Bitwise {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.AND) return opAnd(m);
        if (opcode == Opcodes.OR) return opOr(m);
        if (opcode == Opcodes.XOR) return opXor(m);
        if (opcode == Opcodes.NOT) return opNot(m);
        if (opcode == Opcodes.BYTE) return opByte(m);
        if (opcode == Opcodes.SHL) return opShl(m);
        if (opcode == Opcodes.SHR) return opShr(m);
        if (opcode == Opcodes.SAR) return opSar(m);
        if (opcode == Opcodes.CLZ) return opClz(m);
        revert OpcodeNotHere(opcode);
    }

    function opAnd(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := and(a, b)
        }
        m.push(result);
    }

    function opOr(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := or(a, b)
        }
        m.push(result);
    }

    function opXor(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := xor(a, b)
        }
        m.push(result);
    }

    function opNot(Machine memory m) internal pure {
        uint256 a = m.item(0);
        uint256 result;
        assembly ("memory-safe") {
            result := not(a)
        }
        m.push(result);
    }

    function opByte(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := byte(a, b)
        }
        m.push(result);
    }

    function opShl(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := shl(a, b)
        }
        m.push(result);
    }

    function opShr(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := shr(a, b)
        }
        m.push(result);
    }

    function opSar(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := sar(a, b)
        }
        m.push(result);
    }

    function opClz(Machine memory m) internal pure {
        uint256 a = m.item(0);
        uint256 result;
        assembly ("memory-safe") {
            result := clz(a)
        }
        m.push(result);
    }
}
