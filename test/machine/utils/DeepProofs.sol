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
        proof = _withLength(node);
        for (uint256 i = depth; i > 0; i--) {
            bytes[16] memory children;
            for (uint256 j = 0; j < 16; j++) {
                children[j] = abi.encodePacked(uint8(0xa0), keccak256(abi.encode(key, i, j)));
            }
            children[(uint256(key) >> (4 * (64 - i))) & 15] = NodeRlp.referenceTo(node);
            node = NodeRlp.encodeBranch(children);
            proof = bytes.concat(_withLength(node), proof);
        }
        return (keccak256(node), bytes.concat(bytes1(uint8(depth + 1)), proof));
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
        return (root, bytes.concat(hex"02", bytes1(part.kind), triple, part.storageRoot, proof));
    }

    function _path(bytes32 key, bytes32 leaf, uint256 depth) private pure returns (bytes32 root, bytes memory proof) {
        root = leaf;
        for (uint256 i = depth; i > 0; i--) {
            uint256 bit = i - 1;
            bytes32 sibling = keccak256(abi.encode(key, i));
            bool right = (uint256(key) >> (255 - bit)) & 1 == 1;
            root = right ? Dictionary.hashNode(bit, sibling, root) : Dictionary.hashNode(bit, root, sibling);
            proof = bytes.concat(bytes1(uint8(bit)), sibling, proof);
        }
        return (root, bytes.concat(bytes2(uint16(depth)), proof));
    }

    function _withLength(bytes memory node) private pure returns (bytes memory) {
        return bytes.concat(bytes2(uint16(node.length)), node);
    }
}
