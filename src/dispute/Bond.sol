// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Phase} from "./GameState.sol";

/// @title Bond
/// @notice Gas that a deposit pays the opponent for its next move (D-18). A test pins each bound to the measured moves.
library Bond {
    /// @dev A move without points.
    uint256 internal constant MOVE_GAS = 90_000;
    /// @dev Each of the k points that a move brings, posted or selected from.
    uint256 internal constant POINT_GAS = 1500;
    /// @dev The largest step: what one L1 transaction may spend (EIP-7825).
    uint256 internal constant STEP_GAS = 1 << 24;

    /// @notice The gas of the move that `phase` waits for, and of the last step if only that is left after it.
    /// @param length The disputed range of the state, high - low.
    function nextMoveGas(Phase phase, uint64 length, uint8 arity) internal pure returns (uint256 gas) {
        if (phase == Phase.LastStep) return MOVE_GAS + STEP_GAS;
        if (phase == Phase.NameDiff || phase == Phase.ChooseLink) return MOVE_GAS;
        gas = MOVE_GAS + arity * POINT_GAS;
        if (phase == Phase.SelectStep && length == arity) gas += STEP_GAS;
    }
}
