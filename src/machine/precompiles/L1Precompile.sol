// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title L1Precompile
/// @notice Calls of L1's own precompiles, from which a lack of gas can't pass for a result. Who brings a step chooses the
/// gas that it runs with, and a precompile that fails does not say why.
library L1Precompile {
    uint256 private constant ECRECOVER = 1;

    error L1PrecompileFailed(uint256 precompile, uint256 gasLeft);
    error L1PrecompileOutput(uint256 precompile, uint256 expected, uint256 length);
    error L1PrecompileAccepted(uint256 precompile, bytes element);
    error L1PrecompileControlFailed(uint256 precompile, uint256 allowance, uint256 gasLeft);

    /// @notice The output of the precompile for an input that it takes.
    function run(uint256 precompile, bytes memory input, uint256 outputLength)
        internal
        view
        returns (bytes memory output)
    {
        output = _run(precompile, input);
        // INVARIANT: an account without code succeeds too, with no output.
        require(output.length == outputLength, L1PrecompileOutput(precompile, outputLength, output.length));
    }

    /// @notice `run` for a precompile that answers "no" without output.
    function runOrNone(uint256 precompile, bytes memory input, uint256 outputLength)
        internal
        view
        returns (bytes memory output)
    {
        output = _run(precompile, input);
        require(
            output.length == 0 || output.length == outputLength,
            L1PrecompileOutput(precompile, outputLength, output.length)
        );
    }

    /// @notice Reverts unless the precompile refuses `element` for what it is.
    /// @dev `control` is valid and as long as the element, so that it costs as much, and each gets `allowance` of gas or,
    /// if there is less, 63/64 of what there is.
    function requireFailure(uint256 precompile, bytes memory element, bytes memory control, uint256 allowance)
        internal
        view
    {
        require(!_succeeds(precompile, element, allowance), L1PrecompileAccepted(precompile, element));
        // INVARIANT: the control runs after the element, hence with no more gas than it had. It succeeds, so that gas was
        // enough, and the element failed for another reason.
        require(_succeeds(precompile, control, allowance), L1PrecompileControlFailed(precompile, allowance, gasleft()));
    }

    /// @notice Who signed `hash`, or 0 if nobody did. `v` is 27 or 28, else nobody did.
    function recover(bytes32 hash, uint256 v, bytes32 r, bytes32 s) internal view returns (address) {
        bytes memory output = runOrNone(ECRECOVER, abi.encode(hash, v, r, s), 32);
        return output.length == 0 ? address(0) : abi.decode(output, (address));
    }

    function _run(uint256 precompile, bytes memory input) private view returns (bytes memory output) {
        bool success;
        assembly ("memory-safe") {
            success := staticcall(gas(), precompile, add(input, 32), mload(input), 0, 0)
        }
        // INVARIANT: a call that failed, for want of gas or whatever else, gives no state after the step.
        require(success, L1PrecompileFailed(precompile, gasleft()));
        assembly ("memory-safe") {
            // SAFETY: the output takes its words past the free pointer, which moves behind them.
            output := mload(0x40)
            mstore(0x40, add(output, and(add(returndatasize(), 63), not(31))))
            mstore(output, returndatasize())
            returndatacopy(add(output, 32), 0, returndatasize())
        }
    }

    function _succeeds(uint256 precompile, bytes memory input, uint256 allowance) private view returns (bool success) {
        assembly ("memory-safe") {
            success := staticcall(allowance, precompile, add(input, 32), mload(input), 0, 0)
        }
    }
}
