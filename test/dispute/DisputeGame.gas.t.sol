// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Players} from "../utils/Players.sol";
import {Bond} from "src/dispute/Bond.sol";
import {GameState, Phase} from "src/dispute/GameState.sol";
import {GameParameters, IDisputeGame} from "src/dispute/IDisputeGame.sol";
import {Claim} from "src/types/Claim.sol";

/// @notice Gas of each move over 2^30 steps and 32 batches as a transaction of its own pays it, calldata included and storage cold, in
/// snapshots/game.json; and that the deposits cover them (D-18). Step proofs are those of the toy.
contract DisputeGameGasTest is Players {
    /// @dev Gas of both sides so far.
    uint256 internal total;

    function setUp() public override {
        super.setUp();
        postMany(33);
    }

    function gameParameters() internal view override returns (GameParameters memory p) {
        p = super.gameParameters();
        (p.arity, p.maxDepth) = (arity(), depth());
    }

    function arity() internal pure virtual returns (uint8) {
        return 32;
    }

    function depth() internal pure virtual override returns (uint8) {
        return 6;
    }

    /// @dev Adds a move to the table; the whole dispute is kept for every arity.
    function record(string memory name, uint256 gas) internal virtual {
        vm.snapshotValue("game", name, gas);
    }

    function test_CaseA() public {
        playMeasured(claimDiffs(proposer, 32, 33, 2), lying(33, 2, 2, 4));
        vm.snapshotValue("game", string.concat("whole Case A, k = ", vm.toString(arity())), total);
        assertLt(total, 1_500_000, "target of Case A");
    }

    function test_CaseB() public {
        playMeasured(claimDiffs(proposer, 32, 33, 2), lying(20, 2, 2, 3));
        vm.snapshotValue("game", string.concat("whole Case B, k = ", vm.toString(arity())), total);
        assertLt(total, 2_500_000, "target of Case B");
    }

    function test_CheckpointChallenge() public {
        Claim memory target = claimCheckpoint(proposer, 32, 2);
        measure("challengeCheckpoint", challenger, abi.encodeCall(IDisputeGame.challengeCheckpoint, (target)));
    }

    function test_NamingAFinalDiff() public {
        Claim memory source = claimDiffs(stranger, 8, 9, 0);
        finalizeAfterWindow(source);
        Claim memory target = claimCheckpoint(proposer, 32, 0);
        GameState memory state = playTo(Phase.NameDiff, challengeCheckpoint(target), honest(), lying(9, 2, 2, 3));
        bytes memory move = abi.encodeCall(IDisputeGame.nameFinalDiff, (state, bytes32(diffs[9]), source, ""));
        assertTrue(measure("nameFinalDiff", proposer, move).phase == Phase.OpenSteps);
    }

    function test_ReusingAStep() public {
        Claim memory target = claimDiffs(proposer, 32, 33, 0);
        Belief memory liar = lying(33, 2, 2, 4);
        GameState memory first = playTo(Phase.LastStep, challenge(challenger, target, roots[32]), honest(), liar);
        GameState memory second = playTo(Phase.LastStep, challenge(stranger, target, roots[32]), honest(), liar);
        game.proveStep(first, witnessOf(first, honest(), liar));
        measure("reuseStep", stranger, abi.encodeCall(IDisputeGame.reuseStep, (second)));
    }

    function playMeasured(Claim memory target, Belief memory liar) internal {
        bytes memory move = abi.encodeCall(
            IDisputeGame.challengeClaim, (target, target.to, target.value, "", bytes32(roots[target.to - 1]))
        );
        GameState memory state = measure("challengeClaim", challenger, move);
        while (state.phase != Phase.LastStep) {
            move = moveOf(state, liar, honest());
            uint256 allowance = Bond.nextMoveGas(state.phase, state.high - state.low, arity()) % Bond.STEP_GAS;
            uint256 before = total;
            state = measure(nameOf(bytes4(move)), playerOf(state), move);
            // INVARIANT: D-18, what the opponent deposited covers this move.
            assertLe(total - before, allowance, "deposit");
        }
        move = abi.encodeCall(IDisputeGame.proveStep, (state, witnessOf(state, liar, honest())));
        measure("proveStep and conviction", challenger, move);
    }

    /// @dev Makes a move as a transaction of its own and adds up its gas.
    function measure(string memory name, address by, bytes memory data) internal returns (GameState memory) {
        uint256 value = priceOf(by, data);
        vm.cool(address(game));
        vm.cool(address(rollup));
        vm.cool(address(machine));
        vm.recordLogs();
        vm.prank(by);
        (bool ok, bytes memory result) = address(game).call{value: value}(data);
        uint256 gas = vm.lastCallGas().gasTotalUsed + intrinsicGas(data);
        if (!ok) bubble(result);
        total += gas;
        record(name, gas);
        return stateIn(vm.getRecordedLogs());
    }

    function nameOf(bytes4 selector) internal pure returns (string memory) {
        if (selector == IDisputeGame.answerAgree.selector) return "answerAgree";
        if (selector == IDisputeGame.answerDisagree.selector) return "answerDisagree";
        if (selector == IDisputeGame.selectBatch.selector) return "selectBatch";
        if (selector == IDisputeGame.bisectBatches.selector) return "bisectBatches";
        if (selector == IDisputeGame.nameDiff.selector) return "nameDiff";
        if (selector == IDisputeGame.chooseLink.selector) return "chooseLink";
        if (selector == IDisputeGame.openSteps.selector) return "openSteps";
        if (selector == IDisputeGame.selectStep.selector) return "selectStep";
        return "bisectSteps";
    }

    function intrinsicGas(bytes memory data) internal pure returns (uint256 gas) {
        gas = 21_000;
        for (uint256 i = 0; i < data.length; ++i) {
            gas += data[i] == 0 ? 4 : 16;
        }
    }
}

/// @notice The same disputes with the other arities that were weighed; each reaches 2^30 steps.
abstract contract OtherArity is DisputeGameGasTest {
    function record(string memory, uint256) internal virtual override {}
}

contract DisputeGameGasOfArity16Test is OtherArity {
    function arity() internal pure override returns (uint8) {
        return 16;
    }

    function depth() internal pure override returns (uint8) {
        return 8;
    }

    /// @dev Only here do 32 batches take a second round.
    function record(string memory name, uint256 gas) internal override {
        if (keccak256(bytes(name)) == keccak256("bisectBatches")) {
            vm.snapshotValue("game", "bisectBatches, k = 16", gas);
        }
    }
}

contract DisputeGameGasOfArity64Test is OtherArity {
    function arity() internal pure override returns (uint8) {
        return 64;
    }

    function depth() internal pure override returns (uint8) {
        return 5;
    }
}
