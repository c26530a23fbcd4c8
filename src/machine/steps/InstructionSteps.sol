// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Opcodes} from "../Opcodes.sol";
import {StepKinds} from "../StepKinds.sol";
import {Instruction} from "../instructions/Instruction.sol";
import {Machine} from "../state/MachineState.sol";
import {StepContract} from "./StepContract.sol";

/// @title InstructionSteps
/// @notice The INSTRUCTION steps of some families.
abstract contract InstructionSteps is StepContract {
    error FamilyNotHere(uint256 family);

    /// @inheritdoc StepContract
    function step(Machine memory m, uint256 kind) internal view override {
        require(kind == StepKinds.INSTRUCTION, StepNotHere(kind));
        uint256 family = Instruction.begin(m);
        if (family != Opcodes.UNDEFINED) run(m, family);
    }

    /// @dev Runs the instruction `m.opcode` after its prologue; reverts with FamilyNotHere if it is not one of this
    /// contract.
    function run(Machine memory m, uint256 family) internal view virtual;
}
