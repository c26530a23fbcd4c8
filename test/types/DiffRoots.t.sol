// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Ffi} from "../utils/Ffi.sol";
import {MerkleTree} from "src/commitment/MerkleTree.sol";
import {Claim, Kind} from "src/types/Claim.sol";
import {DiffRoots} from "src/types/DiffRoots.sol";

/// @notice The value of a claim and the proofs of its diff roots (R-6, D-2).
contract DiffRootsTest is Ffi {
    struct Case {
        bytes32[] diffRoots;
        bytes32 value;
        bytes[] proofs;
    }

    function requireIn(Claim calldata claim, uint64 batch, bytes32 diffRoot, bytes calldata proof) external pure {
        DiffRoots.requireIn(claim, batch, diffRoot, proof);
    }

    function test_DepthIsTheSmallestThatHolds() public pure {
        uint256[2][6] memory cases = [
            [uint256(1), 0], [uint256(2), 1], [uint256(3), 2], [uint256(4), 2], [uint256(5), 3], [uint256(65_536), 16]
        ];
        for (uint256 i = 0; i < cases.length; ++i) {
            assertEq(DiffRoots.depthOf(cases[i][0]), cases[i][1]);
        }
    }

    /// Every diff root of a claim is provable, at its own batch only.
    function testFuzz_EveryDiffRootIsProvable(uint256 count, uint256 index, bytes32 seed) public {
        count = bound(count, 1, 40);
        index = bound(index, 0, count - 1);
        bytes32[] memory leaves = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            leaves[i] = keccak256(abi.encode(seed, i));
        }
        bytes32 leaf = leaves[index];
        bytes memory proof = count == 1 ? bytes("") : proofOf(leaves, index);
        Claim memory claim;
        (claim.kind, claim.from, claim.to) = (Kind.Diffs, 100, uint64(100 + count));
        claim.value = DiffRoots.valueOf(leaves);
        this.requireIn(claim, uint64(101 + index), leaf, proof);

        vm.expectPartialRevert(MerkleTree.MerkleTreeRoot.selector);
        this.requireIn(claim, uint64(101 + index), ~leaf, proof);
        if (count == 1) return;
        vm.expectRevert();
        this.requireIn(claim, uint64(101 + (index + 1) % count), leaf, proof);
    }

    /// The players' own value and proofs are those that the contract expects.
    function test_AcceptsWhatThePlayersProve() public {
        Case[] memory cases = abi.decode(ffi("DiffRoots", "cases"), (Case[]));
        for (uint256 i = 0; i < cases.length; ++i) {
            bytes32[] memory diffRoots = cases[i].diffRoots;
            assertEq(DiffRoots.valueOf(diffRoots), cases[i].value);
            Claim memory claim;
            (claim.kind, claim.to, claim.value) = (Kind.Diffs, uint64(diffRoots.length), cases[i].value);
            for (uint256 j = 0; j < diffRoots.length; ++j) {
                this.requireIn(claim, uint64(j + 1), diffRoots[j], cases[i].proofs[j]);
            }
        }
    }

    function test_RevertWhen_TheBatchIsOutsideOrTheKindIsAnother() public {
        Claim memory claim;
        (claim.kind, claim.from, claim.to) = (Kind.Diffs, 5, 6);
        for (uint64 batch = 5; batch <= 7; batch += 2) {
            vm.expectRevert(abi.encodeWithSelector(DiffRoots.BatchNotClaimed.selector, batch, 5, 6));
            this.requireIn(claim, batch, 0, "");
        }
        claim.kind = Kind.Checkpoint;
        vm.expectRevert(abi.encodeWithSelector(DiffRoots.BatchNotClaimed.selector, 6, 5, 6));
        this.requireIn(claim, 6, 0, "");
    }

    /// @dev The proof of a leaf, made level by level from the definition of the tree.
    function proofOf(bytes32[] memory leaves, uint256 index) internal pure returns (bytes memory) {
        uint256 depth = DiffRoots.depthOf(leaves.length);
        bytes32[] memory level = new bytes32[](1 << depth);
        for (uint256 i = 0; i < leaves.length; ++i) {
            level[i] = leaves[i];
        }
        bytes memory siblings;
        uint256 mask;
        bytes32 zero;
        for (uint256 l = 0; l < depth; ++l) {
            bytes32 sibling = level[(index >> l) ^ 1];
            if (sibling != zero) {
                mask |= 1 << l;
                siblings = abi.encodePacked(siblings, sibling);
            }
            zero = keccak256(abi.encode(bytes32("MerkleNode"), zero, zero));
            for (uint256 i = 0; i < level.length >> (l + 1); ++i) {
                level[i] = keccak256(abi.encode(bytes32("MerkleNode"), level[2 * i], level[2 * i + 1]));
            }
        }
        return abi.encodePacked(uint24(mask), siblings);
    }
}
