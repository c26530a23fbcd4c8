// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CallSteps} from "../../../src/machine/steps/CallSteps.sol";
import {OpenSteps, StepTest} from "../utils/StepTest.sol";

contract OpenCallSteps is CallSteps, OpenSteps {}

abstract contract CallTest is StepTest {
    constructor() {
        steps = new OpenCallSteps();
    }
}
