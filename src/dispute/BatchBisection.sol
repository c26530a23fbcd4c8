// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bisection} from "./Bisection.sol";
import {GameState, Phase} from "./GameState.sol";

/// @title BatchBisection
/// @notice Stage one: which is the first disputed batch (D-6)?
library BatchBisection {
    /// @notice The phase after the disputed range of batches became [low, high].
    function next(GameState memory game) internal pure {
        if (game.high - game.low > 1) {
            game.phase = Phase.BisectBatches;
        } else {
            game.phase = Phase.NameDiff;
            game.batch = game.high;
        }
    }

    function bisect(GameState memory game, bytes32[] calldata points, uint8 arity) internal pure {
        Bisection.post(game, points, arity);
        game.phase = Phase.SelectBatch;
    }

    function select(GameState memory game, uint256 piece, uint8 arity) internal pure {
        Bisection.narrow(game, piece, arity);
        next(game);
    }
}
