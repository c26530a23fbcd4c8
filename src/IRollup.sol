// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchHeader} from "./types/BatchHeader.sol";
import {Claim} from "./types/Claim.sol";

/// @notice Where a claim stands.
enum Status {
    None,
    Live,
    Final,
    Struck
}

/// @notice How a game ended, seen from its claim.
enum Verdict {
    Acquitted, // the challenger lost; it confirms nothing
    Convicted, // a step proof contradicts the claim
    Silent, // the proposer, or everybody at the last step, ran out of time
    Settled // the claim was struck by another game
}

/// @notice What the contract stores of a claim.
struct Record {
    uint40 claimedAt;
    /// Batch of the checkpoint that its games start from (R-13).
    uint40 base;
    uint32 openGames;
    Status status;
    /// Locked bond in wei; 0 once it was credited or struck.
    uint128 bond;
}

/// @notice Constants of a rollup; each is checked at construction.
struct RollupParameters {
    address sequencer;
    /// Seconds without a batch after which anyone may post.
    uint64 sequencerTimeout;
    /// Most batches in one claim.
    uint32 maxClaimLength;
    uint64 challengeWindow;
    /// Of a checkpoint; at least `challengeWindow`.
    uint64 checkpointWindow;
    /// Seconds after the window of a range's first claim in which values that are there may still be backed.
    uint64 backingPeriod;
    uint128 claimBond;
    /// At least `claimBond`.
    uint128 checkpointBond;
    /// Gas that a conviction refunds, at base fee + `convictionTip` wei.
    uint64 convictionGas;
    uint64 convictionTip;
}

/// @title Rollup
/// @notice Orders batches, keeps bonded claims about them, and pays. See docs/3-rollup.md.
///
/// LIVENESS: final claims need one honest challenger per window and L1 inclusion within it.
/// TRUST: of this contract towards its `game`, fixed at construction; of nobody else. There is no owner.
/// @dev Warning: a live sequencer can leave transactions out. Warning: what nobody disputes becomes final.
interface IRollup {
    /// @notice Batch `batch` was posted. Its payload is the argument of the transaction's call to `post`/`postAndClaim`.
    event BatchPosted(uint64 indexed batch, bytes32 indexed chainHash, BatchHeader header);

    /// @param diffRoots h(Δ_{from+1}) … h(Δ_to); empty for a checkpoint.
    event Claimed(
        bytes32 indexed claimId,
        uint64 indexed to,
        address indexed proposer,
        Claim claim,
        uint64 base,
        uint128 bond,
        bytes32[] diffRoots
    );

    event Finalized(bytes32 indexed claimId, uint64 indexed to, Claim claim);

    /// @param burned The part of the bond that nobody gets.
    event Struck(bytes32 indexed claimId, uint64 indexed to, Verdict verdict, uint256 burned);

    event Credited(address indexed account, uint256 amount);

    event Withdrawn(address indexed account, address indexed to, uint256 amount);

    error InvalidParameter(string name, uint256 value);
    error WrongChainHash(uint64 batch, bytes32 expected, bytes32 actual);
    error OutsideTimeRange(uint256 time, uint64 notBefore, uint64 notAfter);
    error NotCodelessOrigin(address caller);
    error NotSequencer(address caller, uint256 openFrom);
    error UnknownBatch(uint64 batch, uint64 batchCount);
    error WrongClaimLength(uint256 length, uint32 max);
    error WrongBond(uint256 expected, uint256 got);
    error BelowCheckpoint(uint64 batch, uint64 latestCheckpoint);
    error ClaimExists(bytes32 claimId, Status status);
    error ClaimNotLive(bytes32 claimId, Status status);
    error ClaimNotFinal(bytes32 claimId, Status status);
    error WindowOpen(bytes32 claimId, uint256 endsAt);
    error WindowPassed(bytes32 claimId, uint256 endedAt);
    error GamesOpen(bytes32 claimId, uint32 openGames);
    error StateRootNotFinal(uint64 batch);
    error NotGame(address caller);
    error NothingToWithdraw(address account);
    error TransferFailed(address to, uint256 amount);

