// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "./utils/Players.sol";
import {Contest} from "src/Contest.sol";
import {IRollup, Status} from "src/IRollup.sol";
import {GameState} from "src/dispute/GameState.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Claims and checkpoints: entry, side by side, finality, bases (R-6 to R-17).
contract RollupClaimsTest is Players {
    uint64 internal constant N = 10;
    uint256 internal constant WINDOW = 7 days;
    uint256 internal constant BACKING = 3 days;

    function setUp() public override {
        super.setUp();
        postMany(N);
    }

    /// @dev Lets the proposer of `target` lose by silence.
    function strike(Claim memory target) internal {
        GameState memory state = challenge(target, roots[target.to - 1]);
        vm.warp(state.deadline);
        game.timeout(state);
    }

    function expectClaimRevert(address by, uint64 to, uint256 lie, bytes memory error) internal {
        bytes32[] memory values = new bytes32[](1);
        values[0] = bytes32(diffs[to] + lie);
        bytes32 chainHash = rollup.chainHash(to);
        vm.expectRevert(error);
        vm.prank(by);
        rollup.claim{value: 1 ether}(to - 1, chainHash, values);
    }

    // ------------------------------------------------------------------ form

    /// R-6.
    function test_RevertWhen_TheLengthIsNoneOrTooMuch() public {
        uint256[2] memory lengths = [uint256(0), 65];
        for (uint256 i = 0; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRollup.WrongClaimLength.selector, lengths[i], 64));
            vm.prank(proposer);
            rollup.claim{value: 1 ether}(0, 0, new bytes32[](lengths[i]));
        }
    }

    /// R-7: a reorg replaced the batches that the claim is about.
    function test_RevertWhen_TheInboxIsAnother() public {
        bytes32 actual = rollup.chainHash(N);
        bytes32 other = rollup.chainHash(N - 1);
        bytes memory error = abi.encodeWithSelector(IRollup.WrongChainHash.selector, N, other, actual);
        vm.startPrank(proposer);
        vm.expectRevert(error);
        rollup.claim{value: 1 ether}(N - 1, other, new bytes32[](1));
        vm.expectRevert(error);
        rollup.checkpoint{value: 2 ether}(N, other, 0);
    }

    function test_RevertWhen_TheBatchesDoNotExist() public {
        bytes memory error = abi.encodeWithSelector(IRollup.UnknownBatch.selector, N + 1, N);
        vm.startPrank(proposer);
        vm.expectRevert(error);
        rollup.claim{value: 1 ether}(N - 1, 0, new bytes32[](2));
        vm.expectRevert(error);
        rollup.checkpoint{value: 2 ether}(N + 1, 0, 0);
    }

    /// R-7: an id is used once, also after a conviction (hazard 57).
    function test_RevertWhen_TheClaimExists() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        bytes4 error = IRollup.ClaimExists.selector;
        expectClaimRevert(proposer, N, 0, abi.encodeWithSelector(error, target.idOf(), Status.Live));
        strike(target);
        expectClaimRevert(proposer, N, 0, abi.encodeWithSelector(error, target.idOf(), Status.Struck));
        Claim memory again = claimDiffs(stranger, N - 1, N, 0);
        finalizeAfterWindow(again);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ClaimNotLive.selector, again.idOf(), Status.Final));
        rollup.finalize(again);
    }

    /// R-8.
    function test_RevertWhen_TheBondIsAnother() public {
        bytes32 chainHash = rollup.chainHash(N);
        vm.startPrank(proposer);
        for (uint256 wrong = 1 ether - 1; wrong <= 1 ether + 1; wrong += 2) {
            vm.expectRevert(abi.encodeWithSelector(IRollup.WrongBond.selector, 1 ether, wrong));
            rollup.claim{value: wrong}(N - 1, chainHash, new bytes32[](1));
        }
        vm.expectRevert(abi.encodeWithSelector(IRollup.WrongBond.selector, 2 ether, 1 ether));
        rollup.checkpoint{value: 1 ether}(N, chainHash, 0);
    }

    // ------------------------------------------------------------------ entry

    /// R-9, R-10: a squatter claims the truth first and loses on purpose; who backed it finalises.
    function test_SquattingDoesNotStopTheTruth() public {
        Claim memory squat = claimDiffs(stranger, N - 1, N, 0);
        skip(1 days);
        Claim memory honestClaim = claimDiffs(proposer, N - 1, N, 0);
        strike(squat);
        assertTrue(statusOf(squat) == Status.Struck);
        assertTrue(statusOf(honestClaim) == Status.Live);
        vm.warp(rollup.record(honestClaim.idOf()).claimedAt + WINDOW);
        rollup.finalize(honestClaim);
        assertTrue(statusOf(honestClaim) == Status.Final);
    }

    /// R-10: a false value enters at the last second; the true one can be backed still, also when its owner is gone.
    function test_TruthCanBeBackedAfterTheWindow() public {
        Claim memory squat = claimDiffs(stranger, N - 1, N, 0);
        uint256 first = block.timestamp;
        vm.warp(first + WINDOW - 1);
        GameState memory thrown = challenge(squat, roots[N - 1]);
        Claim memory late = claimDiffs(challenger, N - 1, N, 2);
        vm.warp(thrown.deadline);
        game.timeout(thrown);
        Claim memory backer = claimDiffs(proposer, N - 1, N, 0);
        assertGt(block.timestamp, first + WINDOW);
        playOut(challenge(stranger, late, roots[N - 1]), lying(N, 2, 2, 3), honest());
        vm.warp(rollup.record(backer.idOf()).claimedAt + WINDOW);
        rollup.finalize(backer);
        assertTrue(statusOf(backer) == Status.Final);
    }

    /// R-10: values enter for one window, backers for a while longer.
    function test_RevertWhen_EntryIsClosed() public {
        Claim memory first = claimDiffs(proposer, N - 1, N, 0);
        bytes32 range = first.rangeOf();
        uint256 start = block.timestamp;
        vm.warp(start + WINDOW);
        expectClaimRevert(stranger, N, 2, abi.encodeWithSelector(Contest.EntryClosed.selector, range, start + WINDOW));
        vm.warp(start + WINDOW + BACKING - 1);
        claimDiffs(stranger, N - 1, N, 0);
        vm.warp(start + WINDOW + BACKING);
        uint256 closedAt = start + WINDOW + BACKING;
        expectClaimRevert(challenger, N, 0, abi.encodeWithSelector(Contest.EntryClosed.selector, range, closedAt));
    }

    /// R-10: after every claim was struck the range starts afresh, and forgets the values of before.
    function test_AStruckRangeStartsAfresh() public {
        Claim memory lie = claimDiffs(stranger, N - 1, N, 2);
        strike(lie);
        skip(365 days);
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        (uint40 firstClaimedAt, uint32 live, uint32 same,) = rollup.contest(target);
        assertEq(firstClaimedAt, block.timestamp);
        assertEq(live, 1);
        assertEq(same, 1);
        // The lie of the first round is a new value now.
        vm.warp(block.timestamp + WINDOW);
        bytes memory error = abi.encodeWithSelector(Contest.EntryClosed.selector, target.rangeOf(), block.timestamp);
        expectClaimRevert(challenger, N, 2, error);
    }

    // --------------------------------------------------------------- finality

    /// R-11.
    function test_RevertWhen_TheWindowIsOpen() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        uint256 endsAt = block.timestamp + WINDOW;
        vm.warp(endsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, target.idOf(), endsAt));
        rollup.finalize(target);
        vm.warp(endsAt);
        rollup.finalize(target);
        assertEq(rollup.credits(proposer), 1 ether);
        assertEq(rollup.record(target.idOf()).bond, 0, "released once");
    }

    /// R-11, hazard 52: a claim final under an open game.
    function test_RevertWhen_AGameIsOpen() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 2);
        skip(WINDOW - 1);
        challenge(target, roots[N - 1]);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.GamesOpen.selector, target.idOf(), 1));
        rollup.finalize(target);
    }

    /// R-11: a true claim holds up a false one, which nobody challenged.
    function test_RevertWhen_AnotherValueIsAlive() public {
        Claim memory lie = claimDiffs(stranger, N - 1, N, 2);
        Claim memory truth = claimDiffs(proposer, N - 1, N, 0);
        skip(WINDOW);
        bytes memory error = abi.encodeWithSelector(Contest.Contradicted.selector, lie.rangeOf(), 2, 1);
        vm.expectRevert(error);
        rollup.finalize(lie);
        vm.expectRevert(error);
        rollup.finalize(truth);
    }

    /// R-11: each backer's own window; then the range is closed.
    function test_BackersFinalizeOneByOne() public {
        Claim memory first = claimDiffs(proposer, N - 1, N, 0);
        skip(2 days);
        Claim memory second = claimDiffs(stranger, N - 1, N, 0);
        skip(5 days);
        rollup.finalize(first);
        bytes memory error = abi.encodeWithSelector(Contest.RangeFinal.selector, first.rangeOf());
        expectClaimRevert(challenger, N, 0, error);
        uint256 endsAt = block.timestamp + 2 days;
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, second.idOf(), endsAt));
        rollup.finalize(second);
        skip(2 days);
        rollup.finalize(second);
        assertEq(rollup.credits(stranger), 1 ether);
    }

    /// R-12.
    function test_RevertWhen_ChallengedAfterTheWindow() public {
        Claim memory target = claimDiffs(proposer, 0, 1, 2);
        uint256 endsAt = block.timestamp + WINDOW;
        vm.warp(endsAt);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowPassed.selector, target.idOf(), endsAt));
        vm.prank(challenger);
        game.challengeClaim(target, 1, target.value, "", bytes32(GENESIS));
        vm.warp(endsAt - 1);
        challenge(target, GENESIS);
    }

    // ------------------------------------------------------ bases, checkpoints

    /// R-13: a late false claim below a checkpoint could not be challenged.
    function test_RevertWhen_TheClaimIsBelowTheCheckpoint() public {
        finalizeAfterWindow(claimCheckpoint(proposer, 6, 0));
        bytes memory error = abi.encodeWithSelector(IRollup.BelowCheckpoint.selector, 5, 6);
        expectClaimRevert(stranger, 6, 2, error);
        bytes32 chainHash = rollup.chainHash(6);
        vm.expectRevert(abi.encodeWithSelector(IRollup.BelowCheckpoint.selector, 6, 6));
        vm.prank(stranger);
        rollup.checkpoint{value: 2 ether}(6, chainHash, 0);
        Claim memory above = claimDiffs(stranger, 6, 7, 2);
        GameState memory state = challenge(above, roots[6]);
        assertEq(state.agreed, bytes32(roots[6]), "the checkpoint is the base");
    }

    /// R-13: a checkpoint that became final after the claim is no base of its games.
    function test_TheBaseIsThatOfTheClaimsCreation() public {
        Claim memory check = claimCheckpoint(proposer, 6, 0);
        skip(6 days);
        Claim memory target = claimDiffs(stranger, 4, 5, 2);
        skip(2 days);
        rollup.finalize(check);
        GameState memory state = challenge(target, roots[4]);
        assertEq(state.low, 0);
        assertEq(state.agreed, bytes32(GENESIS));
        playOut(state, lying(5, 2, 2, 3), honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    /// R-16.
    function test_TheLatestCheckpointOnlyMovesForward() public {
        Claim memory low = claimCheckpoint(proposer, 4, 0);
        Claim memory high = claimCheckpoint(stranger, 8, 0);
        skip(8 days);
        rollup.finalize(high);
        rollup.finalize(low);
        (uint64 batch, bytes32 root) = rollup.latestCheckpoint();
        assertEq(batch, 8);
        assertEq(root, bytes32(roots[8]));
        assertEq(rollup.finalStateRoot(4), bytes32(roots[4]));
        assertEq(rollup.credits(proposer), 2 ether);
    }

    /// R-15: the checkpoint's own, longer window.
    function test_RevertWhen_TheCheckpointsWindowIsOpen() public {
        Claim memory target = claimCheckpoint(proposer, 4, 0);
        uint256 endsAt = block.timestamp + 8 days;
        vm.warp(endsAt - 1);
        vm.expectRevert(abi.encodeWithSelector(IRollup.WindowOpen.selector, target.idOf(), endsAt));
        rollup.finalize(target);
        vm.expectRevert(abi.encodeWithSelector(IRollup.StateRootNotFinal.selector, 4));
        rollup.finalStateRoot(4);
    }

    /// R-14, hazard 54: only a final claim vouches for a diff.
    function test_RevertWhen_TheDiffIsNotFinal() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.ClaimNotFinal.selector, target.idOf(), Status.Live));
        rollup.requireFinalDiff(target, N, target.value, "");
        finalizeAfterWindow(target);
        rollup.requireFinalDiff(target, N, target.value, "");
        vm.expectRevert();
        rollup.requireFinalDiff(target, N, bytes32(uint256(target.value) + 1), "");
    }

    /// R-14, hazard 54: a struck claim vouches for nothing, also when another of its range is final.
    function test_RevertWhen_TheDiffIsOfAStruckClaim() public {
        Claim memory struck = claimDiffs(stranger, N - 1, N, 2);
        strike(struck);
        finalizeAfterWindow(claimDiffs(proposer, N - 1, N, 0));
        vm.expectRevert(abi.encodeWithSelector(IRollup.ClaimNotFinal.selector, struck.idOf(), Status.Struck));
        rollup.requireFinalDiff(struck, N, struck.value, "");
    }
}
