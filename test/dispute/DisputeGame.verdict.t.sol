// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {Status} from "src/IRollup.sol";
import {GameState, Link, Phase} from "src/dispute/GameState.sol";
import {IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Every kind of lie, on both sides, and its verdict (D-4 to D-15, D-22 to D-24).
contract DisputeGameVerdictTest is Players {
    uint64 internal constant N = 30;

    function setUp() public override {
        super.setUp();
        postMany(N);
    }

    function assertConvicted(Claim memory target) internal {
        assertTrue(statusOf(target) == Status.Struck, "struck");
        assertEq(rollup.batchCount(), N, "R-5: no transaction is removed");
        assertEq(rollup.chainHash(target.to), target.chainHash, "R-5: nor changed");
        // The range is claimed again and finalises.
        Claim memory again = claimDiffs(stranger, N - 1, N, 0);
        finalizeAfterWindow(again);
        assertTrue(statusOf(again) == Status.Final);
    }

    function assertAcquitted(Claim memory target) internal {
        assertTrue(statusOf(target) == Status.Live, "D-22: a lost challenge confirms nothing");
        assertGe(rollup.credits(proposer), game.parameters().challengeBond, "the pot");
        vm.warp(rollup.record(target.idOf()).claimedAt + 8 days);
        rollup.finalize(target);
    }

    // ---------------------------------------------------------------- Case A

    function test_CaseA_FalseDiff() public {
        Belief memory liar = lying(N, 2, 2, 4);
        Claim memory target = claimDiffs(proposer, N - 1, N, 2);
        GameState memory state = challenge(target, roots[N - 1]);
        assertTrue(state.phase == Phase.Answer);
        state = playTo(Phase.LastStep, state, liar, honest());
        assertEq(state.low, 3, "the step into the lie");
        playOut(state, liar, honest());
        assertConvicted(target);
    }

    function test_CaseA_EveryStepOfALie(uint256 step) public {
        // Payload of batch N: 5 + 29 % 4 = 6 bytes, so 7 steps; a lie may also stand only in the output.
        Belief memory liar = lying(N, 2, 2, bound(step, 1, 7));
        Claim memory target = claimDiffs(proposer, N - 1, N, 2);
        playOut(challenge(target, roots[N - 1]), liar, honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    function test_CaseA_LyingChallenger() public {
        Belief memory liar = lying(N, 2, 2, 4);
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        playOut(challenge(target, roots[N - 1]), honest(), liar);
        assertAcquitted(target);
    }

    function test_CaseA_AtTheBaseNobodyStatesTheRoot() public {
        Claim memory target = claimDiffs(proposer, 0, 1, 2);
        GameState memory state = challenge(target, GENESIS);
        assertTrue(state.phase == Phase.OpenSteps);
        playOut(state, lying(1, 2, 2, 2), honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    function test_CaseA_SingleStep() public {
        Claim memory target = claimDiffs(proposer, 0, 1, 2);
        GameState memory state = challenge(target, GENESIS);
        bytes memory move = abi.encodeCall(IDisputeGame.openSteps, (state, headers[1], 0, new bytes32[](0)));
        state = play(proposer, move);
        assertTrue(state.phase == Phase.LastStep);
        playOut(state, honest(), honest());
        assertTrue(statusOf(target) == Status.Struck, "the first step of a longer run does not halt");
    }

    function test_CaseA_OneBatchOfAClaimOfMany() public {
        Claim memory target = claimDiffs(proposer, N - 5, N, 2);
        bytes32[] memory leaves = new bytes32[](5);
        for (uint64 i = 0; i < 5; ++i) {
            leaves[i] = bytes32(diffs[N - 4 + i]);
        }
        // The true diff of N - 3 (index 1 of 5 in a tree of depth 3) can't be condemned for the false one of N.
        bytes memory proof = proofOfSecondOfFive(leaves, bytes32(diffs[N] + 2));
        bytes memory move =
            abi.encodeCall(IDisputeGame.challengeClaim, (target, N - 3, leaves[1], proof, bytes32(roots[N - 4])));
        playOut(play(challenger, move), honest(), lying(N - 3, 2, 2, 4));
        assertTrue(statusOf(target) == Status.Live);
    }

    // ---------------------------------------------------------------- Case B

    function test_CaseB_Execution() public {
        for (uint64 x = 1; x < N; ++x) {
            uint256 snapshot = vm.snapshotState();
            Belief memory liar = lying(x, 2, 2, 3);
            Claim memory target = claimDiffs(proposer, N - 1, N, 4);
            GameState memory state = playTo(Phase.OpenSteps, challenge(target, roots[N - 1]), liar, honest());
            assertEq(state.batch, x, "the first disputed batch");
            assertTrue(state.link == Link.Execution);
            playOut(state, liar, honest());
            assertConvicted(target);
            vm.revertToState(snapshot);
        }
    }

    function test_CaseB_Fold() public {
        Belief memory liar = lying(17, 2, 0, 3);
        Claim memory target = claimDiffs(proposer, N - 1, N, 4);
        GameState memory state = playTo(Phase.OpenSteps, challenge(target, roots[N - 1]), liar, honest());
        assertTrue(state.link == Link.Fold);
        playOut(state, liar, honest());
        assertConvicted(target);
    }

    function test_CaseB_LyingChallengerOfExecution() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        playOut(challenge(target, roots[N - 1] + 2), honest(), lying(17, 2, 2, 3));
        assertAcquitted(target);
    }

    function test_CaseB_LyingChallengerOfFold() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        playOut(challenge(target, roots[N - 1] + 2), honest(), lying(17, 2, 0, 3));
        assertAcquitted(target);
    }

    /// D-6: over a range of one batch there is nothing to select.
    function test_CaseB_RangeOfOneBatch() public {
        Claim memory target = claimDiffs(proposer, 1, 2, 4);
        Belief memory liar = lying(1, 2, 2, 3);
        GameState memory state = challenge(target, roots[1]);
        state = play(proposer, proposerMove(state, liar));
        assertTrue(state.phase == Phase.NameDiff);
        playOut(state, liar, honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    /// D-7: a stranger's false claim on x is open; the honest proposer of n > x names its own diff.
    function test_PoisonedBatch() public {
        Claim memory poison = claimDiffs(stranger, 16, 17, 2);
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        // The challenger's root is folded from the poison.
        GameState memory state = challenge(target, roots[N - 1] + 2);
        state = playTo(Phase.ChooseLink, state, honest(), lying(17, 2, 2, 3));
        assertEq(state.diffRoot, bytes32(diffs[17]));
        playOut(state, honest(), lying(17, 2, 2, 3));
        assertAcquitted(target);
        assertTrue(statusOf(poison) == Status.Live);
    }

    // ------------------------------------------------------------ checkpoints

    function test_Checkpoint_FalseRoot() public {
        for (uint256 diffLie = 0; diffLie <= 2; diffLie += 2) {
            uint256 snapshot = vm.snapshotState();
            Claim memory target = claimCheckpoint(proposer, N, 2);
            playOut(challengeCheckpoint(target), lying(9, 2, diffLie, 3), honest());
            assertTrue(statusOf(target) == Status.Struck);
            vm.revertToState(snapshot);
        }
    }

    function test_Checkpoint_LyingChallenger() public {
        Claim memory target = claimCheckpoint(proposer, N, 0);
        playOut(challengeCheckpoint(target), honest(), lying(9, 2, 2, 3));
        assertAcquitted(target);
        (uint64 batch, bytes32 root) = rollup.latestCheckpoint();
        assertEq(batch, N);
        assertEq(root, bytes32(roots[N]));
    }

    function test_Checkpoint_OneBatchAboveItsBase() public {
        Claim memory target = claimCheckpoint(proposer, 1, 2);
        GameState memory state = challengeCheckpoint(target);
        assertTrue(state.phase == Phase.NameDiff);
        playOut(state, lying(1, 2, 0, 3), honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    /// D-9: where diffs are final a state root is settled without execution.
    function test_Checkpoint_FinalDiffLeavesOnlyFold() public {
        Claim memory final_ = claimDiffs(stranger, 8, 9, 0);
        finalizeAfterWindow(final_);
        Claim memory target = claimCheckpoint(proposer, N, 0);
        Belief memory liar = lying(9, 2, 2, 3);
        GameState memory state = playTo(Phase.NameDiff, challengeCheckpoint(target), honest(), liar);
        bytes memory move = abi.encodeCall(IDisputeGame.nameFinalDiff, (state, bytes32(diffs[9]), final_, ""));
        state = play(proposer, move);
        assertTrue(state.phase == Phase.OpenSteps && state.link == Link.Fold);
        playOut(state, honest(), lying(9, 2, 0, 3));
        assertAcquitted(target);
    }

    // ---------------------------------------------------------------- meaning

    /// D-23: two colluders agree on a false root; the true claim of another on the same range is untouched.
    function test_AgreedButFalseRootHarmsOnlyThoseWhoAgreed() public {
        Claim memory mine = claimDiffs(proposer, N - 1, N, 0);
        Claim memory theirs = claimDiffs(stranger, N - 1, N, 0);
        // From an odd false root the true diff is false.
        GameState memory state = challenge(theirs, roots[N - 1] + 1);
        Belief memory colluder = lying(N - 1, 1, 0, 99);
        playOut(state, colluder, colluder);
        assertTrue(statusOf(theirs) == Status.Struck);
        finalizeAfterWindow(mine);
        assertTrue(statusOf(mine) == Status.Final);
    }

    /// D-22: the challenger loses on purpose; another challenger convicts the same claim.
    function test_LostChallengeConfirmsNothing() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 2);
        Belief memory liar = lying(N, 2, 2, 4);
        GameState memory state = playTo(Phase.SelectStep, challenge(target, roots[N - 1]), liar, honest());
        vm.warp(state.deadline);
        game.timeout(state);
        assertTrue(statusOf(target) == Status.Live);
        playOut(challenge(stranger, target, roots[N - 1]), liar, honest());
        assertTrue(statusOf(target) == Status.Struck);
    }

    function proofOfSecondOfFive(bytes32[] memory leaves, bytes32 last) internal pure returns (bytes memory) {
        bytes32 right = node(leaves[2], leaves[3]);
        bytes32 zero1 = node(0, 0);
        bytes32 far = node(node(last, 0), zero1);
        return abi.encodePacked(uint24(7), leaves[0], right, far);
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encode(bytes32("MerkleNode"), left, right));
    }
}
