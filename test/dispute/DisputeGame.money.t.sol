// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {IRollup, Status, Verdict} from "src/IRollup.sol";
import {Bond} from "src/dispute/Bond.sol";
import {GameState, Phase} from "src/dispute/GameState.sol";
import {IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Claims and withdraws; takes no ether: a payee that would block a push payment.
contract Miser {
    function claim(IRollup rollup, uint64 from, bytes32 chainHash, bytes32[] calldata values) external payable {
        rollup.claim{value: msg.value}(from, chainHash, values);
    }

    function withdraw(IRollup rollup, address to) external {
        rollup.withdraw(to);
    }
}

/// @notice Withdraws once more when it is paid.
contract Reenterer is Miser {
    bool internal entered;

    receive() external payable {
        if (entered) return;
        entered = true;
        IRollup(msg.sender).withdraw(address(this));
    }
}

/// @notice Deposits, pots, burn and rewards (D-15, D-18 to D-21, R-18 to R-21).
contract DisputeGameMoneyTest is Players {
    uint64 internal constant N = 10;
    uint256 internal constant BOND = 1 ether;
    /// @dev convictionGas at base fee 1 gwei + tip 1 gwei.
    uint256 internal constant REFUND = 1_000_000 * 2 gwei;

    Belief internal liar;

    function setUp() public override {
        super.setUp();
        postMany(N);
        liar = lying(N, 2, 2, 3);
    }

    function lie() internal returns (Claim memory) {
        return claimDiffs(proposer, N - 1, N, 2);
    }

    /// D-18: what each move sends, by the table.
    function test_Deposits() public view {
        uint256 price = 10 gwei;
        uint256 points = Bond.MOVE_GAS + 4 * Bond.POINT_GAS;
        Phase[5] memory withPoints =
            [Phase.Answer, Phase.SelectBatch, Phase.BisectBatches, Phase.OpenSteps, Phase.BisectSteps];
        for (uint256 i = 0; i < withPoints.length; ++i) {
            assertEq(game.deposit(withPoints[i], 16), points * price);
        }
        assertEq(game.deposit(Phase.SelectStep, 16), points * price);
        assertEq(game.deposit(Phase.SelectStep, 4), (points + 2 ** 24) * price, "the step after it");
        assertEq(game.deposit(Phase.NameDiff, 1), Bond.MOVE_GAS * price);
        assertEq(game.deposit(Phase.ChooseLink, 1), Bond.MOVE_GAS * price);
        assertEq(game.deposit(Phase.LastStep, 1), (Bond.MOVE_GAS + 2 ** 24) * price);
    }

    /// D-18: who keeps the turn pays nothing.
    function test_NoDepositWhereTheTurnStays() public {
        Claim memory target = claimDiffs(proposer, 1, 2, 2);
        GameState memory state = challenge(target, roots[1]);
        bytes memory move = abi.encodeCall(IDisputeGame.answerDisagree, (state, 0, new bytes32[](0)));
        assertEq(priceOf(proposer, move), 0);
        assertTrue(play(proposer, move).phase == Phase.NameDiff);
    }

    /// R-19: half of the whole bond is burned, gas is refunded, the rest goes to the earliest game alive.
    function test_ConvictionByProof() public {
        Claim memory target = lie();
        uint256 burnedBefore = address(0).balance;
        GameState memory state = playTo(Phase.LastStep, challenge(target, roots[N - 1]), liar, honest());
        vm.expectEmit(address(rollup));
        emit IRollup.Struck(target.idOf(), N, Verdict.Convicted, BOND / 2);
        game.proveStep(state, witnessOf(state, liar, honest()));
        assertEq(address(0).balance - burnedBefore, BOND / 2, "burned");
        assertEq(rollup.credits(challenger), state.pot + BOND / 2, "pot, refund and rest");
        assertEq(rollup.credits(proposer), 0);
        assertEq(address(game).balance, 0);
        assertEq(address(rollup).balance, rollup.credits(challenger), "R-18");
    }

    /// R-19: whatever the base fee, the refund comes after the burn.
    function test_TheRefundNeverTouchesTheBurn() public {
        vm.fee(1 ether);
        Claim memory target = lie();
        uint256 burnedBefore = address(0).balance;
        playOut(challenge(target, roots[N - 1]), liar, honest());
        assertEq(address(0).balance - burnedBefore, BOND / 2);
    }

    /// R-20: a proposer that strikes its own claim by silence gets the gas of it back at most.
    function test_ConvictionBySilencePaysGasOnly() public {
        Claim memory target = lie();
        uint256 burnedBefore = address(0).balance;
        GameState memory state = challenge(target, roots[N - 1]);
        vm.warp(state.deadline);
        vm.prank(stranger);
        game.timeout(state);
        assertEq(address(0).balance - burnedBefore, BOND - REFUND);
        assertEq(rollup.credits(challenger), state.pot + REFUND);
        assertEq(rollup.credits(stranger), 0);
    }

    /// R-19, D-20: siblings end paid; the rest of the bond is the earliest's, not the fastest's.
    function test_SiblingsAreSettled() public {
        Claim memory target = lie();
        GameState memory first = challenge(challenger, target, roots[N - 1]);
        GameState memory second = challenge(stranger, target, roots[N - 1]);
        first = play(proposer, proposerMove(first, liar));
        second = playTo(Phase.LastStep, second, liar, honest());
        game.proveStep(second, witnessOf(second, liar, honest()));
        assertEq(rollup.credits(stranger), second.pot + REFUND, "the convicting game");
        assertEq(rollup.credits(challenger), BOND / 2 - REFUND, "the earliest game alive");

        // D-20: its own clock can't be run out any more.
        vm.warp(first.deadline);
        bytes memory error = abi.encodeWithSelector(IDisputeGame.ClaimStruck.selector, target.idOf());
        vm.expectRevert(error);
        game.timeout(first);
        bytes memory move = challengerMove(first, honest());
        vm.prank(challenger);
        (bool ok, bytes memory result) = address(game).call(move);
        assertFalse(ok);
        assertEq(result, error);
        game.settle(first);
        assertEq(rollup.credits(challenger), BOND / 2 - REFUND + first.pot);
        assertEq(address(game).balance, 0);
        assertEq(rollup.record(target.idOf()).openGames, 0);
    }

    /// R-19: a game that ended before is not alive.
    function test_TheEarliestGameAliveIsPaid() public {
        Claim memory target = lie();
        GameState memory first = playTo(Phase.SelectStep, challenge(challenger, target, roots[N - 1]), liar, honest());
        skip(1);
        GameState memory second = playTo(Phase.SelectStep, challenge(stranger, target, roots[N - 1]), liar, honest());
        vm.warp(first.deadline);
        game.timeout(first);
        assertEq(rollup.credits(proposer), first.pot, "D-19: a lost pot is the proposer's");
        playOut(second, liar, honest());
        assertGt(rollup.credits(stranger), BOND / 2);
        assertEq(rollup.credits(challenger), 0);
    }

    function test_RevertWhen_SettledWithoutAConviction() public {
        Claim memory target = lie();
        GameState memory state = challenge(target, roots[N - 1]);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.ClaimNotStruck.selector, target.idOf()));
        game.settle(state);
    }

    /// D-15: the step that one game proved decides its siblings, either way.
    function test_AProvedStepServesItsSiblings() public {
        Claim memory target = claimDiffs(proposer, N - 1, N, 0);
        GameState memory first = playTo(Phase.LastStep, challenge(challenger, target, roots[N - 1]), honest(), liar);
        GameState memory second = playTo(Phase.LastStep, challenge(stranger, target, roots[N - 1]), honest(), liar);
        vm.expectRevert(abi.encodeWithSelector(IDisputeGame.StepNotKept.selector, second.agreed));
        game.reuseStep(second);
        game.proveStep(first, witnessOf(first, honest(), liar));
        game.reuseStep(second);
        assertTrue(statusOf(target) == Status.Live);
        assertEq(rollup.credits(proposer), first.pot + second.pot);

        Claim memory false_ = lie();
        first = playTo(Phase.LastStep, challenge(challenger, false_, roots[N - 1]), liar, honest());
        assertEq(first.agreed, second.agreed, "the same pre-state");
        game.reuseStep(first);
        assertTrue(statusOf(false_) == Status.Struck, "another post-state");
    }

    /// R-18: payees that refuse or reenter hurt nobody but themselves.
    function test_PayeesCannotBlock() public {
        Miser miser = new Miser();
        creditThrough(miser);
        vm.expectRevert(abi.encodeWithSelector(IRollup.TransferFailed.selector, address(miser), 1 ether));
        miser.withdraw(rollup, address(miser));
        miser.withdraw(rollup, stranger);
        assertEq(rollup.credits(address(miser)), 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NothingToWithdraw.selector, address(miser)));
        miser.withdraw(rollup, stranger);
    }

    /// @dev The contract holds the bond of another claim, which a second payment would be made from.
    function test_RevertWhen_WithdrawIsReentered() public {
        Reenterer reenterer = new Reenterer();
        creditThrough(reenterer);
        claimDiffs(proposer, N - 2, N - 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IRollup.TransferFailed.selector, address(reenterer), 1 ether));
        reenterer.withdraw(rollup, address(reenterer));
    }

    /// @dev Lets `claimant` make a true claim and credits it with the bond.
    function creditThrough(Miser claimant) internal {
        bytes32[] memory values = new bytes32[](1);
        values[0] = bytes32(diffs[N]);
        bytes32 chainHash = rollup.chainHash(N);
        vm.recordLogs();
        vm.prank(stranger);
        claimant.claim{value: 1 ether}(rollup, N - 1, chainHash, values);
        finalizeAfterWindow(claimedIn(vm.getRecordedLogs()));
        assertEq(rollup.credits(address(claimant)), 1 ether);
    }

    /// R-21.
    function test_RevertWhen_AnyoneElseOpensOrClosesGames() public {
        Claim memory target = lie();
        vm.startPrank(stranger);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotGame.selector, stranger));
        rollup.openGame(target);
        vm.expectRevert(abi.encodeWithSelector(IRollup.NotGame.selector, stranger));
        rollup.closeGame(target, Verdict.Convicted, stranger, stranger);
    }

    /// D-21: ending a game in the middle of many costs what ending the only one costs.
    function test_GamesEndInConstantGas() public {
        Claim memory target = lie();
        GameState[] memory states = new GameState[](20);
        for (uint256 i = 0; i < states.length; ++i) {
            states[i] = challenge(target, roots[N - 1]);
            states[i] = play(proposer, proposerMove(states[i], liar));
        }
        vm.warp(states[0].deadline);
        uint256 least = type(uint256).max;
        uint256 most;
        for (uint256 i = 1; i < states.length; i += 2) {
            game.timeout(states[i]);
            uint256 gas = vm.lastCallGas().gasTotalUsed;
            (least, most) = (gas < least ? gas : least, gas > most ? gas : most);
        }
        assertLt(most - least, 25_000, "but for the first credit");
        (uint32 seats, uint32 first, uint32 last, bool struck) = game.docket(target.idOf());
        assertEq(seats, 20);
        assertEq(first, 1);
        assertEq(last, 19);
        assertFalse(struck);
    }
}
