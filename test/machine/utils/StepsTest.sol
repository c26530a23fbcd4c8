// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OneStepVerifier} from "../../../src/machine/OneStepVerifier.sol";
import {Ffi} from "../../utils/Ffi.sol";
import {Verifiers} from "./Verifiers.sol";

/// @notice Steps of the prover and the verifier as it is deployed.
abstract contract StepsTest is Ffi {
    /// @dev As test/utils/Steps.ts encodes it.
    struct Step {
        string name;
        uint8 kind;
        uint8 opcode;
        bytes32 preState;
        bytes witness;
        bytes32 postState;
    }

    OneStepVerifier internal verifier = Verifiers.deploy();

    /// @notice The steps that a script of test/ffi gives for `argument`.
    function stepsOf(string memory script, string memory argument) internal returns (Step[] memory) {
        return abi.decode(ffi(script, argument), (Step[]));
    }

    /// @notice Checks that the verifier goes from the same state by the same witness to the same state, and names every
    /// step for which it does not.
    function checkAll(Step[] memory steps) internal {
        uint256 failures = 0;
        for (uint256 i = 0; i < steps.length; i++) {
            Step memory s = steps[i];
            try verifier.verifyStep(s.preState, s.witness) returns (bytes32 postState) {
                if (postState == s.postState) continue;
                emit log_named_string("other state after", s.name);
            } catch (bytes memory reason) {
                emit log_named_string("reverts", s.name);
                emit log_named_bytes("with", reason);
            }
            failures++;
        }
        assertEq(failures, 0, "steps that the two machines make differently");
    }
}
