// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IStepMachine} from "../IStepMachine.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine, MachineState} from "../state/MachineState.sol";

/// @title StepContract
/// @notice A part of the one-step verifier: the steps of some kinds. It takes nothing on trust from the caller, who can
/// only have chosen the wrong part, which reverts.
abstract contract StepContract is IStepMachine {
    error StepNotHere(uint256 kind);

    /// @inheritdoc IStepMachine
    function verifyStep(bytes32 preState, bytes calldata witness) external view returns (bytes32 postState) {
        Machine memory m = MachineState.load(preState, witness);
        uint256 kind = m.operation.kind;
        if (kind != StepKinds.INSTRUCTION) m.requireOpened(StepKinds.opens(kind));
        step(m, kind);
        return m.commit();
    }

    /// @dev Makes the step of `kind` on `m`; reverts with StepNotHere if it is not one of this contract.
    function step(Machine memory m, uint256 kind) internal view virtual;
}
