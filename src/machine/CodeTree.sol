// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../commitment/MerkleTree.sol";

/// @title CodeTree
/// @notice Code as the machine commits to it: the tree of its bytes and the tree of its jump bitmap, in which bit i (most
/// significant first) says that byte i is a JUMPDEST and not data of a PUSH.
library CodeTree {
    uint256 private constant JUMPDEST = 0x5b;
    uint256 private constant PUSH1 = 0x60;
    uint256 private constant PUSH32 = 0x7f;

    /// @notice The roots of `code`.
    function roots(bytes calldata code) internal pure returns (bytes32 codeRoot, bytes32 jumpRoot) {
        codeRoot = MerkleTree.rootOfCalldata(code, MerkleTree.MEMORY_DEPTH);
        jumpRoot = MerkleTree.rootOf(jumpBitmap(code), MerkleTree.MEMORY_DEPTH);
    }

    /// @notice The jump bitmap of `code`, in whole words.
    function jumpBitmap(bytes calldata code) internal pure returns (bytes memory bitmap) {
        bitmap = new bytes((code.length + 255) / 256 * 32);
        assembly ("memory-safe") {
            // SAFETY: the word of byte i is i / 256, and `bitmap` has a word for each 256 bytes of code.
            for { let i := 0 } lt(i, code.length) { i := add(i, 1) } {
                let opcode := byte(0, calldataload(add(code.offset, i)))
                switch opcode
                case 0x5b {
                    let word := add(add(bitmap, 32), shl(5, shr(8, i)))
                    mstore(word, or(mload(word), shl(sub(255, and(i, 255)), 1)))
                }
                default {
                    // PUSHn (0x60 is PUSH1) is followed by n bytes of data.
                    if lt(sub(opcode, 0x60), 32) { i := add(i, sub(opcode, 0x5f)) }
                }
            }
        }
    }

    /// @notice One word of code, of which the first `carry` bytes are data of an earlier PUSH: its 32 bits of the jump
    /// bitmap, first byte first, and how many bytes of the following word are data.
    function analyzeWord(bytes32 word, uint256 carry) internal pure returns (uint256 bits, uint256 nextCarry) {
        uint256 i = carry;
        for (; i < 32; i++) {
            uint256 opcode = uint8(word[i]);
            if (opcode == JUMPDEST) bits |= 1 << (31 - i);
            else if (opcode >= PUSH1 && opcode <= PUSH32) i += opcode - PUSH1 + 1;
        }
        nextCarry = i - 32;
    }
}
