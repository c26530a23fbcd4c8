// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {NodeRlp} from "../../../src/commitment/NodeRlp.sol";
import {Rlp} from "../../../src/commitment/Rlp.sol";
import {StateDiff} from "../../../src/commitment/StateDiff.sol";

/// @notice Roots with a proof of any depth, beside which the tree is made up: what a step costs does not depend on it.
library DeepProofs {
    /// @notice A trie with `value` at `key` below `depth` full branches.
    function trie(bytes32 key, bytes memory value, uint256 depth)
        internal
        pure
        returns (bytes32 root, bytes memory proof)
    {
        uint256 path = depth == 64 ? 0 : uint256(key) << (4 * depth);
        bytes memory node = NodeRlp.encodeShort(true, path, 64 - depth, Rlp.encodeString(value));
        return branchesAbove(key, depth, node, withLength(node), 1);
    }

    /// @notice The root of a trie that has `node` on the path of `key`, below `depth` full branches, and its proof: those
    /// branches, then the `count` nodes of `proof`.
    function branchesAbove(bytes32 key, uint256 depth, bytes memory node, bytes memory proof, uint256 count)
        internal
        pure
        returns (bytes32, bytes memory)
    {
        for (uint256 i = depth; i > 0; i--) {
            bytes[16] memory children = fullChildren(key, i);
            children[(uint256(key) >> (4 * (64 - i))) & 15] = NodeRlp.referenceTo(node);
            node = NodeRlp.encodeBranch(children);
            proof = bytes.concat(withLength(node), proof);
        }
        return (keccak256(node), bytes.concat(bytes1(uint8(depth + count)), proof));
    }

    /// @notice The references of a branch all of whose children are nodes of their own; `salt` tells branches apart.
    function fullChildren(bytes32 key, uint256 salt) internal pure returns (bytes[16] memory children) {
        for (uint256 j = 0; j < 16; j++) {
            children[j] = abi.encodePacked(uint8(0xa0), keccak256(abi.encode(key, salt, j)));
        }
    }

    /// @notice A dictionary with `value` at `key` below `depth` nodes.
    function dictionary(bytes32 key, bytes32 value, uint256 depth)
        internal
        pure
        returns (bytes32 root, bytes memory proof)
    {
        (root, proof) = _path(key, Dictionary.hashLeaf(key, value), depth);
        return (root, bytes.concat(hex"02", value, proof));
    }

    /// @notice A dictionary without `key`, whose path ends below `depth` nodes in a leaf that differs in the last bit.
    function lacking(bytes32 key, uint256 depth) internal pure returns (bytes32 root, bytes memory proof) {
        bytes32 other = key ^ bytes32(uint256(1));
        (root, proof) = _path(key, Dictionary.hashLeaf(other, "value"), depth);
        return (root, bytes.concat(hex"01", other, bytes32("value"), proof));
    }

    /// @notice A dictionary without `key` in which another key is as near as it can be but for its first bit: the dearest to
    /// insert into, as the new node is above all others.
    function parting(bytes32 key) internal pure returns (bytes32 root, bytes memory proof) {
        bytes32 other = key ^ bytes32(uint256(1) << 255);
        root = Dictionary.hashLeaf(other, "value");
        for (uint256 bit = 255; bit > 0; bit--) {
            bytes32 sibling = keccak256(abi.encode(key, bit));
            root =
                _isRight(key, bit) ? Dictionary.hashNode(bit, sibling, root) : Dictionary.hashNode(bit, root, sibling);
            proof = bytes.concat(bytes1(uint8(bit)), sibling, proof);
        }
        return (root, bytes.concat(hex"01", other, bytes32("value"), bytes2(uint16(255)), proof));
    }

    /// @notice A state diff with the account `part` below `depth` nodes.
    function account(bytes32 key, StateDiff.AccountDiff memory part, uint256 depth)
        internal
        pure
        returns (bytes32 root, bytes memory proof)
    {
        (root, proof) = _path(key, Dictionary.hashLeaf(key, StateDiff.hash(part)), depth);
        bytes memory triple = part.kind == StateDiff.SET
            ? bytes.concat(bytes8(part.nonce), bytes32(part.balance), part.codeHash)
            : bytes("");
        bytes memory storageRoot = part.kind == StateDiff.DELETED ? bytes("") : bytes.concat(part.storageRoot);
        return (root, bytes.concat(hex"02", bytes1(part.kind), triple, storageRoot, proof));
    }

    function _path(bytes32 key, bytes32 leaf, uint256 depth) private pure returns (bytes32 root, bytes memory proof) {
        root = leaf;
        for (uint256 i = depth; i > 0; i--) {
            uint256 bit = i - 1;
            bytes32 sibling = keccak256(abi.encode(key, i));
            root =
                _isRight(key, bit) ? Dictionary.hashNode(bit, sibling, root) : Dictionary.hashNode(bit, root, sibling);
            proof = bytes.concat(bytes1(uint8(bit)), sibling, proof);
        }
        return (root, bytes.concat(bytes2(uint16(depth)), proof));
    }

    /// @notice A node as a proof holds it.
    function withLength(bytes memory node) internal pure returns (bytes memory) {
        return bytes.concat(bytes2(uint16(node.length)), node);
    }

    function _isRight(bytes32 key, uint256 bit) private pure returns (bool) {
        return (uint256(key) >> (255 - bit)) & 1 == 1;
    }
}
