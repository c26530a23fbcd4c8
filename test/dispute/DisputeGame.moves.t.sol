// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {IRollup, Status} from "src/IRollup.sol";
import {MerkleTree} from "src/commitment/MerkleTree.sol";
import {Bisection} from "src/dispute/Bisection.sol";
import {Clock} from "src/dispute/Clock.sol";
import {GameState, Link, Phase, isProposersTurn} from "src/dispute/GameState.sol";
import {IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {StepBisection} from "src/dispute/StepBisection.sol";
import {BatchInput} from "src/machine/IStepMachine.sol";
import {Witness} from "src/machine/Witness.sol";
import {BatchHeader} from "src/types/BatchHeader.sol";
import {Claim} from "src/types/Claim.sol";
import {DiffRoots} from "src/types/DiffRoots.sol";

/// @notice Every illegal move reverts with its own error (D-1 to D-3, D-6, D-11 to D-13, D-18).
contract DisputeGameMovesTest is Players {
    uint64 internal constant N = 30;

    Belief internal liar;
    Claim internal target;

    function setUp() public override {
        super.setUp();
        postMany(N);
        target = claimDiffs(proposer, N - 1, N, 4);
        liar = lying(17, 2, 2, 3);
    }

    /// @dev The state of a fresh game of Case B that reached `phase`; every phase occurs in it.
    function reach(Phase phase) internal returns (GameState memory) {
        return playTo(phase, challenge(target, roots[N - 1]), liar, honest());
    }

    /// @dev A well-formed call of each move, in the order of `Phase`; two moves share the phases Answer, NameDiff, LastStep.
    function everyMove(GameState memory s) internal pure returns (bytes[] memory moves, Phase[] memory phases) {
        BatchHeader memory header;
        bytes32[] memory none;
        moves = new bytes[](12);
        phases = new Phase[](12);
        (moves[0], phases[0]) = (abi.encodeCall(IDisputeGame.answerAgree, (s, header, 0, none)), Phase.Answer);
        (moves[1], phases[1]) = (abi.encodeCall(IDisputeGame.answerDisagree, (s, 0, none)), Phase.Answer);
        (moves[2], phases[2]) = (abi.encodeCall(IDisputeGame.selectBatch, (s, 0)), Phase.SelectBatch);
        (moves[3], phases[3]) = (abi.encodeCall(IDisputeGame.bisectBatches, (s, none)), Phase.BisectBatches);
        (moves[4], phases[4]) = (abi.encodeCall(IDisputeGame.nameDiff, (s, 0)), Phase.NameDiff);
        (moves[5], phases[5]) = (abi.encodeCall(IDisputeGame.nameFinalDiff, (s, 0, s.claim, "")), Phase.NameDiff);
        (moves[6], phases[6]) = (abi.encodeCall(IDisputeGame.chooseLink, (s, Link.Fold)), Phase.ChooseLink);
        (moves[7], phases[7]) = (abi.encodeCall(IDisputeGame.openSteps, (s, header, 0, none)), Phase.OpenSteps);
        (moves[8], phases[8]) = (abi.encodeCall(IDisputeGame.selectStep, (s, 0)), Phase.SelectStep);
        (moves[9], phases[9]) = (abi.encodeCall(IDisputeGame.bisectSteps, (s, none)), Phase.BisectSteps);
        (moves[10], phases[10]) = (abi.encodeCall(IDisputeGame.proveStep, (s, "")), Phase.LastStep);
        (moves[11], phases[11]) = (abi.encodeCall(IDisputeGame.reuseStep, (s)), Phase.LastStep);
    }

    function expectRevertOf(address by, bytes memory data, bytes memory error) internal {
        vm.prank(by);
        (bool ok, bytes memory result) = address(game).call(data);
        assertFalse(ok);
        assertEq(result, error);
    }

    function test_RevertWhen_TheMoveIsOfAnotherPhase() public {
        for (uint256 p = 0; p <= uint256(Phase.LastStep); ++p) {
            GameState memory state = reach(Phase(p));
            (bytes[] memory moves, Phase[] memory phases) = everyMove(state);
            for (uint256 i = 0; i < moves.length; ++i) {
                if (phases[i] == Phase(p)) continue;
                bytes memory error = abi.encodeWithSelector(IDisputeGame.WrongPhase.selector, p);
                expectRevertOf(playerOf(state), moves[i], error);
            }
        }
    }

    function test_RevertWhen_TheOpponentOrAStrangerMoves() public {
        for (uint256 p = 0; p < uint256(Phase.LastStep); ++p) {
            GameState memory state = reach(Phase(p));
            (address mover, address opponent) = (proposer, challenger);
            if (!isProposersTurn(Phase(p))) (mover, opponent) = (opponent, mover);
            bytes memory move = moveOf(state, liar, honest());
            bytes4 error = IDisputeGame.WrongPlayer.selector;
            expectRevertOf(opponent, move, abi.encodeWithSelector(error, mover, opponent));
            expectRevertOf(stranger, move, abi.encodeWithSelector(error, mover, stranger));
        }
    }

    function test_RevertWhen_TheMoveIsLate() public {
        for (uint256 p = 0; p <= uint256(Phase.LastStep); ++p) {
            uint256 snapshot = vm.snapshotState();
            GameState memory state = reach(Phase(p));
            bytes memory move = p == uint256(Phase.LastStep)
                ? abi.encodeCall(IDisputeGame.proveStep, (state, witnessOf(state, liar, honest())))
                : moveOf(state, liar, honest());
            vm.warp(state.deadline);
            bytes memory error = abi.encodeWithSelector(Clock.DeadlinePassed.selector, state.deadline, state.deadline);
            expectRevertOf(playerOf(state), move, error);
            vm.warp(state.deadline - 1);
            if (p < uint256(Phase.LastStep)) play(playerOf(state), move);
            else game.proveStep(state, witnessOf(state, liar, honest()));
            vm.revertToState(snapshot);
        }
    }

    function test_RevertWhen_TheStateIsStaleOrForged() public {
        for (uint256 p = 0; p < uint256(Phase.LastStep); ++p) {
            GameState memory state = reach(Phase(p));
            bytes memory move = moveOf(state, liar, honest());
            GameState memory next = play(playerOf(state), move);
            // Repeated: the game has gone on.
            bytes memory error = abi.encodeWithSelector(IDisputeGame.StaleState.selector, next.hash(), state.hash());
            expectRevertOf(playerOf(state), move, error);
            // Forged: the pot grew.
            next.pot += 1;
            bytes memory forged = next.phase == Phase.LastStep
                ? abi.encodeCall(IDisputeGame.proveStep, (next, ""))
                : moveOf(next, liar, honest());
            bytes32 got = next.hash();
            next.pot -= 1;
            error = abi.encodeWithSelector(IDisputeGame.StaleState.selector, next.hash(), got);
            expectRevertOf(playerOf(next), forged, error);
        }
    }

    function test_RevertWhen_TheGameEnded() public {
        GameState memory state = reach(Phase.LastStep);
        bytes memory witness = witnessOf(state, liar, honest());
        game.proveStep(state, witness);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.StaleState.selector, bytes32(0), state.hash()));
        game.proveStep(state, witness);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.StaleState.selector, bytes32(0), state.hash()));
        game.settle(state);
    }

    function test_RevertWhen_TheDepositIsAnother() public {
        for (uint256 p = 0; p < uint256(Phase.LastStep); ++p) {
            GameState memory state = reach(Phase(p));
            bytes memory move = moveOf(state, liar, honest());
            address by = playerOf(state);
            uint256 value = priceOf(by, move);
            assertGt(value, 0);
            for (uint256 off = 0; off < 2; ++off) {
                uint256 wrong = value - 1 + 2 * off;
                vm.prank(by);
                (bool ok, bytes memory result) = address(game).call{value: wrong}(move);
                assertFalse(ok);
                assertEq(result, abi.encodeWithSelector(IDisputeGame.WrongDeposit.selector, value, wrong));
            }
        }
    }

    function test_RevertWhen_PointsAreTooFewOrTooMany() public {
        Phase[4] memory phases = [Phase.Answer, Phase.BisectBatches, Phase.OpenSteps, Phase.BisectSteps];
        for (uint256 i = 0; i < phases.length; ++i) {
            GameState memory s = reach(phases[i]);
            for (uint256 count = 2; count <= 4; count += 2) {
                bytes32[] memory points = new bytes32[](count);
                bytes memory move;
                if (i == 0) move = abi.encodeCall(IDisputeGame.answerDisagree, (s, bytes32(uint256(1)), points));
                if (i == 1) move = abi.encodeCall(IDisputeGame.bisectBatches, (s, points));
                if (i == 2) move = abi.encodeCall(IDisputeGame.openSteps, (s, headers[s.batch], 2, points));
                if (i == 3) move = abi.encodeCall(IDisputeGame.bisectSteps, (s, points));
                bytes4 error = Bisection.WrongPointCount.selector;
                expectRevertOf(proposer, move, abi.encodeWithSelector(error, 3, count));
            }
        }
    }

    function test_RevertWhen_PointsAreGivenForASingleBatch() public {
        Claim memory second = claimDiffs(proposer, 1, 2, 4);
        GameState memory state = challenge(second, roots[1]);
        bytes memory move = abi.encodeCall(IDisputeGame.answerDisagree, (state, 0, new bytes32[](1)));
        expectRevertOf(proposer, move, abi.encodeWithSelector(Bisection.WrongPointCount.selector, 0, 1));
    }

    function test_RevertWhen_ThePieceIsOutOfRange() public {
        bytes memory error = abi.encodeWithSelector(Bisection.PieceOutOfRange.selector, 4, 4);
        GameState memory state = reach(Phase.SelectBatch);
        expectRevertOf(challenger, abi.encodeCall(IDisputeGame.selectBatch, (state, 4)), error);
        state = reach(Phase.SelectStep);
        expectRevertOf(challenger, abi.encodeCall(IDisputeGame.selectStep, (state, 4)), error);
    }

    /// D-4: agreeing under the name of disagreement.
    function test_RevertWhen_DisagreeingWithAnEqualRoot() public {
        GameState memory state = reach(Phase.Answer);
        bytes memory move =
            abi.encodeCall(IDisputeGame.answerDisagree, (state, state.disputed, batchPoints(liar, state)));
        expectRevertOf(proposer, move, abi.encodeWithSelector(IDisputeGame.SameRoot.selector, state.disputed));
    }

    function batchPoints(Belief memory b, GameState memory state) internal view returns (bytes32[] memory) {
        return pointsOf(b, state, state.low, state.high);
    }

    /// D-11: the machine runs the batch in dispute.
    function test_RevertWhen_TheHeaderIsOfAnotherBatch() public {
        GameState memory state = reach(Phase.OpenSteps);
        BatchHeader memory header = headers[18];
        bytes memory error =
            abi.encodeWithSelector(IDisputeGame.WrongHeader.selector, rollup.chainHash(17), rollup.chainHash(18));
        expectRevertOf(proposer, abi.encodeCall(IDisputeGame.openSteps, (state, header, 0, new bytes32[](0))), error);
        header = headers[17];
        header.payloadLength += 1;
        error = abi.encodeWithSelector(IDisputeGame.WrongHeader.selector, rollup.chainHash(17), header.chainHashOf());
        expectRevertOf(proposer, abi.encodeCall(IDisputeGame.openSteps, (state, header, 0, new bytes32[](0))), error);
    }

    /// D-4, D-11: both ends are computed by the contract, from what was agreed, named and claimed.
    function test_TheEndsOfTheMachineAreTheContracts() public {
        bytes32[] memory none;
        GameState memory state = challenge(target, roots[N - 1]);
        assertEq(state.agreed, bytes32(GENESIS));
        state = play(proposer, abi.encodeCall(IDisputeGame.answerAgree, (state, headers[N], 0, none)));
        assertEq(state.agreed, startOf(N, roots[N - 1]), "Case A starts from the agreed root");
        assertEq(state.disputed, machine.haltedState(target.value));

        state = reach(Phase.OpenSteps);
        assertEq(state.diffRoot, bytes32(diffs[17] + 2));
        state = play(proposer, abi.encodeCall(IDisputeGame.openSteps, (state, headers[17], 0, none)));
        assertEq(state.agreed, startOf(17, roots[16]), "execution");
        assertEq(state.disputed, machine.haltedState(bytes32(diffs[17] + 2)));

        state = reach(Phase.ChooseLink);
        state = play(challenger, abi.encodeCall(IDisputeGame.chooseLink, (state, Link.Fold)));
        state = play(proposer, abi.encodeCall(IDisputeGame.openSteps, (state, headers[17], 0, none)));
        assertEq(state.agreed, machine.startState(bytes32(diffs[17] + 2), bytes32(roots[16])), "fold");
        assertEq(state.disputed, machine.haltedState(bytes32(roots[17] + 2)));
    }

    function startOf(uint64 n, uint256 root) internal view returns (bytes32) {
        BatchInput memory input = BatchInput({
            payloadRoot: headers[n].payloadRoot, payloadLength: headers[n].payloadLength, l1Time: headers[n].l1Time
        });
        return machine.startState(bytes32(root), input, chainConfig());
    }

    /// D-7: in Case B no diff is in play until the proposer names one.
    function test_TheClaimedDiffIsOutOfPlayInCaseB() public {
        assertEq(reach(Phase.Answer).diffRoot, target.value);
        assertEq(reach(Phase.SelectBatch).diffRoot, 0);
    }

    /// D-12: the number of steps is bounded.
    function test_RevertWhen_TheDepthIsTooLarge() public {
        GameState memory state = reach(Phase.OpenSteps);
        bytes memory move = abi.encodeCall(IDisputeGame.openSteps, (state, headers[17], 5, new bytes32[](3)));
        expectRevertOf(proposer, move, abi.encodeWithSelector(StepBisection.TooDeep.selector, 5, 4));
    }

    /// D-9: a live diff is not final, nor is a false one that is nowhere.
    function test_RevertWhen_TheNamedDiffIsNotFinal() public {
        Claim memory live = claimDiffs(stranger, 16, 17, 2);
        GameState memory state = reach(Phase.NameDiff);
        bytes memory move = abi.encodeCall(IDisputeGame.nameFinalDiff, (state, live.value, live, ""));
        bytes memory error = abi.encodeWithSelector(IRollup.ClaimNotFinal.selector, live.idOf(), Status.Live);
        expectRevertOf(proposer, move, error);
    }

    /// D-2: a challenge is bound to the claim, the index and the claimed root.
    function test_RevertWhen_TheIndexOrTheRootIsNotClaimed() public {
        Claim memory many = claimDiffs(stranger, 10, 15, 2);
        bytes4 error = DiffRoots.BatchNotClaimed.selector;
        uint64[2] memory outside = [uint64(10), 16];
        for (uint256 i = 0; i < 2; ++i) {
            bytes memory move = abi.encodeCall(IDisputeGame.challengeClaim, (many, outside[i], 0, "", 0));
            expectRevertOf(challenger, move, abi.encodeWithSelector(error, outside[i], 10, 15));
        }
        vm.expectPartialRevert(Witness.WitnessTooShort.selector);
        vm.prank(challenger);
        game.challengeClaim(many, 15, bytes32(diffs[15]), "", 0);
        bytes32 wrong = bytes32(uint256(target.value) + 1);
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeRoot.selector, target.value, wrong));
        vm.prank(challenger);
        game.challengeClaim(target, N, wrong, "", 0);
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTrailingBytes.selector, 1));
        vm.prank(challenger);
        game.challengeClaim(target, N, target.value, hex"00", 0);
    }

    function test_RevertWhen_TheClaimDoesNotExist() public {
        Claim memory none = target;
        none.proposer = stranger;
        bytes memory move = abi.encodeCall(IDisputeGame.challengeClaim, (none, N, none.value, "", 0));
        bytes memory error = abi.encodeWithSelector(IRollup.ClaimNotLive.selector, none.idOf(), Status.None);
        expectRevertOf(challenger, move, error);
        // Hazard 57: a batch that does not exist yet.
        none = target;
        (none.from, none.to) = (N, N + 1);
        move = abi.encodeCall(IDisputeGame.challengeClaim, (none, N + 1, none.value, "", 0));
        error = abi.encodeWithSelector(IRollup.ClaimNotLive.selector, none.idOf(), Status.None);
        expectRevertOf(challenger, move, error);
    }

    function test_RevertWhen_TheKindIsAnother() public {
        Claim memory check = claimCheckpoint(proposer, N, 2);
        bytes memory move = abi.encodeCall(IDisputeGame.challengeClaim, (check, N, check.value, "", 0));
        bytes memory error = abi.encodeWithSelector(DiffRoots.BatchNotClaimed.selector, N, 0, N);
        expectRevertOf(challenger, move, error);
        move = abi.encodeCall(IDisputeGame.challengeCheckpoint, (target));
        expectRevertOf(challenger, move, abi.encodeWithSelector(IDisputeGame.NotCheckpoint.selector));
    }

    function test_RevertWhen_TheBaseRootIsAnother() public {
        Claim memory first = claimDiffs(proposer, 0, 1, 2);
        bytes memory move = abi.encodeCall(IDisputeGame.challengeClaim, (first, 1, first.value, "", 0));
        bytes memory error = abi.encodeWithSelector(IDisputeGame.WrongBaseRoot.selector, bytes32(GENESIS), 0);
        expectRevertOf(challenger, move, error);
    }

    /// D-14: a wrong witness reverts and decides nothing.
    function test_RevertWhen_TheWitnessDoesNotFit() public {
        GameState memory state = reach(Phase.LastStep);
        bytes memory wrong = witnessOf(state, liar, honest());
        wrong[wrong.length - 1] ^= 0x01;
        vm.expectRevert();
        game.proveStep(state, wrong);
        assertEq(game.stateHash(idOf(state)), state.hash());
    }

    function idOf(GameState memory state) internal pure returns (bytes32) {
        return keccak256(abi.encode(bytes32("Game"), state.claim.idOf(), state.seat));
    }
}
