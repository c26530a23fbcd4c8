// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";

/// @notice A tree of words of which some, one after the other, are at hand and the rest is made up: no sibling is zeros, so
/// that each access is as long as can be.
library DeepTree {
    struct Tree {
        bytes32[] words;
        /// The index of the first of them.
        uint256 first;
        /// Levels that have siblings; those above are zeros.
        uint256 levels;
    }

    /// @notice A tree with words at all of its 2^levels indices, 16 of them at hand around `index`.
    function create(uint256 index, uint256 levels) internal pure returns (Tree memory tree) {
        tree.first = index & ~uint256(15);
        tree.levels = levels;
        tree.words = new bytes32[](16);
        for (uint256 i = 0; i < 16; i++) {
            tree.words[i] = keccak256(abi.encode("word", i));
        }
    }

    /// @notice The largest tree, with `data` from word `first` on, whose last word is filled up with ones.
    function around(bytes memory data, uint256 first) internal pure returns (Tree memory tree) {
        tree.first = first;
        tree.levels = MerkleTree.MEMORY_DEPTH;
        tree.words = new bytes32[]((data.length + 31) / 32);
        bytes memory whole = bytes.concat(data, bytes32(type(uint256).max));
        for (uint256 i = 0; i < tree.words.length; i++) {
            bytes32 word;
            assembly ("memory-safe") {
                word := mload(add(add(whole, 32), shl(5, i)))
            }
            tree.words[i] = word;
        }
    }

    function root(Tree memory tree) internal pure returns (bytes32) {
        return _levels(tree)[MerkleTree.MEMORY_DEPTH][0];
    }

    function set(Tree memory tree, uint256 index, bytes32 word) internal pure {
        tree.words[index - tree.first] = word;
    }

    /// @notice The accesses of the words [from, to], one after the other: `word ‖ mask ‖ siblings`.
    function access(Tree memory tree, uint256 from, uint256 to) internal pure returns (bytes memory accesses) {
        bytes32[][] memory levels = _levels(tree);
        bytes3 mask = bytes3(uint24((1 << tree.levels) - 1));
        for (uint256 index = from; index <= to; index++) {
            accesses = bytes.concat(accesses, tree.words[index - tree.first], mask);
            for (uint256 level = 0; level < tree.levels; level++) {
                accesses = bytes.concat(accesses, _node(tree, levels, level, (index >> level) ^ 1));
            }
        }
    }

    /// @notice The access of the words [from, to] of a tree of all levels at once: `words ‖ masks ‖ siblings`.
    function range(Tree memory tree, uint256 from, uint256 to) internal pure returns (bytes memory) {
        bytes32[][] memory levels = _levels(tree);
        bytes32[] memory words = new bytes32[](to - from + 1);
        for (uint256 i = 0; i < words.length; i++) {
            words[i] = tree.words[from - tree.first + i];
        }
        (uint256 leftMask, uint256 rightMask, bytes memory siblings) = (0, 0, "");
        for (uint256 level = 0; level < MerkleTree.MEMORY_DEPTH; level++) {
            (uint256 first, uint256 last) = (from >> level, to >> level);
            if (first % 2 == 1) {
                leftMask |= 1 << level;
                siblings = bytes.concat(siblings, _node(tree, levels, level, first - 1));
            }
            if (last % 2 == 0) {
                rightMask |= 1 << level;
                siblings = bytes.concat(siblings, _node(tree, levels, level, last + 1));
            }
        }
        return abi.encodePacked(words, uint24(leftMask), uint24(rightMask), siblings);
    }

    /// @notice The access of `count` bytes from `position` of a view that begins at byte `offset` of the tree.
    function viewBytes(Tree memory tree, uint256 offset, uint256 position, uint256 count)
        internal
        pure
        returns (bytes memory)
    {
        uint256 start = offset + position;
        return access(tree, start / 32, (start + count - 1) / 32);
    }

    /// @dev The nodes above the words at hand, level by level.
    function _levels(Tree memory tree) private pure returns (bytes32[][] memory levels) {
        levels = new bytes32[][](MerkleTree.MEMORY_DEPTH + 1);
        levels[0] = tree.words;
        uint256 last = tree.first + tree.words.length - 1;
        for (uint256 level = 1; level <= MerkleTree.MEMORY_DEPTH; level++) {
            uint256 first = tree.first >> level;
            bytes32[] memory nodes = new bytes32[]((last >> level) - first + 1);
            for (uint256 i = 0; i < nodes.length; i++) {
                uint256 index = 2 * (first + i);
                bytes32 left = _node(tree, levels, level - 1, index);
                nodes[i] = MerkleTree.hashNode(left, _node(tree, levels, level - 1, index + 1));
            }
            levels[level] = nodes;
        }
    }

    function _node(Tree memory tree, bytes32[][] memory levels, uint256 level, uint256 index)
        private
        pure
        returns (bytes32)
    {
        uint256 first = tree.first >> level;
        if (index >= first && index - first < levels[level].length) return levels[level][index - first];
        return level < tree.levels ? keccak256(abi.encode("node", level, index)) : MerkleTree.zero(level);
    }
}
