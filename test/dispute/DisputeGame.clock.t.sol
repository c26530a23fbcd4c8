// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {Status} from "src/IRollup.sol";
import {Clock} from "src/dispute/Clock.sol";
import {GameState, Phase, isProposersTurn} from "src/dispute/GameState.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Chess clocks (D-14, D-16, D-17).
contract DisputeGameClockTest is Players {
    uint64 internal constant N = 30;
    uint256 internal constant ALLOWANCE = 2 days;
    uint256 internal constant INCREMENT = 1 hours;

    Belief internal liar;
    Claim internal target;

    function setUp() public override {
        super.setUp();
        postMany(N);
        liar = lying(17, 2, 2, 3);
        target = claimDiffs(proposer, N - 1, N, 4);
    }

    function assertTimesOut(Phase phase, Status expected) internal {
        uint256 snapshot = vm.snapshotState();
        GameState memory state = playTo(phase, challenge(target, roots[N - 1]), liar, honest());
        vm.warp(state.deadline - 1);
        vm.expectRevert(abi.encodeWithSelector(Clock.DeadlineAhead.selector, state.deadline, state.deadline - 1));
        game.timeout(state);
        vm.warp(state.deadline);
        vm.prank(stranger);
        game.timeout(state);
        assertTrue(statusOf(target) == expected);
        vm.revertToState(snapshot);
    }

    /// D-16: at t >= deadline the party to move loses, in every phase; at t < deadline nobody does.
    function test_TheSilentPartyLoses() public {
        for (uint256 p = 0; p < uint256(Phase.LastStep); ++p) {
            assertTimesOut(Phase(p), isProposersTurn(Phase(p)) ? Status.Struck : Status.Live);
        }
    }

    /// D-14: a last step that nobody proves condemns the proposer, who named it.
    function test_AnUnprovedLastStepCondemns() public {
        assertTimesOut(Phase.LastStep, Status.Struck);
    }

    /// D-14: the last step's own clock is not what is left of a party's.
    function test_TheLastStepHasItsOwnClock() public {
        GameState memory state = challenge(target, roots[N - 1]);
        while (state.phase != Phase.LastStep) {
            if (!isProposersTurn(state.phase)) vm.warp(state.deadline - 1);
            state = play(playerOf(state), moveOf(state, liar, honest()));
        }
        assertEq(state.deadline, block.timestamp + 1 days);
        vm.warp(state.deadline - 1);
        vm.prank(stranger);
        game.proveStep(state, witnessOf(state, liar, honest()));
        assertTrue(statusOf(target) == Status.Struck);
    }

    /// D-16: a clock runs in its owner's turn only, and gains the increment with each move.
    function test_ClocksRunAndGain() public {
        GameState memory state = challenge(target, roots[N - 1]);
        assertEq(state.deadline, block.timestamp + ALLOWANCE);
        skip(5 hours);
        state = play(proposer, proposerMove(state, liar));
        assertEq(state.proposerTime, ALLOWANCE - 5 hours + INCREMENT);
        assertEq(state.challengerTime, ALLOWANCE);
        assertEq(state.deadline, block.timestamp + ALLOWANCE);
        skip(7 hours);
        state = play(challenger, challengerMove(state, honest()));
        assertEq(state.challengerTime, ALLOWANCE - 7 hours + INCREMENT);
        assertEq(state.deadline, block.timestamp + ALLOWANCE - 5 hours + INCREMENT);
    }

    /// D-16: at the end of its clock a party that moves still gains what its next move needs.
    function test_ALastSecondMoveLeavesTheIncrement() public {
        GameState memory state = challenge(target, roots[N - 1]);
        vm.warp(state.deadline - 1);
        state = play(proposer, proposerMove(state, liar));
        assertEq(state.proposerTime, INCREMENT + 1);
    }

    /// The formula of the longest dispute: both parties use all of their time in every move.
    function test_TheLongestDispute() public {
        GameState memory state = challenge(target, roots[N - 1]);
        uint256 openedAt = block.timestamp;
        uint256 moves;
        while (state.phase != Phase.LastStep) {
            vm.warp(state.deadline - 1);
            state = play(playerOf(state), moveOf(state, liar, honest()));
            ++moves;
        }
        vm.warp(state.deadline);
        game.timeout(state);
        // L = 29, k = 4: R = 3; d = 2.
        assertEq(moves, 2 * 3 + 2 + 2 * 2, "M");
        assertLe(block.timestamp - openedAt, 2 * ALLOWANCE + moves * INCREMENT + 1 days, "T");
    }

    /// D-17: a second game of the same parties has clocks of its own.
    function test_ClocksAreOfOneGame() public {
        GameState memory first = challenge(target, roots[N - 1]);
        skip(1 days);
        GameState memory second = challenge(target, roots[N - 1]);
        assertEq(second.deadline, first.deadline + 1 days);
        assertEq(second.seat, first.seat + 1);
    }

    /// D-22: a sybil's challenge that ends in the last second of the window shortens nobody's.
    function test_ChallengesStayOpenWhileOthersRun() public {
        challenge(stranger, target, roots[N - 1]);
        skip(7 days - 1);
        GameState memory state = challenge(target, roots[N - 1]);
        playOut(state, liar, honest());
        assertTrue(statusOf(target) == Status.Struck);
    }
}
