// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bisection} from "./Bisection.sol";
import {GameState, Phase} from "./GameState.sol";

/// @title StepBisection
/// @notice Stage two: which is the first disputed step (D-12, D-13)? A range is always a power of the arity long.
library StepBisection {
    error TooDeep(uint8 depth, uint8 maxDepth);

    /// @notice Opens k^depth steps between two machine states that the contract computed.
    function open(
        GameState memory game,
        bytes32 start,
        bytes32 end,
        uint8 depth,
        bytes32[] calldata points,
        uint8 arity,
        uint8 maxDepth
    ) internal pure {
        // INVARIANT: D-12, the number of steps is k^d with d bounded; k^maxDepth fits, checked at construction.
        require(depth <= maxDepth, TooDeep(depth, maxDepth));
        game.agreed = start;
        game.disputed = end;
        game.low = 0;
        game.high = uint64(uint256(arity) ** depth);
        bisect(game, points, arity);
        if (depth == 0) game.phase = Phase.LastStep;
    }

    function bisect(GameState memory game, bytes32[] calldata points, uint8 arity) internal pure {
        Bisection.post(game, points, arity);
        game.phase = Phase.SelectStep;
    }

    function select(GameState memory game, uint256 piece, uint8 arity) internal pure {
        Bisection.narrow(game, piece, arity);
        game.phase = game.high - game.low > 1 ? Phase.BisectSteps : Phase.LastStep;
    }
}
