// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../commitment/MerkleTree.sol";
import {Gas} from "./Gas.sol";
import {Machine} from "./state/MachineState.sol";

/// @notice A range of a frozen tree of bytes. An empty one has root 0 and offset 0.
struct View {
    bytes32 root;
    uint256 offset;
    uint256 length;
}

/// @title MemoryTree
/// @notice Memory, code and raw transactions: trees of 32-byte words, read by word or by view.
library MemoryTree {
    using MerkleTree for MerkleTree.Opening;

    /// @dev Root of the tree of zeros: memory that nothing was written to.
    bytes32 internal constant ZERO_ROOT = 0xa9fb81fc07302495dc8b8f801489f0ee242ada7485f6d9f3c104588ce2a8cb92;

    /// @dev Offsets and sizes from here on cost more gas than there is.
    uint256 private constant ADDRESSABLE = 1 << 32;

    /// @notice The view of `length` bytes at `offset`; every empty view is the same.
    function makeView(bytes32 root, uint256 offset, uint256 length) internal pure returns (View memory) {
        if (length == 0) return emptyView();
        return View({root: root, offset: offset, length: length});
    }

    /// @notice The view of nothing.
    function emptyView() internal pure returns (View memory) {
        return View({root: 0, offset: 0, length: 0});
    }

    /// @notice The view that the operation in progress reads.
    function source(Machine memory m) internal pure returns (View memory) {
        return View({root: m.operation.sourceRoot, offset: m.operation.sourceOffset, length: m.operation.sourceLength});
    }

    function setSource(Machine memory m, View memory from) internal pure {
        m.operation.sourceRoot = from.root;
        m.operation.sourceOffset = from.offset;
        m.operation.sourceLength = from.length;
    }

    /// @notice The frame's whole memory, for a read that ends before the next write.
    function memoryView(Machine memory m) internal pure returns (View memory) {
        return makeView(m.frame.memoryRoot, 0, m.frame.memoryWords * 32);
    }

    /// @notice The frame's calldata.
    function calldataView(Machine memory m) internal pure returns (View memory) {
        return View({root: m.frame.calldataRoot, offset: m.frame.calldataOffset, length: m.frame.calldataLength});
    }

    /// @notice The output of the frame's last call.
    function returndataView(Machine memory m) internal pure returns (View memory) {
        return View({root: m.frame.returndataRoot, offset: m.frame.returndataOffset, length: m.frame.returndataLength});
    }

    /// @notice Makes memory large enough for `size` bytes at `offset` and charges for it. If the frame can't pay, it
    /// halts, and the result is false.
    function expand(Machine memory m, uint256 offset, uint256 size) internal pure returns (bool) {
        if (size == 0) return true;
        if (offset >= ADDRESSABLE || size >= ADDRESSABLE) {
            m.halt();
            return false;
        }
        uint256 words = Gas.words(offset + size);
        uint256 current = m.frame.memoryWords;
        if (words <= current) return true;
        if (!m.charge(Gas.memoryCost(words) - Gas.memoryCost(current))) return false;
        m.frame.memoryWords = words;
        return true;
    }

    /// @notice The word `index` of the tree of `root`.
    function readWord(Machine memory m, bytes32 root, uint256 index) internal pure returns (bytes32) {
        return openWord(m, root, index).word;
    }

    /// @notice The word `index` of the tree of `root`, to be replaced.
    function openWord(Machine memory m, bytes32 root, uint256 index) internal pure returns (MerkleTree.Opening memory) {
        return MerkleTree.open(m.cursor, root, index, MerkleTree.MEMORY_DEPTH);
    }

    /// @notice `count` bytes from `position` of a view; what is not in it is zero.
    function viewBytes(Machine memory m, View memory from, uint256 position, uint256 count)
        internal
        pure
        returns (bytes memory data)
    {
        data = new bytes(count);
        uint256 available = _available(from, position, count);
        if (available == 0) return data;

        uint256 start = from.offset + position;
        uint256 first = start / 32;
        uint256 number = (start + available - 1) / 32 - first + 1;
        bytes memory words = new bytes(number * 32);
        for (uint256 i = 0; i < number; i++) {
            bytes32 word = readWord(m, from.root, first + i);
            assembly ("memory-safe") {
                // SAFETY: i < number, the length of `words` in words.
                mstore(add(add(words, 32), shl(5, i)), word)
            }
        }
        assembly ("memory-safe") {
            // SAFETY: start % 32 + available <= number * 32, and available <= count.
            mcopy(add(data, 32), add(add(words, 32), and(start, 31)), available)
        }
    }

    /// @notice `viewBytes` with one proof for all the words, for a step that reads many.
    function viewRange(Machine memory m, View memory from, uint256 position, uint256 count)
        internal
        pure
        returns (bytes memory data)
    {
        uint256 available = _available(from, position, count);
        if (available == 0) return new bytes(count);
        uint256 start = from.offset + position;
        uint256 last = (start + available - 1) / 32;
        bytes calldata words = MerkleTree.openRange(m.cursor, from.root, start / 32, last, MerkleTree.MEMORY_DEPTH);
        data = new bytes(count);
        assembly ("memory-safe") {
            // SAFETY: start % 32 + available <= words.length, and available <= count.
            calldatacopy(add(data, 32), add(words.offset, and(start, 31)), available)
        }
    }

    /// @notice The 32 bytes from `position` of a view.
    function viewWord(Machine memory m, View memory from, uint256 position) internal pure returns (bytes32) {
        return bytes32(viewBytes(m, from, position, 32));
    }

    /// @dev How many of `count` bytes from `position` are in the view.
    function _available(View memory from, uint256 position, uint256 count) private pure returns (uint256) {
        if (position >= from.length) return 0;
        uint256 available = from.length - position;
        return available < count ? available : count;
    }
}
