// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";

/// @title MerkleTree
/// @notice A Merkle tree of fixed depth over 32-byte words, addressed by index; absent words are 0 (S-20 to S-24).
library MerkleTree {
    using Witness for Witness.Cursor;

    /// @dev Depth of every tree over bytes of the machine: memory, raw transaction, code, jump bitmap.
    uint256 internal constant MEMORY_DEPTH = 17;

    bytes32 private constant NODE_TAG = "MerkleNode";

    /// @dev The roots of the trees of depth 0 to 17 whose words are all 0, one after the other: zero(0) = 0 and
    /// zero(l + 1) = hashNode(zero(l), zero(l)).
    bytes private constant ZEROS = hex"0000000000000000000000000000000000000000000000000000000000000000"
        hex"d2ef2e15c83bcf300a52177db89926f38f8bd167f51c7bec9b5f72d71c6efaa7"
        hex"53b1d1e5d8dbc99c20d22f91128b92567345338be5a0047ada4de7ac072be4cb"
        hex"7609273460c08987ab274753f730235038436a8d120aa9f52dd8da5200f83c23"
        hex"55f870f23e3f41bcb313e9b22b4e63b7d30c5d3e9e7b32bdcbcf156aed108427"
        hex"b4338d3d385704ef717dbf0fb95b3940a0188f6f14de487287f49dc897cb5205"
        hex"bf9cfe0ee27ff49f5dee7287f99da56a079868c0ee07feea7455b308ec45b354"
        hex"e3ff52a57462e692274aeca4848a30eae25100f0d0988eda902558ac0c0441cf"
        hex"17e86c87711b8536908a4c8c91ed48613df8aefa72041d861481cd2feae12ba4"
        hex"a06eb4c4b0bb6e90f5861f7c643127ad9c8533cc079ec6bccbf4e708172d616a"
        hex"624b5594d77849c66a61abf5cfb2c07e137d1bd520545bc7abc4f4fdee37c44f"
        hex"7ce3fdbb5d2a1caa08341c541ba64443d05b53f84291db21c0476388b84b21f9"
        hex"1358580297bb2c011e7d3a5ebcb35ded2eafa3fd9eecba32ca7708fe8bebc661"
        hex"c0d5463e3aa44fc3a4da0548dc9152c533abb1828df3142c04f429a9156b6bc3"
        hex"eb103be1a95c46bab370ee9a00df564bc4d368faf52764bdc42f0deb365f2fc7"
        hex"86753cbe8227b6e6b65781c29308c6dd157126129ed067711906bf562e3da9ea"
        hex"f6cf31a0da11eb1ad7dbcf6d6d800fc5d8c246f5c5d345ea450132fbd29b6d67"
        hex"a9fb81fc07302495dc8b8f801489f0ee242ada7485f6d9f3c104588ce2a8cb92";

    /// @notice A checked proof of one word, from which the root after a change of it follows.
    struct Opening {
        bytes32 word;
        uint256 index;
        uint256 depth;
        /// Bit l is set if the sibling at level l is given; if not it is zero(l).
        uint256 mask;
        /// The calldata offset of the given siblings, from level 0 up.
        uint256 siblings;
    }

    error MerkleTreeIndex(uint256 index, uint256 depth);
    error MerkleTreeMask(uint256 mask, uint256 depth);
    error MerkleTreeZeroSibling(uint256 mask);
    error MerkleTreeRoot(bytes32 expected, bytes32 computed);
    error MerkleTreeTooLong(uint256 length, uint256 depth);

    /// @notice Checks the word and the proof at the cursor against the word `index` of the tree of `root`.
    function open(Witness.Cursor memory cursor, bytes32 root, uint256 index, uint256 depth)
        internal
        pure
        returns (Opening memory)
    {
        return openLeaf(cursor, root, index, depth, cursor.word());
    }

    /// @notice `open` for a caller that has the word, or a leaf that stands for more than a word, already.
    function openLeaf(Witness.Cursor memory cursor, bytes32 root, uint256 index, uint256 depth, bytes32 leaf)
        internal
        pure
        returns (Opening memory opening)
    {
        // INVARIANT: S-22, an index is below 2^depth.
        require(index >> depth == 0, MerkleTreeIndex(index, depth));
        uint256 mask = cursor.u24();
        // INVARIANT: S-23, a mask has no bit for a level that the tree lacks.
        require(mask >> depth == 0, MerkleTreeMask(mask, depth));
        opening.word = leaf;
        opening.index = index;
        opening.depth = depth;
        opening.mask = mask;
        opening.siblings = cursor.position;
        (bytes32 computed, bool canonical, uint256 used) = _climb(opening, leaf);
        cursor.skip(used);
        // INVARIANT: S-23, a sibling of zeros only is not given.
        require(canonical, MerkleTreeZeroSibling(mask));
        require(computed == root, MerkleTreeRoot(root, computed));
    }

    /// @notice The root after the opened word was replaced.
    function rootWith(Opening memory opening, bytes32 word) internal pure returns (bytes32 root) {
        (root,,) = _climb(opening, word);
    }

    /// @notice The root of the tree over `data` as consecutive words, the last one padded with zeros.
    function rootOf(bytes memory data, uint256 depth) internal pure returns (bytes32) {
        uint256 length = data.length;
        uint256 count = (length + 31) / 32;
        uint256 words = _allocate(count);
        assembly ("memory-safe") {
            // SAFETY: `_allocate` reserved `count` words at `words`; what mcopy leaves of the last one is set to 0 first.
            if count { mstore(add(words, mul(32, sub(count, 1))), 0) }
            mcopy(words, add(data, 32), length)
        }
        return _rootOfWords(words, count, depth);
    }

    /// @notice `rootOf` for bytes in calldata.
    function rootOfCalldata(bytes calldata data, uint256 depth) internal pure returns (bytes32) {
        uint256 count = (data.length + 31) / 32;
        uint256 words = _allocate(count);
        assembly ("memory-safe") {
            // SAFETY: `_allocate` reserved `count` words at `words`; what calldatacopy leaves of the last one is set to
            // 0 first.
            if count { mstore(add(words, mul(32, sub(count, 1))), 0) }
            calldatacopy(words, data.offset, data.length)
        }
        return _rootOfWords(words, count, depth);
    }

    /// @notice The root of the tree over `leaves`.
    function rootOfLeaves(bytes32[] memory leaves, uint256 depth) internal pure returns (bytes32) {
        uint256 count = leaves.length;
        uint256 words = _allocate(count);
        assembly ("memory-safe") {
            mcopy(words, add(leaves, 32), mul(32, count))
        }
        return _rootOfWords(words, count, depth);
    }

    /// @notice The root of the tree of `depth` whose words are all 0.
    function zero(uint256 depth) internal pure returns (bytes32) {
        return _rootOfWords(_allocate(0), 0, depth);
    }

    /// @notice The hash of an inner node.
    function hashNode(bytes32 left, bytes32 right) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, NODE_TAG)
            mstore(add(preimage, 32), left)
            mstore(add(preimage, 64), right)
            hash := keccak256(preimage, 96)
        }
    }

    /// @dev The root above `hash` at the opening's index, whether no given sibling is one that should not be given, and
    /// how many bytes of siblings were used.
    function _climb(Opening memory opening, bytes32 hash)
        private
        pure
        returns (bytes32 root, bool canonical, uint256 used)
    {
        (uint256 index, uint256 depth, uint256 mask) = (opening.index, opening.depth, opening.mask);
        uint256 siblings = opening.siblings;
        // INVARIANT: every depth in use is a constant for which the table of zeros has an entry.
        assert(depth <= MEMORY_DEPTH);
        bytes memory zeros = ZEROS;
        root = hash;
        canonical = true;
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space, `zeros` has depth + 1 words, and a caller that
            // could have read past the end of the witness checks `used` against its cursor.
            let preimage := mload(0x40)
            mstore(preimage, NODE_TAG)
            let position := siblings
            for { let level := 0 } lt(level, depth) { level := add(level, 1) } {
                zeros := add(zeros, 32)
                let sibling := mload(zeros)
                if and(shr(level, mask), 1) {
                    let given := calldataload(position)
                    position := add(position, 32)
                    canonical := and(canonical, iszero(eq(given, sibling)))
                    sibling := given
                }
                let side := shl(5, and(1, shr(level, index)))
                mstore(add(add(preimage, 32), side), root)
                mstore(sub(add(preimage, 64), side), sibling)
                root := keccak256(preimage, 96)
            }
            used := sub(position, siblings)
        }
    }

    /// @dev Memory for `count` words with a spare one on either side, as `_rootOfWords` needs it; not cleared.
    function _allocate(uint256 count) private pure returns (uint256 words) {
        assembly ("memory-safe") {
            words := add(mload(0x40), 32)
            mstore(0x40, add(words, mul(32, add(count, 1))))
        }
    }

    /// @dev The root of the tree over the `count` words at `words`, which are overwritten level by level: no subtree of
    /// zeros past the last word is visited.
    function _rootOfWords(uint256 words, uint256 count, uint256 depth) private pure returns (bytes32 root) {
        assert(depth <= MEMORY_DEPTH);
        require(count <= 1 << depth, MerkleTreeTooLong(count, depth));
        bytes memory zeros = ZEROS;
        if (count == 0) {
            assembly ("memory-safe") {
                root := mload(add(add(zeros, 32), mul(32, depth)))
            }
            return root;
        }
        assembly ("memory-safe") {
            // SAFETY: a level of odd length is padded into the spare word after it. The tag of pair i is written over
            // word 2i - 1, which pair i - 1 has used up and which its hash, word i - 1, does not occupy; the tag of
            // pair 0 is written over the spare word before the first.
            for { let level := 0 } lt(level, depth) { level := add(level, 1) } {
                zeros := add(zeros, 32)
                if and(count, 1) {
                    mstore(add(words, mul(32, count)), mload(zeros))
                    count := add(count, 1)
                }
                count := shr(1, count)
                let end := add(words, mul(32, count))
                let preimage := sub(words, 32)
                for { let node := words } lt(node, end) { node := add(node, 32) } {
                    mstore(preimage, NODE_TAG)
                    mstore(node, keccak256(preimage, 96))
                    preimage := add(preimage, 64)
                }
            }
            root := mload(words)
        }
    }
}
