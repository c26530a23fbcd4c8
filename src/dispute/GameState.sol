// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Claim} from "../types/Claim.sol";

/// @notice What the next move of a game is. The name of a phase is the name of its move.
enum Phase {
    Answer, // proposer: answerAgree or answerDisagree
    SelectBatch, // challenger
    BisectBatches, // proposer
    NameDiff, // proposer: nameDiff or nameFinalDiff
    ChooseLink, // challenger
    OpenSteps, // proposer
    SelectStep, // challenger
    BisectSteps, // proposer
    LastStep // anyone: proveStep or reuseStep
}

/// @notice Which machine stage two runs (D-8).
enum Link {
    Execution,
    Fold
}

/// @notice The whole state of a game. On chain it is a hash; each move brings it and emits the next one (D-1).
struct GameState {
    Claim claim;
    /// Number of the game among those of its claim, from 1, in order of opening.
    uint32 seat;
    address challenger;
    Phase phase;
    Link link;
    /// The batch in dispute: the challenged n or r, after stage one x.
    uint64 batch;
    /// The disputed range: batches in stage one, steps in stage two, where high - low is a power of the arity.
    uint64 low;
    uint64 high;
    /// What both parties hold at `low`: a state root, from stage two on a machine state. In Answer the base's root.
    bytes32 agreed;
    /// What the proposer says, and the challenger disputes, at `high`. In Answer the challenger's h(S'_{n-1}).
    bytes32 disputed;
    /// h(Δ) of `batch`: claimed in Case A, named in Case B, else 0.
    bytes32 diffRoot;
    /// L1 time at which whoever has the turn is out of time.
    uint64 deadline;
    /// Seconds left to the party whose clock stands; that of the party to move is `deadline` minus now.
    uint64 proposerTime;
    uint64 challengerTime;
    /// Challenge bond and deposits, in wei.
    uint128 pot;
    /// What the proposer says at the inner points of the range; only in SelectBatch and SelectStep.
    bytes32[] points;
}

using {hash} for GameState global;

bytes32 constant GAME_TAG = "Game";
bytes32 constant GAME_STATE_TAG = "GameState";

/// @notice What the contract stores of a game.
function hash(GameState memory state) pure returns (bytes32) {
    return keccak256(abi.encode(GAME_STATE_TAG, state));
}

/// @notice The id of a game: its claim, itself a content hash, and its place among that claim's games.
function gameIdOf(bytes32 claimId, uint32 seat) pure returns (bytes32) {
    return keccak256(abi.encode(GAME_TAG, claimId, seat));
}

/// @notice Whether the proposer is to move.
function isProposersTurn(Phase phase) pure returns (bool) {
    return phase == Phase.Answer || phase == Phase.BisectBatches || phase == Phase.NameDiff || phase == Phase.OpenSteps
        || phase == Phase.BisectSteps;
}
