// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchInput, ChainConfig, IBatchMachine, IFoldMachine} from "src/machine/IStepMachine.sol";

/// @notice A toy for the game's tests: a state is a number, a batch adds the length of its payload, and 1 more if the state
/// is odd (so that a diff depends on the state). Both machines count down `remaining` while they count up `sum`.
contract CounterMachine is IBatchMachine, IFoldMachine {
    error NotThePreimage(bytes32 preState, bytes32 got);

    /// @dev Witness: abi.encode(tag, remaining, sum), the preimage of the pre-state.
    function verifyStep(bytes32 preState, bytes calldata witness) external pure override returns (bytes32) {
        (bytes32 tag, uint256 remaining, uint256 sum) = abi.decode(witness, (bytes32, uint256, uint256));
        bytes32 got = Counter.hash(tag, remaining, sum);
        require(got == preState, NotThePreimage(preState, got));
        return Counter.next(tag, remaining, sum);
    }

    function startState(bytes32 stateRoot, BatchInput calldata input, ChainConfig calldata)
        external
        pure
        returns (bytes32)
    {
        return Counter.hash(Counter.runOf(uint256(stateRoot)), input.payloadLength, uint256(stateRoot) % 2);
    }

    /// @dev A run has as many steps as its payload has bytes; those of the tests are short.
    function maxSteps(ChainConfig calldata) external pure returns (uint256) {
        return 16;
    }

    function startState(bytes32 diffRoot, bytes32 stateRoot) external pure returns (bytes32) {
        return Counter.hash(Counter.FOLD, uint256(diffRoot), uint256(stateRoot));
    }

    function haltedState(bytes32 output) external pure override(IBatchMachine, IFoldMachine) returns (bytes32) {
        return Counter.hash(Counter.HALT, 0, uint256(output));
    }
}

/// @notice The toy's rules, and its traces with a lie in them.
library Counter {
    bytes32 internal constant FOLD = "CounterFold";
    bytes32 internal constant HALT = "CounterHalt";

    /// @notice A run of the toy; from step `lieAt` on, `lie` is added to the sum.
    struct Trace {
        bytes32 tag;
        uint256 remaining;
        uint256 sum;
        uint256 lieAt;
        uint256 lie;
    }

    /// @notice The tag of a run from `stateRoot`: like a real machine's, no two starts are equal.
    function runOf(uint256 stateRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode("CounterRun", stateRoot));
    }

    function hash(bytes32 tag, uint256 remaining, uint256 sum) internal pure returns (bytes32) {
        return keccak256(abi.encode(tag, remaining, sum));
    }

    function next(bytes32 tag, uint256 remaining, uint256 sum) internal pure returns (bytes32) {
        if (tag == HALT) return hash(tag, remaining, sum);
        return remaining == 0 ? hash(HALT, 0, sum) : hash(tag, remaining - 1, sum + 1);
    }

    /// @notice The preimage of the state after `step` steps.
    function preimageAt(Trace memory trace, uint256 step) internal pure returns (bytes memory) {
        unchecked {
            uint256 lie = step >= trace.lieAt ? trace.lie : 0;
            if (step > trace.remaining) return abi.encode(HALT, 0, trace.sum + trace.remaining + lie);
            return abi.encode(trace.tag, trace.remaining - step, trace.sum + step + lie);
        }
    }

    function at(Trace memory trace, uint256 step) internal pure returns (bytes32) {
        return keccak256(preimageAt(trace, step));
    }

    /// @notice f: the diff of a batch of `length` on `stateRoot`.
    function diff(uint256 stateRoot, uint256 length) internal pure returns (uint256) {
        return length + stateRoot % 2;
    }
}
