// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Verdict} from "../IRollup.sol";
import {ChainConfig} from "../machine/IStepMachine.sol";
import {BatchHeader} from "../types/BatchHeader.sol";
import {Claim} from "../types/Claim.sol";
import {GameState, Link, Phase} from "./GameState.sol";

/// @notice Constants of the games; each is checked at construction.
struct GameParameters {
    /// k: pieces of a bisection.
    uint8 arity;
    /// Most d with k^d steps; from the caps of a batch.
    uint8 maxDepth;
    /// Seconds on each party's clock.
    uint64 clockAllowance;
    /// Seconds gained with each move.
    uint64 clockIncrement;
    /// Seconds to prove the last step; at least a day.
    uint64 stepWindow;
    uint128 challengeBond;
    /// Wei per gas of the opponent's next move.
    uint128 depositGasPrice;
}

/// @title DisputeGame
/// @notice Plays the disputes of one rollup. See docs/4-dispute.md.
///
/// Each move brings the `GameState` that it answers, taken from the last `GameOpened` or `Moved` of the game, and sends
/// as value exactly `deposit(phase, range)` of the state that it leads to if that passes the turn, else nothing.
///
/// LIVENESS: a party that does not move before `deadline` loses. TRUST: in the machines' verifiers and the rollup, fixed
/// at construction. There is no owner.
/// @dev Warning: a verdict binds two parties and their bonds. A lost challenge confirms nothing.
interface IDisputeGame {
    event GameOpened(bytes32 indexed gameId, bytes32 indexed claimId, address indexed challenger, GameState state);

    /// @notice `player` moved; `state` is what the next move has to bring.
    event Moved(bytes32 indexed gameId, address indexed player, GameState state);

    event GameClosed(
        bytes32 indexed gameId, bytes32 indexed claimId, Verdict indexed verdict, address winner, uint128 pot
    );

    /// @notice A proved step was kept for the other games of the claim (D-15).
    event StepKept(Link indexed link, bytes32 indexed preState, bytes32 postState);

    error InvalidParameter(string name, uint256 value);
    error GameTooShort(uint256 steps, uint256 needed);
    error NotCheckpoint();
    error WrongBaseRoot(bytes32 expected, bytes32 got);
    error StaleState(bytes32 stored, bytes32 got);
    error ClaimStruck(bytes32 claimId);
    error ClaimNotStruck(bytes32 claimId);
    error WrongPhase(Phase actual);
    error WrongPlayer(address expected, address got);
    error WrongDeposit(uint256 expected, uint256 got);
    error SameRoot(bytes32 root);
    error WrongHeader(bytes32 expected, bytes32 got);
    error StepNotKept(bytes32 preState);

    /// @notice Disputes h(Δ_batch) of a claim (D-4). Value: challenge bond + deposit.
    /// @param proof The Merkle proof of `diffRoot` in the claim's value; empty if the claim is about one batch.
    /// @param preStateRoot The challenger's h(S'_{batch-1}).
    function challengeClaim(
        Claim calldata claim,
        uint64 batch,
        bytes32 diffRoot,
        bytes calldata proof,
        bytes32 preStateRoot
    ) external payable returns (bytes32 gameId);

    /// @notice Disputes a checkpoint (D-5). Value: challenge bond + deposit.
    function challengeCheckpoint(Claim calldata claim) external payable returns (bytes32 gameId);

    /// @notice Agrees on h(S_{n-1}) and opens Case A at once: `openSteps` of the agreed root (D-4, D-11 to D-13).
    function answerAgree(GameState calldata state, BatchHeader calldata header, uint8 depth, bytes32[] calldata points)
        external
        payable;

    /// @notice Disagrees with the proposer's own h(S_{n-1}) and posts the first points of stage one (D-4, D-6).
    function answerDisagree(GameState calldata state, bytes32 preStateRoot, bytes32[] calldata points) external payable;

    /// @notice Posts the state roots at the inner points of the disputed batches (D-6).
    function bisectBatches(GameState calldata state, bytes32[] calldata points) external payable;

    /// @notice Picks the piece [piece, piece + 1] of the points to go on with (D-6).
    function selectBatch(GameState calldata state, uint256 piece) external payable;

    /// @notice Names the proposer's h(Δ_x) (D-7).
    function nameDiff(GameState calldata state, bytes32 diffRoot) external payable;

    /// @notice Names the final h(Δ_x) and goes on with the fold (D-9).
    function nameFinalDiff(GameState calldata state, bytes32 diffRoot, Claim calldata source, bytes calldata proof)
        external
        payable;

    /// @notice Picks the link that stage two disputes (D-8).
    function chooseLink(GameState calldata state, Link link) external payable;

    /// @notice Opens stage two: k^depth steps and, if depth > 0, the k − 1 inner machine states (D-11 to D-13).
    /// @param header The preimage of A_x; read by an execution game only.
    function openSteps(GameState calldata state, BatchHeader calldata header, uint8 depth, bytes32[] calldata points)
        external
        payable;

    /// @notice Posts the machine states at the inner points of the disputed steps (D-13).
    function bisectSteps(GameState calldata state, bytes32[] calldata points) external payable;

    /// @notice Picks the piece [piece, piece + 1] of the points to go on with (D-13).
    function selectStep(GameState calldata state, uint256 piece) external payable;

    /// @notice Decides the game by the witness of its last step. For anyone (D-14).
    function proveStep(GameState calldata state, bytes calldata witness) external;

    /// @notice Decides the game by a step that was proved in another game of the claim. For anyone (D-15).
    function reuseStep(GameState calldata state) external;

    /// @notice Ends a game whose party to move ran out of time. For anyone (D-16).
    function timeout(GameState calldata state) external;

    /// @notice Pays a game whose claim another game struck to its challenger. For anyone (D-20).
    function settle(GameState calldata state) external;

    /// @notice The value that a move has to send if it passes the turn into `phase` with a range of `length` = high − low.
    /// Opening a game sends the challenge bond besides.
    function deposit(Phase phase, uint64 length) external view returns (uint256);

    /// @notice The hash of a game's present state; 0 if there is no such game or it ended.
    function stateHash(bytes32 gameId) external view returns (bytes32);

    /// @notice The games of a claim.
    /// @return seats Games ever opened.
    /// @return first Seat of the earliest that is alive; 0 if none is.
    /// @return last Seat of the latest that is alive; 0 if none is.
    /// @return struck Whether one of them struck the claim.
    function docket(bytes32 claimId) external view returns (uint32 seats, uint32 first, uint32 last, bool struck);

    function parameters() external view returns (GameParameters memory);

    function chainConfig() external view returns (ChainConfig memory);

    function rollup() external view returns (address);

    function batchMachine() external view returns (address);

    function foldMachine() external view returns (address);
}
