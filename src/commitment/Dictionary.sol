// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";

/// @title Dictionary
/// @notice An authenticated map from bytes32 keys to bytes32 values: a compressed binary trie whose inner nodes hash
/// their absolute bit index, so that its root depends on the entries alone and one path proves presence, absence,
/// insertion, removal and leftmost position (S-10 to S-15).
library Dictionary {
    using Witness for Witness.Cursor;

    /// @dev The root of the dictionary without entries: keccak256(abi.encode(bytes32("DictionaryEmpty"))).
    bytes32 internal constant EMPTY = keccak256(abi.encode(bytes32("DictionaryEmpty")));

    /// @dev What the path of a key ends in: nothing at all, the leaf of another key, or the key's own leaf.
    uint8 internal constant FORM_EMPTY = 0;
    uint8 internal constant FORM_OTHER = 1;
    uint8 internal constant FORM_PRESENT = 2;

    bytes32 private constant LEAF_TAG = "DictionaryLeaf";
    bytes32 private constant NODE_TAG = "DictionaryNode";

    /// @dev Bytes of a path entry: a bit index and a sibling.
    uint256 private constant ENTRY_SIZE = 33;

    /// @notice A checked proof, from which the roots after a change of its key follow.
    struct Opening {
        bytes32 root;
        bytes32 key;
        bool present;
        /// The value of `key` if present, else 0.
        bytes32 value;
        /// The key and the hash of the leaf that the path ends in; both 0 if the dictionary is empty.
        bytes32 leafKey;
        bytes32 leaf;
        /// The calldata offset of the path's entries from the root down, their number, and their bit indices as a set
        /// (bit index i is the i-th most significant bit).
        uint256 path;
        uint256 length;
        uint256 bits;
    }

    error DictionaryForm(uint8 form);
    error DictionaryOtherKeyIsKey(bytes32 key);
    error DictionaryBitIndices(uint256 length);
    error DictionaryKeysDiverge(bytes32 key, bytes32 otherKey);
    error DictionaryRoot(bytes32 expected, bytes32 computed);

    /// @notice Checks the proof at the cursor that says what `root` has at `key`.
    function open(Witness.Cursor memory cursor, bytes32 root, bytes32 key) internal pure returns (Opening memory) {
        uint8 form = cursor.u8();
        return openPath(cursor, root, key, form, form == FORM_PRESENT ? cursor.word() : bytes32(0));
    }

    /// @notice `open` for a caller that has read the form, and for FORM_PRESENT the value, by itself.
    function openPath(Witness.Cursor memory cursor, bytes32 root, bytes32 key, uint8 form, bytes32 value)
        internal
        pure
        returns (Opening memory opening)
    {
        opening.root = root;
        opening.key = key;
        if (form == FORM_EMPTY) {
            require(root == EMPTY, DictionaryRoot(root, EMPTY));
            return opening;
        }
        require(form <= FORM_PRESENT, DictionaryForm(form));

        opening.present = form == FORM_PRESENT;
        opening.leafKey = key;
        if (opening.present) {
            opening.value = value;
        } else {
            opening.leafKey = cursor.word();
            value = cursor.word();
            // INVARIANT: S-13, a present key has no proof of absence.
            require(opening.leafKey != key, DictionaryOtherKeyIsKey(key));
        }
        opening.leaf = hashLeaf(opening.leafKey, value);

        opening.length = cursor.u16();
        opening.path = cursor.skip(opening.length * ENTRY_SIZE);
        opening.bits = _bitsOf(opening.path, opening.length);
        // INVARIANT: S-13, the path that ends in the other leaf is the path of `key`.
        require(opening.bits & uint256(key ^ opening.leafKey) == 0, DictionaryKeysDiverge(key, opening.leafKey));
        bytes32 computed = _climb(opening.path, 0, opening.length, key, opening.leaf);
        require(computed == root, DictionaryRoot(root, computed));
    }

    /// @notice Whether the opened leaf is the one with the smallest key. False if the dictionary is empty.
    function isLeftmost(Opening memory opening) internal pure returns (bool) {
        return opening.leaf != 0 && opening.bits & uint256(opening.leafKey) == 0;
    }

    /// @notice The root after the opened key was given `value`.
    function rootWith(Opening memory opening, bytes32 value) internal pure returns (bytes32) {
        bytes32 key = opening.key;
        bytes32 leaf = hashLeaf(key, value);
        if (opening.leaf == 0) return leaf;
        if (opening.present) return _climb(opening.path, 0, opening.length, key, leaf);

        // The new node stands where the two keys part: below every entry of a smaller bit index.
        uint256 bitIndex = _firstDifference(key, opening.leafKey);
        uint256 above = _countBefore(opening.path, opening.length, bitIndex);
        bytes32 node = _climb(opening.path, above, opening.length, key, opening.leaf);
        node = _isRight(key, bitIndex) ? hashNode(bitIndex, node, leaf) : hashNode(bitIndex, leaf, node);
        return _climb(opening.path, 0, above, key, node);
    }

    /// @notice The root after the opened key was removed; the same root if it was not there.
    function rootWithout(Opening memory opening) internal pure returns (bytes32) {
        if (!opening.present) return opening.root;
        if (opening.length == 0) return EMPTY;
        // The deepest node vanishes and its other child takes its place.
        uint256 above = opening.length - 1;
        bytes32 sibling;
        uint256 entry = opening.path + above * ENTRY_SIZE;
        assembly ("memory-safe") {
            sibling := calldataload(add(entry, 1))
        }
        return _climb(opening.path, 0, above, opening.key, sibling);
    }

    /// @notice The hash of an entry.
    function hashLeaf(bytes32 key, bytes32 value) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, LEAF_TAG)
            mstore(add(preimage, 32), key)
            mstore(add(preimage, 64), value)
            hash := keccak256(preimage, 96)
        }
    }

    /// @notice The hash of an inner node: keys with a 0 at `bitIndex` (0 = most significant) are below `left`.
    function hashNode(uint256 bitIndex, bytes32 left, bytes32 right) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, NODE_TAG)
            mstore(add(preimage, 32), bitIndex)
            mstore(add(preimage, 64), left)
            mstore(add(preimage, 96), right)
            hash := keccak256(preimage, 128)
        }
    }

    /// @dev The hash above the entries [from, to) of a path, starting with the child `hash` of the deepest of them.
    /// `hashNode` unrolled into the loop.
    function _climb(uint256 path, uint256 from, uint256 to, bytes32 key, bytes32 hash) private pure returns (bytes32) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space; `path` was bounded by the cursor.
            let preimage := mload(0x40)
            mstore(preimage, NODE_TAG)
            let top := add(path, mul(from, ENTRY_SIZE))
            for { let entry := add(path, mul(to, ENTRY_SIZE)) } gt(entry, top) {} {
                entry := sub(entry, ENTRY_SIZE)
                let bitIndex := byte(0, calldataload(entry))
                let side := shl(5, and(1, shr(sub(255, bitIndex), key)))
                mstore(add(preimage, 32), bitIndex)
                mstore(add(add(preimage, 64), side), hash)
                mstore(sub(add(preimage, 96), side), calldataload(add(entry, 1)))
                hash := keccak256(preimage, 128)
            }
        }
        return hash;
    }

    /// @dev The bit indices of a path as a set; reverts unless they strictly increase.
    function _bitsOf(uint256 path, uint256 length) private pure returns (uint256 bits) {
        bool increasing = true;
        assembly ("memory-safe") {
            // SAFETY: `path` was bounded by the cursor.
            let last := not(0)
            let end := add(path, mul(length, ENTRY_SIZE))
            for { let entry := path } lt(entry, end) { entry := add(entry, ENTRY_SIZE) } {
                let bit := shr(byte(0, calldataload(entry)), shl(255, 1))
                increasing := and(increasing, lt(bit, last))
                bits := or(bits, bit)
                last := bit
            }
        }
        // INVARIANT: S-12, bit indices strictly increase from the root down.
        require(increasing, DictionaryBitIndices(length));
    }

    /// @dev How many entries of a path have a bit index below `bitIndex`.
    function _countBefore(uint256 path, uint256 length, uint256 bitIndex) private pure returns (uint256 count) {
        count = length;
        while (count != 0) {
            uint256 entry = path + (count - 1) * ENTRY_SIZE;
            uint256 entryIndex;
            assembly ("memory-safe") {
                entryIndex := byte(0, calldataload(entry))
            }
            if (entryIndex < bitIndex) break;
            count--;
        }
    }

    /// @dev The index of the first bit in which two different keys differ.
    function _firstDifference(bytes32 key, bytes32 otherKey) private pure returns (uint256 bitIndex) {
        assembly ("memory-safe") {
            bitIndex := clz(xor(key, otherKey))
        }
    }

    /// @dev Whether `key` is in the right subtree of a node of `bitIndex`.
    function _isRight(bytes32 key, uint256 bitIndex) private pure returns (bool) {
        return (uint256(key) >> (255 - bitIndex)) & 1 == 1;
    }
}
