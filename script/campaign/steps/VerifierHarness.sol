// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepsHarness} from "script/campaign/steps/StepsHarness.sol";
import {Verifiers} from "test/machine/utils/Verifiers.sol";

/// @title VerifierHarness
/// @notice The harness of the verifier as it is deployed, with all its parts.
contract VerifierHarness is StepsHarness {
    constructor() StepsHarness(Verifiers.deploy()) {}
}
