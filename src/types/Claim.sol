// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a claim is about.
enum Kind {
    Diffs,
    Checkpoint
}

/// @notice A claim by its content (R-7, R-15).
struct Claim {
    Kind kind;
    /// Diffs: the range (from, to] of batches. Checkpoint: `from` is 0 and `to` the checkpoint's batch.
    uint64 from;
    uint64 to;
    /// A_to, the inbox up to and with batch `to`.
    bytes32 chainHash;
    /// Diffs: the Merkle root over h(Δ_{from+1}) … h(Δ_to), the diff root itself if it is one. Checkpoint: h(S_to).
    bytes32 value;
    address proposer;
}

using {idOf, rangeOf} for Claim global;

bytes32 constant CLAIM_TAG = "Claim";
bytes32 constant CLAIM_RANGE_TAG = "ClaimRange";

/// @notice The id of a claim: the hash of its content.
function idOf(Claim memory claim) pure returns (bytes32) {
    return
        keccak256(abi.encode(CLAIM_TAG, claim.kind, claim.from, claim.to, claim.chainHash, claim.value, claim.proposer));
}

/// @notice What competes with each other: the claims of one kind on one range.
function rangeOf(Claim memory claim) pure returns (bytes32) {
    return keccak256(abi.encode(CLAIM_RANGE_TAG, claim.kind, claim.from, claim.to));
}
