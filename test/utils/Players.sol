// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Counter} from "./CounterMachine.sol";
import {GameTest} from "./GameTest.sol";
import {GameState, Link, Phase, isProposersTurn} from "src/dispute/GameState.sol";
import {IDisputeGame} from "src/dispute/IDisputeGame.sol";

/// @notice Plays both sides of a game. A player is the honest one over a belief; a liar is the honest player over a
/// patched belief.
abstract contract Players is GameTest {
    using Counter for Counter.Trace;

    /// @dev What a player takes for true: the honest chain, patched from batch `at` on. Lies are even, so that the toy's later
    /// diffs stay as they are.
    struct Belief {
        uint64 at;
        /// Added to S_n for n >= at.
        uint256 root;
        /// Added to Δ_at.
        uint256 diff;
        /// The step in which a run comes to contain the lie.
        uint256 step;
    }

    function honest() internal pure returns (Belief memory) {
        return lying(type(uint64).max, 0, 0, 0);
    }

    function lying(uint64 at, uint256 root, uint256 diff, uint256 step) internal pure returns (Belief memory) {
        return Belief({at: at, root: root, diff: diff, step: step});
    }

    function rootOf(Belief memory b, uint256 n) internal view returns (uint256) {
        return roots[n] + (n >= b.at ? b.root : 0);
    }

    function diffOf(Belief memory b, uint256 n) internal view returns (uint256) {
        return diffs[n] + (n == b.at ? b.diff : 0);
    }

    /// @dev The machine run that a player believes in, from the start that the game gives. A lie that the link does not
    /// contain changes nothing: execution ends in the believed diff, fold in the believed root.
    function traceOf(Belief memory b, GameState memory state) internal view returns (Counter.Trace memory) {
        uint64 n = state.batch;
        uint256 root = rootOf(b, n - 1);
        bool lies = n == b.at;
        if (state.link == Link.Execution) {
            return Counter.Trace({
                tag: Counter.runOf(root),
                remaining: headers[n].payloadLength,
                sum: root % 2,
                lieAt: b.step,
                lie: lies ? b.diff : 0
            });
        }
        unchecked {
            return Counter.Trace({
                tag: Counter.FOLD,
                remaining: uint256(state.diffRoot),
                sum: root,
                lieAt: b.step,
                lie: lies ? b.root - b.diff : 0
            });
        }
    }

    /// @dev The hash that a player holds at an index of the disputed range.
    function hashAt(Belief memory b, GameState memory state, uint256 index) internal view returns (bytes32) {
        bool isStageOne = state.phase <= Phase.NameDiff;
        return isStageOne ? bytes32(rootOf(b, index)) : traceOf(b, state).at(index);
    }

    /// @dev The hashes at the inner points of a range.
    function pointsOf(Belief memory b, GameState memory state, uint64 low, uint64 high)
        internal
        view
        returns (bytes32[] memory points)
    {
        uint256 arity = game.parameters().arity;
        uint256 count = high - low < arity ? high - low : arity;
        points = new bytes32[](count - 1);
        for (uint256 i = 1; i < count; ++i) {
            points[i - 1] = hashAt(b, state, low + i * (high - low) / count);
        }
    }

    /// @dev The first piece whose end the challenger disputes.
    function pieceOf(Belief memory b, GameState memory state) internal view returns (uint256 piece) {
        uint256 count = state.points.length + 1;
        while (piece + 1 < count) {
            uint256 end = state.low + (piece + 1) * (state.high - state.low) / count;
            if (state.points[piece] != hashAt(b, state, end)) break;
            ++piece;
        }
    }

    /// @dev The depth that players give: 4^2 = 16 steps hold every run of these tests.
    function depth() internal view virtual returns (uint8) {
        return 2;
    }

    /// @dev The move of whose turn it is, by its own belief.
    function moveOf(GameState memory state, Belief memory p, Belief memory c) internal view returns (bytes memory) {
        return isProposersTurn(state.phase) ? proposerMove(state, p) : challengerMove(state, c);
    }

    function proposerMove(GameState memory state, Belief memory b) internal view returns (bytes memory) {
        Phase phase = state.phase;
        if (phase == Phase.Answer) {
            bytes32 root = bytes32(rootOf(b, state.high));
            if (root == state.disputed) {
                return abi.encodeCall(
                    IDisputeGame.answerAgree, (state, headers[state.batch], depth(), openingPoints(state, b))
                );
            }
            bytes32[] memory points = pointsOf(b, state, state.low, state.high);
            return abi.encodeCall(IDisputeGame.answerDisagree, (state, root, points));
        }
        if (phase == Phase.NameDiff) {
            return abi.encodeCall(IDisputeGame.nameDiff, (state, bytes32(diffOf(b, state.batch))));
        }
        if (phase == Phase.OpenSteps) {
            return
                abi.encodeCall(IDisputeGame.openSteps, (state, headers[state.batch], depth(), openingPoints(state, b)));
        }
        bytes32[] memory inner = pointsOf(b, state, state.low, state.high);
        if (phase == Phase.BisectBatches) return abi.encodeCall(IDisputeGame.bisectBatches, (state, inner));
        return abi.encodeCall(IDisputeGame.bisectSteps, (state, inner));
    }

    function openingPoints(GameState memory state, Belief memory b) internal view returns (bytes32[] memory) {
        GameState memory opened = state;
        Phase phase = state.phase;
        opened.phase = Phase.OpenSteps;
        uint64 high = uint64(uint256(game.parameters().arity) ** depth());
        bytes32[] memory points = pointsOf(b, opened, 0, high);
        state.phase = phase;
        return points;
    }

    function challengerMove(GameState memory state, Belief memory b) internal view returns (bytes memory) {
        Phase phase = state.phase;
        if (phase == Phase.SelectBatch) {
            return abi.encodeCall(IDisputeGame.selectBatch, (state, pieceOf(b, state)));
        }
        if (phase == Phase.ChooseLink) {
            // D-10: fold iff the named diff is one's own.
            bool isOwn = state.diffRoot == bytes32(diffOf(b, state.batch));
            return abi.encodeCall(IDisputeGame.chooseLink, (state, isOwn ? Link.Fold : Link.Execution));
        }
        return abi.encodeCall(IDisputeGame.selectStep, (state, pieceOf(b, state)));
    }

    function playerOf(GameState memory state) internal pure returns (address) {
        return isProposersTurn(state.phase) ? state.claim.proposer : state.challenger;
    }

    /// @dev Plays on until `phase` is reached.
    function playTo(Phase phase, GameState memory state, Belief memory p, Belief memory c)
        internal
        returns (GameState memory)
    {
        while (state.phase != phase) {
            state = play(playerOf(state), moveOf(state, p, c));
        }
        return state;
    }

    /// @dev Plays to the last step and brings its witness.
    function playOut(GameState memory state, Belief memory p, Belief memory c) internal {
        state = playTo(Phase.LastStep, state, p, c);
        game.proveStep(state, witnessOf(state, p, c));
    }

    /// @dev The preimage of the last step's pre-state, which both players hold.
    function witnessOf(GameState memory state, Belief memory p, Belief memory c) internal view returns (bytes memory) {
        bytes memory witness = traceOf(p, state).preimageAt(state.low);
        return keccak256(witness) == state.agreed ? witness : traceOf(c, state).preimageAt(state.low);
    }
}
