// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IRollup, Verdict} from "../IRollup.sol";
import {BatchInput, ChainConfig, IBatchMachine, IFoldMachine, IStepMachine} from "../machine/IStepMachine.sol";
import {BatchHeader} from "../types/BatchHeader.sol";
import {Claim, Kind} from "../types/Claim.sol";
import {DiffRoots} from "../types/DiffRoots.sol";
import {BatchBisection} from "./BatchBisection.sol";
import {Bisection} from "./Bisection.sol";
import {Bond} from "./Bond.sol";
import {Clock} from "./Clock.sol";
import {Docket} from "./Docket.sol";
import {GameSettings} from "./GameSettings.sol";
import {GameState, Link, Phase, gameIdOf, isProposersTurn} from "./GameState.sol";
import {GameParameters, IDisputeGame} from "./IDisputeGame.sol";
import {StepBisection} from "./StepBisection.sol";

/// @title DisputeGame
/// @notice See IDisputeGame, which is the manual.
contract DisputeGame is IDisputeGame, GameSettings {
    using Docket for Docket.Book;

    Docket.Book private _docket;
    /// @dev Post-states of steps proved while their claim had other games (D-15). A state is a hash, so never 0.
    mapping(Link link => mapping(bytes32 preState => bytes32 postState)) private _keptSteps;

    /// @param rollup_ Address at which the rollup will be deployed; its constructor checks that it is.
    constructor(
        IRollup rollup_,
        IBatchMachine batchMachine_,
        IFoldMachine foldMachine_,
        ChainConfig memory config,
        GameParameters memory p
    ) GameSettings(rollup_, batchMachine_, foldMachine_, config, p) {}

    // ---------------------------------------------------------------- opening

    /// @inheritdoc IDisputeGame
    function challengeClaim(
        Claim calldata claim,
        uint64 batch,
        bytes32 diffRoot,
        bytes calldata proof,
        bytes32 preStateRoot
    ) external payable returns (bytes32 gameId) {
        DiffRoots.requireIn(claim, batch, diffRoot, proof);
        GameState memory game;
        bytes32 baseRoot;
        (game.low, baseRoot) = ROLLUP.openGame(claim);
        game.high = batch - 1;
        game.batch = batch;
        game.agreed = baseRoot;
        game.disputed = preStateRoot;
        game.diffRoot = diffRoot;
        if (game.low == game.high) {
            // INVARIANT: D-4, at the base nobody states the root.
            require(preStateRoot == baseRoot, WrongBaseRoot(baseRoot, preStateRoot));
            game.phase = Phase.OpenSteps;
            game.link = Link.Execution;
        }
        return _open(game, claim);
    }

    /// @inheritdoc IDisputeGame
    function challengeCheckpoint(Claim calldata claim) external payable returns (bytes32 gameId) {
        require(claim.kind == Kind.Checkpoint, NotCheckpoint());
        GameState memory game;
        (game.low, game.agreed) = ROLLUP.openGame(claim);
        game.high = claim.to;
        game.batch = claim.to;
        game.disputed = claim.value;
        BatchBisection.next(game);
        return _open(game, claim);
    }

    // -------------------------------------------------------------- stage one

    /// @inheritdoc IDisputeGame
    function answerAgree(GameState calldata state, BatchHeader calldata header, uint8 depth, bytes32[] calldata points)
        external
        payable
    {
        GameState memory game = _enter(state, Phase.Answer);
        game.agreed = game.disputed;
        game.link = Link.Execution;
        _openSteps(game, header, depth, points);
        _leave(game, Phase.Answer);
    }

    /// @inheritdoc IDisputeGame
    function answerDisagree(GameState calldata state, bytes32 preStateRoot, bytes32[] calldata points)
        external
        payable
    {
        GameState memory game = _enter(state, Phase.Answer);
        // INVARIANT: D-4, who disagrees has another root.
        require(preStateRoot != game.disputed, SameRoot(preStateRoot));
        game.disputed = preStateRoot;
        game.diffRoot = 0;
        BatchBisection.next(game);
        // A range of one batch needs no points; `bisect` would ask for a selection of the only piece.
        if (game.phase == Phase.BisectBatches) BatchBisection.bisect(game, points, ARITY);
        else require(points.length == 0, Bisection.WrongPointCount(0, points.length));
        _leave(game, Phase.Answer);
    }

    /// @inheritdoc IDisputeGame
    function bisectBatches(GameState calldata state, bytes32[] calldata points) external payable {
        GameState memory game = _enter(state, Phase.BisectBatches);
        BatchBisection.bisect(game, points, ARITY);
        _leave(game, Phase.BisectBatches);
    }

    /// @inheritdoc IDisputeGame
    function selectBatch(GameState calldata state, uint256 piece) external payable {
        GameState memory game = _enter(state, Phase.SelectBatch);
        BatchBisection.select(game, piece, ARITY);
        _leave(game, Phase.SelectBatch);
    }

    /// @inheritdoc IDisputeGame
    function nameDiff(GameState calldata state, bytes32 diffRoot) external payable {
        GameState memory game = _enter(state, Phase.NameDiff);
        game.diffRoot = diffRoot;
        game.phase = Phase.ChooseLink;
        _leave(game, Phase.NameDiff);
    }

    /// @inheritdoc IDisputeGame
    function nameFinalDiff(GameState calldata state, bytes32 diffRoot, Claim calldata source, bytes calldata proof)
        external
        payable
    {
        GameState memory game = _enter(state, Phase.NameDiff);
        // INVARIANT: D-9, only a final diff leaves the challenger no choice.
        ROLLUP.requireFinalDiff(source, game.batch, diffRoot, proof);
        game.diffRoot = diffRoot;
        game.link = Link.Fold;
        game.phase = Phase.OpenSteps;
        _leave(game, Phase.NameDiff);
    }

    /// @inheritdoc IDisputeGame
    function chooseLink(GameState calldata state, Link link) external payable {
        GameState memory game = _enter(state, Phase.ChooseLink);
        game.link = link;
        game.phase = Phase.OpenSteps;
        _leave(game, Phase.ChooseLink);
    }

    // -------------------------------------------------------------- stage two

    /// @inheritdoc IDisputeGame
    function openSteps(GameState calldata state, BatchHeader calldata header, uint8 depth, bytes32[] calldata points)
        external
        payable
    {
        GameState memory game = _enter(state, Phase.OpenSteps);
        _openSteps(game, header, depth, points);
        _leave(game, Phase.OpenSteps);
    }

    /// @inheritdoc IDisputeGame
    function bisectSteps(GameState calldata state, bytes32[] calldata points) external payable {
        GameState memory game = _enter(state, Phase.BisectSteps);
        StepBisection.bisect(game, points, ARITY);
        _leave(game, Phase.BisectSteps);
    }

    /// @inheritdoc IDisputeGame
    function selectStep(GameState calldata state, uint256 piece) external payable {
        GameState memory game = _enter(state, Phase.SelectStep);
        StepBisection.select(game, piece, ARITY);
        _leave(game, Phase.SelectStep);
    }

    /// @dev Starts the machine of `game.link` on `game.batch` (D-11).
    function _openSteps(GameState memory game, BatchHeader calldata header, uint8 depth, bytes32[] calldata points)
        private
        view
    {
        (bytes32 start, bytes32 end) = (0, 0);
        if (game.link == Link.Execution) {
            // INVARIANT: D-11, the machine runs the batch in dispute.
            bytes32 expected = ROLLUP.chainHash(game.batch);
            bytes32 got = header.chainHashOf();
            require(got == expected, WrongHeader(expected, got));
            BatchInput memory input = BatchInput({
                payloadRoot: header.payloadRoot, payloadLength: header.payloadLength, l1Time: header.l1Time
            });
            start = BATCH_MACHINE.startState(game.agreed, input, chainConfig());
            end = BATCH_MACHINE.haltedState(game.diffRoot);
        } else {
            start = FOLD_MACHINE.startState(game.diffRoot, game.agreed);
            end = FOLD_MACHINE.haltedState(game.disputed);
        }
        StepBisection.open(game, start, end, depth, points, ARITY, MAX_DEPTH);
    }

    // ---------------------------------------------------------------- verdict

    /// @inheritdoc IDisputeGame
    function proveStep(GameState calldata state, bytes calldata witness) external {
        GameState memory game = _load(state);
        _requireLastStep(game);
        IStepMachine machine = game.link == Link.Execution ? IStepMachine(BATCH_MACHINE) : FOLD_MACHINE;
        bytes32 postState = machine.verifyStep(game.agreed, witness);
        if (_docket.hasSiblings(game.claim.idOf())) {
            _keptSteps[game.link][game.agreed] = postState;
            emit StepKept(game.link, game.agreed, postState);
        }
        _close(game, postState == game.disputed ? Verdict.Acquitted : Verdict.Convicted);
    }

    /// @inheritdoc IDisputeGame
    function reuseStep(GameState calldata state) external {
        GameState memory game = _load(state);
        _requireLastStep(game);
        bytes32 postState = _keptSteps[game.link][game.agreed];
        require(postState != 0, StepNotKept(game.agreed));
        _close(game, postState == game.disputed ? Verdict.Acquitted : Verdict.Convicted);
    }

    /// @inheritdoc IDisputeGame
    function timeout(GameState calldata state) external {
        GameState memory game = _load(state);
        Clock.requireExpired(game.deadline);
        // INVARIANT: D-14, what nobody can open proves nothing: the proposer named it.
        bool proposerLoses = game.phase == Phase.LastStep || isProposersTurn(game.phase);
        _close(game, proposerLoses ? Verdict.Silent : Verdict.Acquitted);
    }

    /// @inheritdoc IDisputeGame
    function settle(GameState calldata state) external {
        GameState memory game = _loadAny(state);
        bytes32 claimId = game.claim.idOf();
        require(_docket.heads[claimId].struck, ClaimNotStruck(claimId));
        _close(game, Verdict.Settled);
    }

    function _requireLastStep(GameState memory game) private view {
        require(game.phase == Phase.LastStep, WrongPhase(game.phase));
        Clock.requireRunning(game.deadline);
    }

    function _close(GameState memory game, Verdict verdict) private {
        bytes32 claimId = game.claim.idOf();
        address winner = verdict == Verdict.Acquitted ? game.claim.proposer : game.challenger;
        address earliest = _docket.earliest(claimId);
        if (verdict == Verdict.Convicted || verdict == Verdict.Silent) _docket.heads[claimId].struck = true;
        _docket.leave(claimId, game.seat);
        emit GameClosed(gameIdOf(claimId, game.seat), claimId, verdict, winner, game.pot);
        ROLLUP.closeGame{value: game.pot}(game.claim, verdict, winner, earliest);
    }

    // ------------------------------------------------------------------ moves

    /// @dev Stores a new game; its first deposit is for the proposer's move.
    function _open(GameState memory game, Claim calldata claim) private returns (bytes32 gameId) {
        bytes32 claimId = claim.idOf();
        game.claim = claim;
        game.challenger = msg.sender;
        game.seat = _docket.enter(claimId, msg.sender);
        game.proposerTime = CLOCK_ALLOWANCE;
        game.challengerTime = CLOCK_ALLOWANCE;
        game.deadline = Clock.resume(CLOCK_ALLOWANCE);
        _collect(game, CHALLENGE_BOND + deposit(game.phase, game.high - game.low));
        gameId = gameIdOf(claimId, game.seat);
        _docket.entries[gameId].stateHash = game.hash();
        emit GameOpened(gameId, claimId, msg.sender, game);
    }

    /// @dev The game that `state` is the present state of.
    function _loadAny(GameState calldata state) private view returns (GameState memory game) {
        game = state;
        bytes32 stored = _docket.entries[gameIdOf(game.claim.idOf(), game.seat)].stateHash;
        // INVARIANT: D-1, a move answers the present state.
        bytes32 got = game.hash();
        require(stored == got, StaleState(stored, got));
    }

    /// @dev `_loadAny`, of a game that goes on.
    function _load(GameState calldata state) private view returns (GameState memory game) {
        game = _loadAny(state);
        bytes32 claimId = game.claim.idOf();
        // INVARIANT: D-20, the games of a struck claim are over.
        require(!_docket.heads[claimId].struck, ClaimStruck(claimId));
    }

    /// @dev Begins a move: the state is the present one, the caller is the party to move, in time; its clock stops.
    function _enter(GameState calldata state, Phase phase) private view returns (GameState memory game) {
        game = _load(state);
        // INVARIANT: D-3.
        require(game.phase == phase, WrongPhase(game.phase));
        bool isProposer = isProposersTurn(phase);
        address player = isProposer ? game.claim.proposer : game.challenger;
        require(msg.sender == player, WrongPlayer(player, msg.sender));
        uint64 time = Clock.pause(game.deadline, CLOCK_INCREMENT);
        if (isProposer) game.proposerTime = time;
        else game.challengerTime = time;
    }

    /// @dev Ends a move that began in phase `from`: deposit, next clock, new state.
    function _leave(GameState memory game, Phase from) private {
        bool isLastStep = game.phase == Phase.LastStep;
        bool isProposer = isProposersTurn(game.phase);
        bool passesTurn = isLastStep || isProposer != isProposersTurn(from);
        _collect(game, passesTurn ? deposit(game.phase, game.high - game.low) : 0);
        if (isLastStep) game.deadline = Clock.resume(STEP_WINDOW);
        else game.deadline = Clock.resume(isProposer ? game.proposerTime : game.challengerTime);
        bytes32 gameId = gameIdOf(game.claim.idOf(), game.seat);
        _docket.entries[gameId].stateHash = game.hash();
        emit Moved(gameId, msg.sender, game);
    }

    function _collect(GameState memory game, uint256 expected) private {
        // INVARIANT: D-18, each move pays for its answer.
        require(msg.value == expected, WrongDeposit(expected, msg.value));
        // SAFETY: all ether is less than 2^128 wei.
        game.pot += uint128(msg.value);
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IDisputeGame
    function deposit(Phase phase, uint64 length) public view returns (uint256) {
        return Bond.nextMoveGas(phase, length, ARITY) * DEPOSIT_GAS_PRICE;
    }

    /// @inheritdoc IDisputeGame
    function stateHash(bytes32 gameId) external view returns (bytes32) {
        return _docket.entries[gameId].stateHash;
    }

    /// @inheritdoc IDisputeGame
    function docket(bytes32 claimId) external view returns (uint32 seats, uint32 first, uint32 last, bool struck) {
        Docket.Head memory head = _docket.heads[claimId];
        return (head.seats, head.first, head.last, head.struck);
    }
}
