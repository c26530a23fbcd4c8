// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Gas} from "../Gas.sol";
import {Opcodes} from "../Opcodes.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Arithmetic
/// @notice Arithmetic modulo 2^256, signed in two's complement. Each is L1's own instruction.
library Arithmetic {
    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.ADD) return opAdd(m);
        if (opcode == Opcodes.MUL) return opMul(m);
        if (opcode == Opcodes.SUB) return opSub(m);
        if (opcode == Opcodes.DIV) return opDiv(m);
        if (opcode == Opcodes.SDIV) return opSdiv(m);
        if (opcode == Opcodes.MOD) return opMod(m);
        if (opcode == Opcodes.SMOD) return opSmod(m);
        if (opcode == Opcodes.ADDMOD) return opAddmod(m);
        if (opcode == Opcodes.MULMOD) return opMulmod(m);
        if (opcode == Opcodes.EXP) return opExp(m);
        if (opcode == Opcodes.SIGNEXTEND) return opSignextend(m);
        revert OpcodeNotHere(opcode);
    }

    function opAdd(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := add(a, b)
        }
        m.push(result);
    }

    function opMul(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := mul(a, b)
        }
        m.push(result);
    }

    function opSub(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := sub(a, b)
        }
        m.push(result);
    }

    function opDiv(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := div(a, b)
        }
        m.push(result);
    }

    function opSdiv(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := sdiv(a, b)
        }
        m.push(result);
    }

    function opMod(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := mod(a, b)
        }
        m.push(result);
    }

    function opSmod(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := smod(a, b)
        }
        m.push(result);
    }

    function opAddmod(Machine memory m) internal pure {
        (uint256 a, uint256 b, uint256 n) = (m.item(0), m.item(1), m.item(2));
        uint256 result;
        assembly ("memory-safe") {
            result := addmod(a, b, n)
        }
        m.push(result);
    }

    function opMulmod(Machine memory m) internal pure {
        (uint256 a, uint256 b, uint256 n) = (m.item(0), m.item(1), m.item(2));
        uint256 result;
        assembly ("memory-safe") {
            result := mulmod(a, b, n)
        }
        m.push(result);
    }

    /// @notice GAS: 50 for each byte of the exponent.
    function opExp(Machine memory m) internal pure {
        (uint256 base, uint256 exponent) = (m.item(0), m.item(1));
        if (!m.charge(Gas.EXP_BYTE * Gas.byteLength(exponent))) return;
        uint256 result;
        assembly ("memory-safe") {
            result := exp(base, exponent)
        }
        m.push(result);
    }

    function opSignextend(Machine memory m) internal pure {
        (uint256 a, uint256 b) = (m.item(0), m.item(1));
        uint256 result;
        assembly ("memory-safe") {
            result := signextend(a, b)
        }
        m.push(result);
    }
}
