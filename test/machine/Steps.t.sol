// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepsTest} from "./utils/StepsTest.sol";

/// @notice The steps of the prover's programs (test/machine/programs), verified: the two machines must go from the same
/// state by the same witness to the same state.
contract ProgramStepsTest is StepsTest {
    function test_Compute() external {
        _check("compute");
    }

    function test_Stack() external {
        _check("stack");
    }

    function test_State() external {
        _check("state");
    }

    function test_StackFaults() external {
        _check("computeStack stackStack stateStack");
    }

    function test_OtherFaults() external {
        _check("faults");
    }

    function test_StorageCosts() external {
        _check("storage");
    }

    function test_Calls() external {
        _check("calls");
    }

    function test_Creations() external {
        _check("creations");
    }

    /// @dev What these do depends on the transactions before, which the choice of `_check` would not look at.
    function test_Successions() external {
        _check("successions:SSTORE,SLOAD,CREATE_TARGET,CREDIT,DEPOSIT,TX_DESTROY,TX_END");
    }

    function test_Precompiles() external {
        _check("precompiles");
    }

    /// @dev All calls, as their step is the same up to what they call.
    function test_DelegatedPrecompiles() external {
        _check("delegated:PRECOMPILE limits:PRECOMPILE");
    }

    function test_Transactions() external {
        _check("transactions senderContract senderDelegation");
    }

    function test_SkippedTransactions() external {
        _check("skipped");
    }

    /// @dev Every authorisation, whatever comes of it, and what it does to the calls after it.
    function test_Authorizations() external {
        _check("authorizations:TX_DECODE,TX_LIST,AUTH_RECOVER,AUTH_APPLY,TX_START");
    }

    function test_DelegatedCalls() external {
        _check("authorizations");
    }

    /// @dev Code that comes and goes above storage that stays (B-13).
    function test_DelegatedStorage() external {
        _check("delegatedStorage:AUTH_APPLY,CALL_ACCESS,SLOAD,SSTORE,SELFDESTRUCT_DEBIT,CREDIT,TX_FEE,TX_DESTROY");
    }

    function test_MalformedAuthorizations() external {
        _check("malformedAuthorizations");
    }

    function test_Payloads() external {
        _check("payload0 payload1 payload2 payload3 payload4 payload5 payload6 payload7 payload8");
    }

    function test_LongestPayload() external {
        _check("longestPayload:TX_BEGIN,TX_DECODE,CALLDATALOAD,BLOCK_BEGIN,BLOCK_END,BATCH_END");
    }

    /// @dev Every step that the programs make for the first time: each kind with its operands and ways of going on.
    function _check(string memory programs) private {
        Step[] memory steps = stepsOf("steps", programs);
        assertGt(steps.length, 3, programs);
        checkAll(steps);
    }
}
