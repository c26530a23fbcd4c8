// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {Block} from "../instructions/Block.sol";
import {Environment} from "../instructions/Environment.sol";
import {Storage} from "../instructions/Storage.sol";
import {System} from "../instructions/System.sol";
import {Machine} from "../state/MachineState.sol";
import {InstructionSteps} from "./InstructionSteps.sol";

/// @title StateSteps
/// @notice The instructions that read or write what lies outside of their frame, and those that start and end frames.
contract StateSteps is InstructionSteps {
    /// @inheritdoc InstructionSteps
    function run(Machine memory m, uint256 family) internal pure override {
        if (family == Opcodes.STORAGE) return Storage.run(m);
        if (family == Opcodes.ENVIRONMENT) return Environment.run(m);
        if (family == Opcodes.BLOCK) return Block.run(m);
        if (family == Opcodes.SYSTEM) return System.run(m);
        revert FamilyNotHere(family);
    }
}
