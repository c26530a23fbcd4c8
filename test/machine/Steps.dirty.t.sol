// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../../src/machine/StepKinds.sol";
import {Machine, MachineState} from "../../src/machine/state/MachineState.sol";
import {BoundarySteps} from "../../src/machine/steps/BoundarySteps.sol";
import {BulkSteps} from "../../src/machine/steps/BulkSteps.sol";
import {CallSteps} from "../../src/machine/steps/CallSteps.sol";
import {ComputeSteps} from "../../src/machine/steps/ComputeSteps.sol";
import {StateSteps} from "../../src/machine/steps/StateSteps.sol";
import {StepContract} from "../../src/machine/steps/StepContract.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {StepsTest} from "./utils/StepsTest.sol";

/// @notice A part of the verifier whose memory is filled before it loads the state, before the step, and before it hashes
/// the state after it.
abstract contract DirtySteps is StepContract, Brutalized {
    function verifyDirtily(bytes32 preState, bytes calldata witness) external view returns (bytes32) {
        _fillMemory();
        Machine memory m = MachineState.load(preState, witness);
        uint256 kind = m.operation.kind;
        if (kind != StepKinds.INSTRUCTION) m.requireOpened(StepKinds.opens(kind));
        _fillMemory();
        step(m, kind);
        _fillMemory();
        return m.commit();
    }

    function _fillMemory() private view brutalized {}
}

contract DirtyBoundarySteps is BoundarySteps, DirtySteps {}

contract DirtyBulkSteps is BulkSteps, DirtySteps {}

contract DirtyCallSteps is CallSteps, DirtySteps {}

contract DirtyComputeSteps is ComputeSteps, DirtySteps {}

contract DirtyStateSteps is StateSteps, DirtySteps {}

/// @notice No step counts on memory that Solidity does not promise to be zero.
contract DirtyMemoryTest is StepsTest {
    DirtySteps[5] private parts = [
        DirtySteps(new DirtyBoundarySteps()),
        DirtySteps(new DirtyBulkSteps()),
        DirtySteps(new DirtyCallSteps()),
        DirtySteps(new DirtyComputeSteps()),
        DirtySteps(new DirtyStateSteps())
    ];

    function test_InstructionsInDirtyMemory() external {
        _check("compute stack state faults storage");
    }

    function test_OtherStepsInDirtyMemory() external {
        _check("calls creations precompiles transactions skipped successions");
    }

    function test_PrecompilesInDirtyMemory() external {
        _check("delegated:PRECOMPILE limits:PRECOMPILE");
    }

    /// @dev A part makes the step, to the same state as the prover. (A halt in the prologue is the same in more than one.)
    function _check(string memory programs) private {
        Step[] memory steps = stepsOf("steps", programs);
        for (uint256 i = 0; i < steps.length; i++) {
            // A halted state is not for the parts.
            if (uint8(steps[i].witness[0]) == 0x80) continue;
            uint256 made = 0;
            for (uint256 part = 0; part < parts.length; part++) {
                try parts[part].verifyDirtily(steps[i].preState, steps[i].witness) returns (bytes32 postState) {
                    assertEq(postState, steps[i].postState, steps[i].name);
                    made++;
                } catch {}
            }
            assertGt(made, 0, steps[i].name);
        }
    }
}
