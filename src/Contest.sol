// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "./types/Claim.sol";

/// @title Contest
/// @notice The competition of the claims on one range: who may enter, and when one value is left (R-10, R-11).
library Contest {
    struct State {
        uint40 firstClaimedAt;
        /// Counts how often the range started afresh, so that the values of earlier rounds are forgotten.
        uint32 round;
        uint32 liveClaims;
        bool isFinal;
    }

    /// @dev A value claimed in one round.
    struct Value {
        uint32 liveClaims;
        bool isSeen;
    }

    struct Book {
        mapping(bytes32 range => State) states;
        mapping(bytes32 valueKey => Value) values;
    }

    error RangeFinal(bytes32 range);
    error EntryClosed(bytes32 range, uint256 closedAt);
    error Contradicted(bytes32 range, uint32 liveClaims, uint32 sameValue);

    /// @notice Enters a new claim.
    /// @param window Seconds from the first claim in which any value may enter.
    /// @param backingPeriod Seconds after it in which values that were there may.
    function enter(Book storage book, Claim memory claim, uint256 window, uint256 backingPeriod) internal {
        bytes32 range = claim.rangeOf();
        State memory state = book.states[range];
        // INVARIANT: R-11, a final range takes no new claims.
        require(!state.isFinal, RangeFinal(range));
        if (state.liveClaims == 0) {
            // SAFETY: a timestamp is far below 2^40.
            state.firstClaimedAt = uint40(block.timestamp);
            ++state.round;
        }
        Value storage value = book.values[_valueKey(range, state.round, claim.value)];
        uint256 closedAt = state.firstClaimedAt + window + (value.isSeen ? backingPeriod : 0);
        // INVARIANT: R-10, new values for one window, backers for a while longer.
        require(block.timestamp < closedAt, EntryClosed(range, closedAt));
        ++state.liveClaims;
        book.states[range] = state;
        ++value.liveClaims;
        value.isSeen = true;
    }

    /// @notice A live claim leaves, struck.
    function leave(Book storage book, Claim memory claim) internal {
        bytes32 range = claim.rangeOf();
        State storage state = book.states[range];
        --state.liveClaims;
        --book.values[_valueKey(range, state.round, claim.value)].liveClaims;
    }

    /// @notice A live claim leaves as a final one; reverts while another value is alive.
    function settle(Book storage book, Claim memory claim) internal {
        (, uint32 liveClaims, uint32 sameValue,) = standing(book, claim);
        // INVARIANT: R-11, no live claim contradicts a final one.
        require(sameValue == liveClaims, Contradicted(claim.rangeOf(), liveClaims, sameValue));
        leave(book, claim);
        book.states[claim.rangeOf()].isFinal = true;
    }

    /// @notice See IRollup.contest.
    function standing(Book storage book, Claim memory claim)
        internal
        view
        returns (uint40 firstClaimedAt, uint32 liveClaims, uint32 sameValue, bool isFinal)
    {
        bytes32 range = claim.rangeOf();
        State memory state = book.states[range];
        sameValue = book.values[_valueKey(range, state.round, claim.value)].liveClaims;
        return (state.firstClaimedAt, state.liveClaims, sameValue, state.isFinal);
    }

    function _valueKey(bytes32 range, uint32 round, bytes32 value) private pure returns (bytes32) {
        return keccak256(abi.encode(range, round, value));
    }
}
