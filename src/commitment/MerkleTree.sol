// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";

/// @title MerkleTree
/// @notice A Merkle tree of fixed depth over 32-byte words, addressed by index; absent words are 0 (S-20 to S-25).
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

    /// @dev The nodes of one level above a range of words, and which of the siblings beside it, level by level, are given.
    struct Range {
        uint256 first;
        uint256 last;
        uint256 leftMask;
        uint256 rightMask;
    }

    error MerkleTreeIndex(uint256 index, uint256 depth);
    error MerkleTreeMask(uint256 mask, uint256 depth);
    error MerkleTreeZeroSibling(uint256 mask);
    error MerkleTreeRoot(bytes32 expected, bytes32 computed);
    error MerkleTreeTooLong(uint256 length, uint256 depth);
    error MerkleTreeRangeMask(uint256 leftMask, uint256 rightMask, uint256 first, uint256 last);

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

    /// @notice Checks the words and the proof at the cursor against the words `first` to `last` of the tree of `root`;
    /// a range is not empty.
    function openRange(Witness.Cursor memory cursor, bytes32 root, uint256 first, uint256 last, uint256 depth)
        internal
        pure
        returns (bytes calldata words)
    {
        assert(first <= last);
        // INVARIANT: S-25, the words are in the tree.
        require(last >> depth == 0, MerkleTreeIndex(last, depth));
        words = cursor.take((last - first + 1) * 32);
        Range memory range;
        (range.first, range.last) = (first, last);
        range.leftMask = cursor.u24();
        range.rightMask = cursor.u24();
        // INVARIANT: S-25, a mask has bits only where the range has such a sibling: left of an odd node, right of an even
        // one, below the root.
        require(
            range.leftMask & ~first == 0 && range.rightMask & last == 0 && range.rightMask >> depth == 0,
            MerkleTreeRangeMask(range.leftMask, range.rightMask, first, last)
        );
        bytes32 computed = _climbRange(cursor, words, range, depth);
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

    /// @dev The root above the nodes `words` of `range`, whose siblings are at the cursor: the nodes are hashed in place,
    /// the siblings beside them put at their ends.
    function _climbRange(Witness.Cursor memory cursor, bytes calldata words, Range memory range, uint256 depth)
        private
        pure
        returns (bytes32 root)
    {
        assert(depth <= MEMORY_DEPTH);
        bytes memory zeros = ZEROS;
        uint256 free;
        uint256 nodes;
        assembly ("memory-safe") {
            // SAFETY: reserved until the end of this function, which needs none of it any more. A level moves `nodes`
            // down by a word at most, so there are depth + 1 spare words before them, the first for the tag; one after
            // them takes a right sibling.
            free := mload(0x40)
            nodes := add(free, mul(32, add(depth, 1)))
            calldatacopy(nodes, words.offset, words.length)
            mstore(0x40, add(nodes, add(words.length, 32)))
        }
        for (uint256 level = 0; level < depth; level++) {
            if (range.first & 1 == 1) {
                nodes -= 32;
                _store(nodes, _takeSibling(cursor, zeros, range.leftMask, level));
                range.first -= 1;
            }
            if (range.last & 1 == 0) {
                range.last += 1;
                _store(nodes + 32 * (range.last - range.first), _takeSibling(cursor, zeros, range.rightMask, level));
            }
            (range.first, range.last) = (range.first / 2, range.last / 2);
            _hashPairs(nodes, range.last - range.first + 1);
        }
        assembly ("memory-safe") {
            root := mload(nodes)
            mstore(0x40, free)
        }
    }

    /// @dev The sibling of `level`: the next one at the cursor if `mask` says that it is given, else zeros.
    function _takeSibling(Witness.Cursor memory cursor, bytes memory zeros, uint256 mask, uint256 level)
        private
        pure
        returns (bytes32 sibling)
    {
        bytes32 ofZeros;
        assembly ("memory-safe") {
            // SAFETY: `zeros` has an entry for every level up to MEMORY_DEPTH.
            ofZeros := mload(add(add(zeros, 32), mul(32, level)))
        }
        if ((mask >> level) & 1 == 0) return ofZeros;
        sibling = cursor.word();
        // INVARIANT: S-25, a sibling of zeros only is not given.
        require(sibling != ofZeros, MerkleTreeZeroSibling(mask));
    }

    /// @dev Sets the word at `position` of memory that the caller has reserved.
    function _store(uint256 position, bytes32 word) private pure {
        assembly ("memory-safe") {
            mstore(position, word)
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
        for (uint256 level = 0; level < depth; level++) {
            if (count & 1 == 1) {
                assembly ("memory-safe") {
                    // SAFETY: `_allocate` reserved a spare word after the last, and `zeros` has an entry for the level.
                    mstore(add(words, mul(32, count)), mload(add(add(zeros, 32), mul(32, level))))
                }
            }
            count = (count + 1) / 2;
            _hashPairs(words, count);
        }
        assembly ("memory-safe") {
            root := mload(words)
        }
    }

    /// @dev Overwrites `count` pairs of nodes at `nodes` by their parents.
    function _hashPairs(uint256 nodes, uint256 count) private pure {
        assembly ("memory-safe") {
            // SAFETY: the tag of pair i is written over word 2i - 1, which pair i - 1 has used up and which its hash,
            // word i - 1, does not occupy; the tag of pair 0 is written over the spare word before the first.
            let end := add(nodes, mul(32, count))
            let preimage := sub(nodes, 32)
            for { let node := nodes } lt(node, end) { node := add(node, 32) } {
                mstore(preimage, NODE_TAG)
                mstore(node, keccak256(preimage, 96))
                preimage := add(preimage, 64)
            }
        }
    }
}
