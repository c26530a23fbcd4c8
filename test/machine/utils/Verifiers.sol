// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OneStepVerifier} from "../../../src/machine/OneStepVerifier.sol";
import {BoundarySteps} from "../../../src/machine/steps/BoundarySteps.sol";
import {BulkSteps} from "../../../src/machine/steps/BulkSteps.sol";
import {CallSteps} from "../../../src/machine/steps/CallSteps.sol";
import {ComputeSteps} from "../../../src/machine/steps/ComputeSteps.sol";
import {StateSteps} from "../../../src/machine/steps/StateSteps.sol";

/// @notice The verifier as it is deployed.
library Verifiers {
    function deploy() internal returns (OneStepVerifier) {
        return new OneStepVerifier(
            OneStepVerifier.Parts({
                compute: new ComputeSteps(),
                state: new StateSteps(),
                calls: new CallSteps(),
                boundary: new BoundarySteps(),
                bulk: new BulkSteps()
            })
        );
    }
}
