// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../commitment/MerkleTree.sol";
import {Witness} from "../machine/Witness.sol";
import {Claim, Kind} from "./Claim.sol";

/// @title DiffRoots
/// @notice The value of a claim: the Merkle root over the diff roots of its batches, in the tree of the smallest depth
/// that holds them (R-6). The value of a claim about one batch is its diff root.
library DiffRoots {
    using Witness for Witness.Cursor;

    error BatchNotClaimed(uint64 batch, uint64 from, uint64 to);

    /// @notice The value of a claim; `diffRoots` is overwritten.
    function valueOf(bytes32[] memory diffRoots) internal pure returns (bytes32) {
        return MerkleTree.rootOfLeaves(diffRoots, depthOf(diffRoots.length));
    }

    /// @notice Reverts unless `diffRoot` is what `claim` says of `batch`.
    /// @param proof The Merkle proof of `diffRoot` in the claim's value; without bytes if the claim is about one batch.
    function requireIn(Claim calldata claim, uint64 batch, bytes32 diffRoot, bytes calldata proof) internal pure {
        // INVARIANT: D-2, the batch lies within the claimed range.
        bool isInRange = claim.kind == Kind.Diffs && claim.from < batch && batch <= claim.to;
        require(isInRange, BatchNotClaimed(batch, claim.from, claim.to));
        uint256 depth = depthOf(claim.to - claim.from);
        Witness.Cursor memory cursor = Witness.open(proof);
        // INVARIANT: D-2, the diff root is the claimed one.
        if (depth > 0) MerkleTree.openLeaf(cursor, claim.value, batch - claim.from - 1, depth, diffRoot);
        else require(diffRoot == claim.value, MerkleTree.MerkleTreeRoot(claim.value, diffRoot));
        cursor.done();
    }

    /// @notice The smallest depth whose tree holds `count` leaves.
    function depthOf(uint256 count) internal pure returns (uint256 depth) {
        while (1 << depth < count) ++depth;
    }
}
