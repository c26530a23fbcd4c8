// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {gameIdOf} from "./GameState.sol";

/// @title Docket
/// @notice The games of each claim: a list of those alive in order of opening, changed in constant time (D-21).
library Docket {
    struct Head {
        /// Games ever opened; their seats are 1 to `seats`.
        uint32 seats;
        /// Earliest and latest seat alive; 0 if none is.
        uint32 first;
        uint32 last;
        /// One of the games struck the claim.
        bool struck;
    }

    struct Entry {
        /// 0 if there is no such game or it ended.
        bytes32 stateHash;
        address challenger;
        /// Neighbours in the list; 0 at its ends.
        uint32 previous;
        uint32 next;
    }

    struct Book {
        mapping(bytes32 claimId => Head) heads;
        mapping(bytes32 gameId => Entry) entries;
    }

    /// @notice Appends a game.
    function enter(Book storage book, bytes32 claimId, address challenger) internal returns (uint32 seat) {
        Head storage head = book.heads[claimId];
        uint32 last = head.last;
        seat = head.seats + 1;
        head.seats = seat;
        head.last = seat;
        if (last == 0) head.first = seat;
        else book.entries[gameIdOf(claimId, last)].next = seat;
        Entry storage entry = book.entries[gameIdOf(claimId, seat)];
        entry.challenger = challenger;
        entry.previous = last;
    }

    /// @notice Removes a game that ended.
    function leave(Book storage book, bytes32 claimId, uint32 seat) internal {
        Head storage head = book.heads[claimId];
        bytes32 gameId = gameIdOf(claimId, seat);
        (uint32 previous, uint32 next) = (book.entries[gameId].previous, book.entries[gameId].next);
        delete book.entries[gameId];
        if (previous == 0) head.first = next;
        else book.entries[gameIdOf(claimId, previous)].next = next;
        if (next == 0) head.last = previous;
        else book.entries[gameIdOf(claimId, next)].previous = previous;
    }

    /// @notice The challenger of the earliest-opened game that is alive; 0 if none is.
    function earliest(Book storage book, bytes32 claimId) internal view returns (address) {
        uint32 first = book.heads[claimId].first;
        return first == 0 ? address(0) : book.entries[gameIdOf(claimId, first)].challenger;
    }

    /// @notice Whether the claim has more than one game alive.
    function hasSiblings(Book storage book, bytes32 claimId) internal view returns (bool) {
        return book.heads[claimId].first != book.heads[claimId].last;
    }
}
