// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";
import {Test} from "forge-std/Test.sol";
import {Rollup} from "src/Rollup.sol";
import {DisputeGame} from "src/dispute/DisputeGame.sol";

/// @notice What holds whatever anybody does, with one honest party that answers in time:
///
/// * I-1 The rollup holds the bonds of live claims and all credits; the games hold the pots of open games.
/// * I-2 A struck claim never becomes final; a final one is never struck.
/// * I-3 No batch is removed or changed.
/// * I-4 No claim of the honest party is struck.
/// * I-5 No lie becomes final.
/// * I-6 The honest party never loses money.
/// * I-7 A game's stored hash is that of the state in its last event.
/// * I-8 A claim counts its open games.
///
/// forge-config: default.invariant.depth = 128
/// forge-config: default.invariant.fail-on-revert = true
contract RollupInvariantTest is Test {
    Handler internal handler;
    Rollup internal rollup;
    DisputeGame internal game;

    function setUp() public {
        handler = new Handler();
        handler.setUp();
        (rollup, game) = handler.contracts();
        // Moves and time more often than the rest, so that games come to an end.
        bytes4[] memory selectors = new bytes4[](14);
        selectors[0] = Handler.newBatch.selector;
        selectors[1] = Handler.claimTruth.selector;
        selectors[2] = Handler.claimTruthAsSybil.selector;
        selectors[3] = Handler.claimLie.selector;
        selectors[4] = Handler.challengeAny.selector;
        selectors[5] = Handler.finalizeAll.selector;
        selectors[6] = Handler.withdrawAny.selector;
        for (uint256 i = 7; i < 11; ++i) {
            selectors[i] = Handler.moveAny.selector;
        }
        for (uint256 i = 11; i < 14; ++i) {
            selectors[i] = Handler.passTime.selector;
        }
        targetContract(address(handler));
        targetSelector(FuzzSelector({addr: address(handler), selectors: selectors}));
    }

    function invariant_Solvency() public view {
        assertEq(address(rollup).balance, handler.lockedInClaims() + handler.allCredits(), "I-1");
        assertEq(address(game).balance, handler.lockedInGames(), "I-1");
    }

    function invariant_ClaimsEndOnceAndAsTheyShould() public {
        handler.checkClaims();
    }

    function invariant_BatchesStay() public view {
        for (uint64 n = 0; n <= rollup.batchCount(); ++n) {
            assertEq(rollup.chainHash(n), handler.postedChain(n), "I-3");
        }
    }

    function invariant_TheHonestPartyNeverLoses() public view {
        assertGe(handler.honestWealth(), handler.HONEST_FUNDS(), "I-6");
    }

    function invariant_GamesAreWhatTheirEventsSay() public view {
        handler.checkGames();
    }
}