    /// @notice Appends batch `batchCount() + 1` with `payload` (R-1 to R-4).
    /// @param expectedChainHash A_{n-1}, the inbox that this batch extends.
    /// @param notBefore First L1 time at which the batch's block times stand as they are.
    /// @param notAfter Last such time.
    function post(bytes calldata payload, bytes32 expectedChainHash, uint64 notBefore, uint64 notAfter)
        external
        returns (uint64 batch);

    /// @notice `post` and a claim (n−1, n] in one call: the proposal's (T_n, h(Δ_n)). The value sent is the claim bond.
    function postAndClaim(
        bytes calldata payload,
        bytes32 expectedChainHash,
        uint64 notBefore,
        uint64 notAfter,
        bytes32 diffRoot
    ) external payable returns (uint64 batch, bytes32 claimId);

    /// @notice Claims the diff roots of the batches after `from` (R-6). The value sent is the claim bond.
    /// @param expectedChainHash A of the last batch claimed.
    function claim(uint64 from, bytes32 expectedChainHash, bytes32[] calldata diffRoots)
        external
        payable
        returns (bytes32 claimId);

    /// @notice Claims that `stateRoot` is h(S_batch) (R-15). The value sent is the checkpoint bond.
    function checkpoint(uint64 batch, bytes32 expectedChainHash, bytes32 stateRoot)
        external
        payable
        returns (bytes32 claimId);

    /// @notice Makes a claim or checkpoint final and releases its bond (R-11). For anyone.
    function finalize(Claim calldata target) external;

    /// @notice Sends the caller's credit to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice Registers a game on a live claim within its window. For the game contract.
    /// @return base Batch of the checkpoint that the game starts from.
    /// @return baseRoot That checkpoint's state root.
    function openGame(Claim calldata target) external returns (uint64 base, bytes32 baseRoot);

    /// @notice Ends a game; the value sent is its pot, for `winner`. For the game contract.
    /// @param earliest Challenger of the earliest-opened game still alive on the claim; read at a conviction.
    function closeGame(Claim calldata target, Verdict verdict, address winner, address earliest) external payable;

    /// @notice The number of batches, which is the index of the newest: the first is 1.
    function batchCount() external view returns (uint64);

    /// @notice A_batch.
    function chainHash(uint64 batch) external view returns (bytes32);

    function record(bytes32 claimId) external view returns (Record memory);

    /// @notice The competition of claims on the range of `target`.
    /// @return firstClaimedAt L1 time of the first claim of the present round; 0 if there was none ever.
    /// @return liveClaims Live claims of any value.
    /// @return sameValue Live claims of the value of `target`.
    /// @return isFinal Whether a claim on the range is final.
    function contest(Claim calldata target)
        external
        view
        returns (uint40 firstClaimedAt, uint32 liveClaims, uint32 sameValue, bool isFinal);

    /// @notice Batch and state root of the latest final checkpoint.
    function latestCheckpoint() external view returns (uint64 batch, bytes32 stateRoot);

    /// @notice h(S_batch) of a final checkpoint; reverts if there is none at `batch`.
    function finalStateRoot(uint64 batch) external view returns (bytes32);

    /// @notice Reverts unless `target` is a final claim and holds `diffRoot` for `batch` (R-14).
    /// @param proof The Merkle proof of `diffRoot` in the claim's value; empty if the claim is about one batch.
    function requireFinalDiff(Claim calldata target, uint64 batch, bytes32 diffRoot, bytes calldata proof) external view;

    function credits(address account) external view returns (uint256);

    function parameters() external view returns (RollupParameters memory);

    /// @notice The one contract that may open and close games.
    function game() external view returns (address);
}
