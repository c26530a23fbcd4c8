// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Clock
/// @notice One party's chess clock (D-16): it stands as seconds left, and runs as the L1 time of its end.
library Clock {
    error DeadlinePassed(uint64 deadline, uint256 time);
    error DeadlineAhead(uint64 deadline, uint256 time);

    /// @notice Starts a clock with `allowance` seconds left.
    function resume(uint64 allowance) internal view returns (uint64 deadline) {
        return uint64(block.timestamp) + allowance;
    }

    /// @notice Stops a clock by a move and adds the increment.
    function pause(uint64 deadline, uint64 increment) internal view returns (uint64 allowance) {
        requireRunning(deadline);
        return deadline - uint64(block.timestamp) + increment;
    }

    /// @notice One may act at t < deadline.
    function requireRunning(uint64 deadline) internal view {
        // INVARIANT: D-16, acting and timing out exclude each other.
        require(block.timestamp < deadline, DeadlinePassed(deadline, block.timestamp));
    }

    /// @notice One may time out at t >= deadline.
    function requireExpired(uint64 deadline) internal view {
        // INVARIANT: D-16, acting and timing out exclude each other.
        require(block.timestamp >= deadline, DeadlineAhead(deadline, block.timestamp));
    }
}
