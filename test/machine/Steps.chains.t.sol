// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepsTest} from "./utils/StepsTest.sol";

/// @notice Steps that nobody has chosen: of random programs, and of the official state tests where they are at hand
/// (STATE_TESTS names their folder).
contract ChainStepsTest is StepsTest {
    function test_RandomBatches() external {
        for (uint256 seed = 1; seed <= 3; seed++) {
            Step[] memory steps = stepsOf("chainSteps", string.concat("random:", vm.toString(seed), ":4"));
            assertGt(steps.length, 100);
            checkAll(steps);
        }
    }

    function test_OfficialStateCases() external {
        checkAll(stepsOf("chainSteps", "state:stCreate:15"));
        checkAll(stepsOf("chainSteps", "state:stRevert:15"));
        checkAll(stepsOf("chainSteps", "state:stStaticCall:15"));
    }
}
