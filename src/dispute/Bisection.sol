// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {GameState} from "./GameState.sol";

/// @title Bisection
/// @notice The k-ary search for the first disputed index, the same over batches and over steps (D-6, D-13). The disputed
/// range [low, high] has an agreed hash at `low` and a disputed one at `high`; it is cut into min(k, high - low) pieces.
library Bisection {
    error WrongPointCount(uint256 expected, uint256 got);
    error PieceOutOfRange(uint256 piece, uint256 pieces);

    /// @notice The number of pieces that a range is cut into.
    function pieces(uint64 low, uint64 high, uint8 arity) internal pure returns (uint256) {
        uint256 length = high - low;
        return length < arity ? length : arity;
    }

    /// @notice The index at which piece `i` of `count` begins; that of piece `count` is `high`.
    function position(uint64 low, uint64 high, uint256 i, uint256 count) internal pure returns (uint64) {
        // SAFETY: i <= count, so the result lies within [low, high]; i <= 255 keeps the product below 2^72.
        return uint64(low + (i * (high - low)) / count);
    }

    /// @notice The proposer's hashes at the inner points.
    function post(GameState memory game, bytes32[] calldata points, uint8 arity) internal pure {
        uint256 inner = pieces(game.low, game.high, arity) - 1;
        // INVARIANT: D-6, D-13, one point between each two pieces.
        require(points.length == inner, WrongPointCount(inner, points.length));
        game.points = points;
    }

    /// @notice Goes on with one piece: the challenger agrees with its begin and disputes its end.
    function narrow(GameState memory game, uint256 piece, uint8 arity) internal pure {
        uint256 count = pieces(game.low, game.high, arity);
        // INVARIANT: D-6, D-13, the piece lies within the range.
        require(piece < count, PieceOutOfRange(piece, count));
        if (piece > 0) game.agreed = game.points[piece - 1];
        if (piece + 1 < count) game.disputed = game.points[piece];
        (game.low, game.high) =
        (position(game.low, game.high, piece, count), position(game.low, game.high, piece + 1, count));
        game.points = new bytes32[](0);
    }
}
