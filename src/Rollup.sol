// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Contest} from "./Contest.sol";
import {IRollup, Record, RollupParameters, Status, Verdict} from "./IRollup.sol";
import {Payload} from "./commitment/Payload.sol";
import {IDisputeGame} from "./dispute/IDisputeGame.sol";
import {BatchHeader, genesisChainHash} from "./types/BatchHeader.sol";
import {Claim, Kind} from "./types/Claim.sol";
import {DiffRoots} from "./types/DiffRoots.sol";

/// @title Rollup
/// @notice See IRollup, which is the manual.
contract Rollup is IRollup {
    using Contest for Contest.Book;

    /// @dev Longest window or timeout that is accepted, in seconds; keeps every sum of times far below 2^40.
    uint64 private constant MAX_DURATION = 365 days;
    uint128 private constant MIN_CHALLENGES_PER_CLAIM_BOND = 10;

    address private immutable GAME;
    address private immutable SEQUENCER;
    uint64 private immutable SEQUENCER_TIMEOUT;
    uint32 private immutable MAX_CLAIM_LENGTH;
    uint64 private immutable CHALLENGE_WINDOW;
    uint64 private immutable CHECKPOINT_WINDOW;
    uint64 private immutable BACKING_PERIOD;
    uint128 private immutable CLAIM_BOND;
    uint128 private immutable CHECKPOINT_BOND;
    uint64 private immutable CONVICTION_GAS;
    uint64 private immutable CONVICTION_TIP;

    uint64 public batchCount;
    uint64 private _lastPostedAt;
    uint64 private _latestCheckpoint;
    mapping(uint64 batch => bytes32) private _chain;
    mapping(bytes32 claimId => Record) private _records;
    Contest.Book private _contests;
    mapping(uint64 batch => bytes32) private _finalRoots;
    mapping(address account => uint256) public credits;

    modifier onlyGame() {
        // INVARIANT: R-21.
        require(msg.sender == GAME, NotGame(msg.sender));
        _;
    }

    /// @param disputeGame Deployed before, for the address of this contract.
    /// @param genesisRoot h(S_0).
    constructor(IDisputeGame disputeGame, bytes32 genesisRoot, RollupParameters memory p) {
        _requireParameters(disputeGame, p);
        GAME = address(disputeGame);
        SEQUENCER = p.sequencer;
        SEQUENCER_TIMEOUT = p.sequencerTimeout;
        MAX_CLAIM_LENGTH = p.maxClaimLength;
        CHALLENGE_WINDOW = p.challengeWindow;
        CHECKPOINT_WINDOW = p.checkpointWindow;
        BACKING_PERIOD = p.backingPeriod;
        CLAIM_BOND = p.claimBond;
        CHECKPOINT_BOND = p.checkpointBond;
        CONVICTION_GAS = p.convictionGas;
        CONVICTION_TIP = p.convictionTip;
        _lastPostedAt = uint64(block.timestamp);
        _chain[0] = genesisChainHash(genesisRoot);
        _finalRoots[0] = genesisRoot;
    }

    // ------------------------------------------------------------------ inbox

    /// @inheritdoc IRollup
    function post(bytes calldata payload, bytes32 expectedChainHash, uint64 notBefore, uint64 notAfter)
        public
        returns (uint64 batch)
    {
        // INVARIANT: R-3, the payload is an argument of the transaction itself.
        require(msg.sender == tx.origin && msg.sender.code.length == 0, NotCodelessOrigin(msg.sender));
        // INVARIANT: R-4, others post only after the sequencer was silent.
        uint256 openFrom = uint256(_lastPostedAt) + SEQUENCER_TIMEOUT;
        require(msg.sender == SEQUENCER || block.timestamp >= openFrom, NotSequencer(msg.sender, openFrom));
        // INVARIANT: R-2, the batch extends the inbox that its poster knows, at a time that leaves its block times alone.
        batch = batchCount;
        bytes32 previous = _chain[batch];
        require(previous == expectedChainHash, WrongChainHash(batch, expectedChainHash, previous));
        require(
            notBefore <= block.timestamp && block.timestamp <= notAfter,
            OutsideTimeRange(block.timestamp, notBefore, notAfter)
        );
        // SAFETY: Payload bounds the length, and a timestamp fits 64 bits.
        BatchHeader memory header = BatchHeader({
            previous: previous,
            payloadRoot: Payload.rootOf(payload),
            payloadLength: uint32(payload.length),
            l1Time: uint64(block.timestamp)
        });
        bytes32 chainHash_ = header.chainHashOf();
        ++batch;
        _chain[batch] = chainHash_;
        batchCount = batch;
        _lastPostedAt = header.l1Time;
        emit BatchPosted(batch, chainHash_, header);
    }

    /// @inheritdoc IRollup
    function postAndClaim(
        bytes calldata payload,
        bytes32 expectedChainHash,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 diffRoot
    ) external payable returns (uint64 batch, bytes32 claimId) {
        batch = post(payload, expectedChainHash, notBefore, notAfter);
        bytes32[] memory diffRoots = new bytes32[](1);
        diffRoots[0] = diffRoot;
        claimId = _claim(_claimOf(Kind.Diffs, batch - 1, batch, diffRoot), diffRoots, CLAIM_BOND);
    }

    // ----------------------------------------------------------------- claims

    /// @inheritdoc IRollup
    function claim(uint64 from, bytes32 expectedChainHash, bytes32[] calldata diffRoots)
        external
        payable
        returns (bytes32 claimId)
    {
        // INVARIANT: R-6, a claim is about at least one and at most so many batches.
        uint256 length = diffRoots.length;
        require(length > 0 && length <= MAX_CLAIM_LENGTH, WrongClaimLength(length, MAX_CLAIM_LENGTH));
        // INVARIANT: R-13, its games have a base at or below `from`.
        require(from >= _latestCheckpoint, BelowCheckpoint(from, _latestCheckpoint));
        // SAFETY: `length` is at most a 32-bit number.
        uint64 to = from + uint64(length);
        _requireChainHash(to, expectedChainHash);
        Claim memory target = _claimOf(Kind.Diffs, from, to, DiffRoots.valueOf(diffRoots));
        claimId = _claim(target, diffRoots, CLAIM_BOND);
    }

    /// @inheritdoc IRollup
    function checkpoint(uint64 batch, bytes32 expectedChainHash, bytes32 stateRoot)
        external
        payable
        returns (bytes32 claimId)
    {
        // INVARIANT: R-15, R-13, its games have a base below it.
        require(batch > _latestCheckpoint, BelowCheckpoint(batch, _latestCheckpoint));
        _requireChainHash(batch, expectedChainHash);
        claimId = _claim(_claimOf(Kind.Checkpoint, 0, batch, stateRoot), new bytes32[](0), CHECKPOINT_BOND);
    }

    function _requireChainHash(uint64 batch, bytes32 expected) private view {
        require(batch <= batchCount, UnknownBatch(batch, batchCount));
        // INVARIANT: R-7, a claim is about the transactions that its proposer knows.
        require(_chain[batch] == expected, WrongChainHash(batch, expected, _chain[batch]));
    }

    /// @dev A claim of the caller.
    function _claimOf(Kind kind, uint64 from, uint64 to, bytes32 value) private view returns (Claim memory) {
        return Claim({kind: kind, from: from, to: to, chainHash: _chain[to], value: value, proposer: msg.sender});
    }

    function _claim(Claim memory target, bytes32[] memory diffRoots, uint128 bond) private returns (bytes32 claimId) {
        // INVARIANT: R-8, one bond a claim.
        require(msg.value == bond, WrongBond(bond, msg.value));
        claimId = target.idOf();
        // INVARIANT: R-7, an id is used once.
        Status status = _records[claimId].status;
        require(status == Status.None, ClaimExists(claimId, status));
        _contests.enter(target, _window(target.kind), BACKING_PERIOD);
        uint64 base = _latestCheckpoint;
        // SAFETY: batches are counted one a transaction and a timestamp is far below 2^40.
        _records[claimId] = Record({
            claimedAt: uint40(block.timestamp), base: uint40(base), openGames: 0, status: Status.Live, bond: bond
        });
        emit Claimed(claimId, target.to, target.proposer, target, base, bond, diffRoots);
    }

    /// @inheritdoc IRollup
    function finalize(Claim calldata target) external {
        bytes32 claimId = target.idOf();
        Record storage record_ = _liveRecord(claimId);
        // INVARIANT: R-11, its own window has passed, no game is open, and no live claim contradicts it.
        uint256 endsAt = record_.claimedAt + _window(target.kind);
        require(block.timestamp >= endsAt, WindowOpen(claimId, endsAt));
        require(record_.openGames == 0, GamesOpen(claimId, record_.openGames));
        _contests.settle(target);
        uint256 bond = record_.bond;
        record_.status = Status.Final;
        record_.bond = 0;
        if (target.kind == Kind.Checkpoint) {
            _finalRoots[target.to] = target.value;
            // INVARIANT: R-16, the latest checkpoint only moves forward.
            if (target.to > _latestCheckpoint) _latestCheckpoint = target.to;
        }
        emit Finalized(claimId, target.to, target);
        _credit(target.proposer, bond);
    }

    // ------------------------------------------------------------------ games

    /// @inheritdoc IRollup
    function openGame(Claim calldata target) external onlyGame returns (uint64 base, bytes32 baseRoot) {
        bytes32 claimId = target.idOf();
        Record storage record_ = _liveRecord(claimId);
        // INVARIANT: R-12, a claim can be challenged within its own window.
        uint256 endsAt = record_.claimedAt + _window(target.kind);
        require(block.timestamp < endsAt, WindowPassed(claimId, endsAt));
        ++record_.openGames;
        base = record_.base;
        baseRoot = _finalRoots[base];
    }

    /// @inheritdoc IRollup
    function closeGame(Claim calldata target, Verdict verdict, address winner, address earliest)
        external
        payable
        onlyGame
    {
        bytes32 claimId = target.idOf();
        Record storage record_ = _records[claimId];
        --record_.openGames;
        _credit(winner, msg.value);
        if (verdict != Verdict.Convicted && verdict != Verdict.Silent) return;

        uint256 bond = record_.bond;
        record_.status = Status.Struck;
        record_.bond = 0;
        _contests.leave(target);
        // INVARIANT: R-19, half of the whole bond is burned before anything is paid from it.
        uint256 rest = bond / 2;
        uint256 refund = CONVICTION_GAS * (block.basefee + CONVICTION_TIP);
        if (refund > rest) refund = rest;
        rest -= refund;
        _credit(winner, refund);
        // INVARIANT: R-20, a conviction by silence pays gas only.
        if (verdict == Verdict.Convicted) _credit(earliest, rest);
        uint256 burned = verdict == Verdict.Convicted ? bond - bond / 2 : bond - refund;
        emit Struck(claimId, target.to, verdict, burned);
        _send(address(0), burned);
    }

    // ------------------------------------------------------------------ money

    /// @inheritdoc IRollup
    function withdraw(address to) external returns (uint256 amount) {
        amount = credits[msg.sender];
        require(amount > 0, NothingToWithdraw(msg.sender));
        credits[msg.sender] = 0;
        emit Withdrawn(msg.sender, to, amount);
        _send(to, amount);
    }

    function _credit(address account, uint256 amount) private {
        if (amount == 0) return;
        credits[account] += amount;
        emit Credited(account, amount);
    }

    function _send(address to, uint256 amount) private {
        (bool ok,) = to.call{value: amount}("");
        require(ok, TransferFailed(to, amount));
    }

    // ------------------------------------------------------------------ views

    /// @inheritdoc IRollup
    function chainHash(uint64 batch) external view returns (bytes32) {
        require(batch <= batchCount, UnknownBatch(batch, batchCount));
        return _chain[batch];
    }

    /// @inheritdoc IRollup
    function record(bytes32 claimId) external view returns (Record memory) {
        return _records[claimId];
    }

    /// @inheritdoc IRollup
    function contest(Claim calldata target)
        external
        view
        returns (uint40 firstClaimedAt, uint32 liveClaims, uint32 sameValue, bool isFinal)
    {
        return _contests.standing(target);
    }

    /// @inheritdoc IRollup
    function latestCheckpoint() external view returns (uint64 batch, bytes32 stateRoot) {
        return (_latestCheckpoint, _finalRoots[_latestCheckpoint]);
    }

    /// @inheritdoc IRollup
    function finalStateRoot(uint64 batch) external view returns (bytes32 stateRoot) {
        stateRoot = _finalRoots[batch];
        require(stateRoot != 0, StateRootNotFinal(batch));
    }

    /// @inheritdoc IRollup
    function requireFinalDiff(Claim calldata target, uint64 batch, bytes32 diffRoot, bytes calldata proof)
        external
        view
    {
        bytes32 claimId = target.idOf();
        Status status = _records[claimId].status;
        // INVARIANT: R-14, only what is final is law.
        require(status == Status.Final, ClaimNotFinal(claimId, status));
        DiffRoots.requireIn(target, batch, diffRoot, proof);
    }

    /// @inheritdoc IRollup
    function game() external view returns (address) {
        return GAME;
    }

    /// @inheritdoc IRollup
    function parameters() external view returns (RollupParameters memory) {
        return RollupParameters({
            sequencer: SEQUENCER,
            sequencerTimeout: SEQUENCER_TIMEOUT,
            maxClaimLength: MAX_CLAIM_LENGTH,
            challengeWindow: CHALLENGE_WINDOW,
            checkpointWindow: CHECKPOINT_WINDOW,
            backingPeriod: BACKING_PERIOD,
            claimBond: CLAIM_BOND,
            checkpointBond: CHECKPOINT_BOND,
            convictionGas: CONVICTION_GAS,
            convictionTip: CONVICTION_TIP
        });
    }

    function _liveRecord(bytes32 claimId) private view returns (Record storage record_) {
        record_ = _records[claimId];
        require(record_.status == Status.Live, ClaimNotLive(claimId, record_.status));
    }

    function _window(Kind kind) private view returns (uint256) {
        return kind == Kind.Checkpoint ? CHECKPOINT_WINDOW : CHALLENGE_WINDOW;
    }

    function _requireParameters(IDisputeGame disputeGame, RollupParameters memory p) private view {
        require(disputeGame.rollup() == address(this), InvalidParameter("game", uint160(address(disputeGame))));
        require(p.sequencer != address(0), InvalidParameter("sequencer", 0));
        _requireDuration("sequencerTimeout", p.sequencerTimeout, 1);
        _requireDuration("challengeWindow", p.challengeWindow, 1);
        // INVARIANT: R-15, a checkpoint's window and bond are at least a diff claim's.
        _requireDuration("checkpointWindow", p.checkpointWindow, p.challengeWindow);
        _requireDuration("backingPeriod", p.backingPeriod, 1);
        require(p.checkpointBond >= p.claimBond, InvalidParameter("checkpointBond", p.checkpointBond));
        // INVARIANT: R-8.
        uint256 minBond = uint256(disputeGame.parameters().challengeBond) * MIN_CHALLENGES_PER_CLAIM_BOND;
        require(p.claimBond >= minBond, InvalidParameter("claimBond", p.claimBond));
        // INVARIANT: R-6, a claim's Merkle tree is at most 16 deep.
        bool hasLength = p.maxClaimLength > 0 && p.maxClaimLength <= 1 << 16;
        require(hasLength, InvalidParameter("maxClaimLength", p.maxClaimLength));
    }

    function _requireDuration(string memory name, uint64 value, uint64 min) private pure {
        require(value >= min && value <= MAX_DURATION, InvalidParameter(name, value));
    }
}
