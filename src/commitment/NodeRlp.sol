// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Rlp} from "./Rlp.sol";

/// @title NodeRlp
/// @notice The RLP of the nodes of a trie over keys of 32 bytes, read strictly from calldata and written (S-53 to S-55).
/// @dev A path of nibbles is a word with the first nibble at the left, zeros behind its last one, and a length. A node
/// is a region of calldata: [start, end) is the content of its list.
library NodeRlp {
    /// @dev Nibbles of a key.
    uint256 internal constant KEY_LENGTH = 64;

    /// @dev First bytes of what stands where a node refers to another: nothing, a hash, or a list of at most 31 bytes.
    uint256 internal constant NO_NODE = 0x80;
    uint256 internal constant HASH = 0xa0;
    uint256 private constant MIN_EMBEDDED = 0xc1;
    uint256 private constant MAX_EMBEDDED = 0xde;

    /// @notice A leaf or an extension.
    struct Short {
        bool isLeaf;
        uint256 path;
        uint256 length;
        /// The item after the path: the value, or the child.
        uint256 item;
        uint256 itemEnd;
    }

    error NodeTooShort(uint256 length);
    error NodeMalformed(uint256 position);

    /// @notice The node [start, end) as a leaf or an extension at `depth`; not short if it does not have two items.
    function parseShort(uint256 start, uint256 end, uint256 depth)
        internal
        pure
        returns (bool isShort, Short memory short)
    {
        // The common branch, told by its first child: the string of a path starts neither so low nor so high.
        uint256 first = byteAt(start);
        if (first == NO_NODE || first > HASH + 1) return (false, short);
        (bool ok,, uint256 content, uint256 next) = Rlp.item(start, end);
        if (!ok || next == end) return (false, short);
        bool valueIsList;
        (ok, valueIsList,, short.itemEnd) = Rlp.item(next, end);
        if (!ok || short.itemEnd != end) return (false, short);

        short.item = next;
        (short.isLeaf, short.path, short.length) = _decodePath(content, next - content);
        // INVARIANT: S-53, every key has 64 nibbles: a leaf has all that are left, an extension fewer, and one or more.
        if (short.isLeaf) {
            require(!valueIsList && short.length + depth == KEY_LENGTH, NodeMalformed(start));
        } else {
            require(short.length != 0 && short.length + depth < KEY_LENGTH, NodeMalformed(start));
            require(byteAt(next) == HASH, NodeMalformed(next));
        }
        return (true, short);
    }

    /// @dev Decodes a hex prefix: a flag nibble (2 = leaf, 1 = odd length), a zero nibble if even, then the path.
    function _decodePath(uint256 start, uint256 size) private pure returns (bool isLeaf, uint256 path, uint256 length) {
        uint256 flags = size == 0 ? 0xff : byteAt(start);
        bool isOdd = flags & 0x10 != 0;
        // INVARIANT: S-55, one encoding: flags of two bits, and the unused nibble of an even path is 0.
        require(flags < 0x40 && size <= 33 && (isOdd || flags & 0x0f == 0), NodeMalformed(start));
        isLeaf = flags & 0x20 != 0;
        length = 2 * (size - 1) + (isOdd ? 1 : 0);
        require(length <= KEY_LENGTH, NodeMalformed(start));
        path = isOdd ? uint256(wordAt(start)) << 4 : uint256(wordAt(start + 1));
        path &= ~(type(uint256).max >> (4 * length));
    }

    /// @notice Checks that the node [start, end) is a branch, and finds the item for `nibble`.
    function scanBranch(uint256 start, uint256 end, uint256 nibble)
        internal
        pure
        returns (uint256 item, uint256 itemEnd)
    {
        bool ok = true;
        assembly ("memory-safe") {
            // SAFETY: what a wrong item does to `position` doesn't matter, as `ok` stays 0 after it; else positions
            // only grow, and the last is compared with `end`, which the cursor has bounded.
            let position := start
            for { let i := 0 } lt(i, 16) { i := add(i, 1) } {
                if eq(i, nibble) { item := position }
                let prefix := byte(0, calldataload(position))
                position := add(position, 1)
                if eq(prefix, HASH) {
                    position := add(position, 32)
                    continue
                }
                if eq(prefix, NO_NODE) { continue }
                position := add(position, sub(prefix, 0xc0))
                ok := and(ok, and(iszero(lt(prefix, MIN_EMBEDDED)), iszero(gt(prefix, MAX_EMBEDDED))))
            }
            // No key ends in a branch: its value is empty.
            ok := and(ok, eq(byte(0, calldataload(position)), 0x80))
            ok := and(ok, eq(add(position, 1), end))
        }
        require(ok, NodeMalformed(start));
        itemEnd = _itemEnd(item);
    }

    /// @notice How many children the branch that `scanBranch` accepted at `start` has besides that of `nibble`, and the
    /// nibble of the last of them.
    function otherChildren(uint256 start, uint256 nibble) internal pure returns (uint256 count, uint256 other) {
        uint256 position = start;
        for (uint256 i = 0; i < 16; i++) {
            if (i != nibble && byteAt(position) != NO_NODE) {
                count++;
                other = i;
            }
            position = _itemEnd(position);
        }
    }

    /// @notice What stands in a parent for `node`: itself if it has less than 32 bytes, else its hash.
    function referenceTo(bytes memory node) internal pure returns (bytes memory) {
        return node.length < 32 ? node : abi.encodePacked(uint8(HASH), keccak256(node));
    }

    /// @notice The encoding of a leaf or an extension; an extension is never embedded.
    function encodeShort(bool isLeaf, uint256 path, uint256 length, bytes memory item)
        internal
        pure
        returns (bytes memory node)
    {
        uint256 flags = (isLeaf ? 2 : 0) | (length & 1);
        bytes memory prefix = length & 1 == 1
            ? abi.encodePacked(bytes32((flags << 252) | (path >> 4)))
            : abi.encodePacked(uint8(flags << 4), path);
        assembly ("memory-safe") {
            // SAFETY: shortens the 32 or 33 bytes that were just allocated.
            mstore(prefix, add(shr(1, length), 1))
        }
        node = Rlp.encodeList(bytes.concat(Rlp.encodeString(prefix), item));
        if (!isLeaf) _requireNotEmbedded(node);
    }

    /// @notice The encoding of a branch over references, empty where there is no node.
    function encodeBranch(bytes[16] memory children) internal pure returns (bytes memory node) {
        for (uint256 i = 0; i < 16; i++) {
            node = bytes.concat(node, children[i].length == 0 ? bytes(hex"80") : children[i]);
        }
        node = Rlp.encodeList(bytes.concat(node, hex"80"));
        _requireNotEmbedded(node);
    }

    /// @notice The encoding of the branch or extension [start, end) with `replacement` for [item, itemEnd).
    function replaceItem(uint256 start, uint256 item, uint256 itemEnd, uint256 end, bytes memory replacement)
        internal
        pure
        returns (bytes memory node)
    {
        node = Rlp.encodeList(bytes.concat(slice(start, item), replacement, slice(itemEnd, end)));
        _requireNotEmbedded(node);
    }

    /// @dev Where the child of a branch ends that starts at `position`.
    function _itemEnd(uint256 position) private pure returns (uint256) {
        uint256 prefix = byteAt(position);
        if (prefix == HASH) return position + 33;
        return prefix == NO_NODE ? position + 1 : position + prefix - 0xbf;
    }

    /// @dev INVARIANT: S-54, only leaves are embedded: keys that make another node so short agree in 220 bits.
    function _requireNotEmbedded(bytes memory node) private pure {
        require(node.length >= 32, NodeTooShort(node.length));
    }

    /// @notice Whether the path of a node is how `path` begins.
    function isPrefix(Short memory short, uint256 path) internal pure returns (bool) {
        return (short.path ^ path) & ~(type(uint256).max >> (4 * short.length)) == 0;
    }

    /// @notice The number of nibbles before the first in which two different paths differ.
    function countShared(uint256 path, uint256 otherPath) internal pure returns (uint256 count) {
        assembly ("memory-safe") {
            count := shr(2, clz(xor(path, otherPath)))
        }
    }

    /// @notice Nibble `index` of a path.
    function nibbleAt(uint256 path, uint256 index) internal pure returns (uint256) {
        return (path << (4 * index)) >> 252;
    }

    /// @notice The byte at a calldata offset.
    function byteAt(uint256 position) internal pure returns (uint256) {
        return uint256(wordAt(position)) >> 248;
    }

    /// @notice The 32 bytes at a calldata offset.
    function wordAt(uint256 position) internal pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := calldataload(position)
        }
    }

    /// @notice The bytes between two calldata offsets.
    function slice(uint256 start, uint256 end) internal pure returns (bytes calldata region) {
        assembly ("memory-safe") {
            region.offset := start
            region.length := sub(end, start)
        }
    }
}
