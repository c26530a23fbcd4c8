// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {Arithmetic} from "../instructions/Arithmetic.sol";
import {Bitwise} from "../instructions/Bitwise.sol";
import {Comparison} from "../instructions/Comparison.sol";
import {ControlFlow} from "../instructions/ControlFlow.sol";
import {Keccak} from "../instructions/Keccak.sol";
import {Log} from "../instructions/Log.sol";
import {Memory} from "../instructions/Memory.sol";
import {Stack} from "../instructions/Stack.sol";
import {Machine} from "../state/MachineState.sol";
import {InstructionSteps} from "./InstructionSteps.sol";

/// @title ComputeSteps
/// @notice The instructions that need nothing outside of their frame.
contract ComputeSteps is InstructionSteps {
    /// @inheritdoc InstructionSteps
    function run(Machine memory m, uint256 family) internal pure override {
        if (family == Opcodes.STACK) return Stack.run(m);
        if (family == Opcodes.ARITHMETIC) return Arithmetic.run(m);
        if (family == Opcodes.COMPARISON) return Comparison.run(m);
        if (family == Opcodes.BITWISE) return Bitwise.run(m);
        if (family == Opcodes.CONTROL_FLOW) return ControlFlow.run(m);
        if (family == Opcodes.MEMORY) return Memory.run(m);
        if (family == Opcodes.KECCAK) return Keccak.opKeccak256(m);
        if (family == Opcodes.LOG) return Log.opLog(m);
        revert FamilyNotHere(family);
    }
}
