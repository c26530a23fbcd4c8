// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BulkSteps} from "../../../src/machine/steps/BulkSteps.sol";
import {OpenSteps, StepTest} from "../utils/StepTest.sol";

contract OpenBulkSteps is BulkSteps, OpenSteps {}

abstract contract BulkTest is StepTest {
    constructor() {
        steps = new OpenBulkSteps();
    }
}
