// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title FoldState
/// @notice The hashes of the fold machine's states (S-60).
library FoldState {
    bytes32 private constant RUNNING_TAG = "FoldRunning";
    bytes32 private constant HALTED_TAG = "FoldHalted";
    bytes32 private constant FAULT_TAG = "FoldFault";

    /// @notice What is left of the diff to be applied to the state.
    function hashRunning(bytes32 diffRoot, bytes32 stateRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(RUNNING_TAG, diffRoot, stateRoot));
    }

    /// @notice All of the diff is applied.
    function hashHalted(bytes32 stateRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(HALTED_TAG, stateRoot));
    }

    /// @notice The diff can't be applied to the state.
    function hashFault() internal pure returns (bytes32) {
        return keccak256(abi.encode(FAULT_TAG));
    }
}
