// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../commitment/MerkleTree.sol";

/// @title CodeTree
/// @notice Code as the machine commits to it: the tree of its bytes and the tree of its jump bitmap, in which bit i (most
/// significant first) says that byte i is a JUMPDEST and not data of a PUSH.
/// @dev A call into the largest contract analyzes 24,576 bytes in one step, whatever its author filled them with. So a
/// word's 32 bytes are looked at together, and what is left to do one after the other is bounded by 16 hops a word.
library CodeTree {
    /// @dev Times a word with bits only at bit 7 of its bytes, this puts the bits of bytes 8g to 8g + 7, in order, into
    /// byte 8g (0 is the most significant): the factor's bits are 7 apart, so that each of the 8 terms moves the bit of
    /// one of them there. No two terms meet in a bit, so that nothing carries.
    uint256 private constant GATHER_BITS = 0x02040810204081;
    /// @dev Bytes 0, 8, 16 and 24.
    uint256 private constant GATHERED = 0xff00000000000000ff00000000000000ff00000000000000ff00000000000000;
    /// @dev Times a word with those four bytes only, this puts them side by side into bytes 0 to 3; no two terms meet.
    uint256 private constant GATHER_BYTES = 0x01000000000000010000000000000100000000000001;

    /// @notice The roots of `code`.
    function roots(bytes calldata code) internal pure returns (bytes32 codeRoot, bytes32 jumpRoot) {
        codeRoot = MerkleTree.rootOfCalldata(code, MerkleTree.MEMORY_DEPTH);
        jumpRoot = MerkleTree.rootOf(jumpBitmap(code), MerkleTree.MEMORY_DEPTH);
    }

    /// @notice The jump bitmap of `code`, in whole words.
    function jumpBitmap(bytes calldata code) internal pure returns (bytes memory bitmap) {
        uint256 length = code.length;
        bitmap = new bytes((length + 255) / 256 * 32);
        uint256 carry;
        // SAFETY: calldata is shorter than 2^64 bytes, so that nothing overflows.
        unchecked {
            for (uint256 i = 0; i < length; i += 32) {
                bytes32 word;
                assembly ("memory-safe") {
                    word := calldataload(add(code.offset, i))
                }
                uint256 bits;
                (bits, carry) = analyzeWord(word, carry);
                assembly ("memory-safe") {
                    // SAFETY: the four bytes at i / 8 are in `bitmap`. The 28 after them are the next words' or zero;
                    // behind `bitmap` they are scratch space, because nothing was allocated since.
                    mstore(add(add(bitmap, 32), shr(3, i)), shl(224, bits))
                }
            }
            // What calldata holds behind the code is not of it. Bits past the length are in the last word of the bitmap.
            uint256 used = length % 256;
            if (used == 0) return bitmap;
            assembly ("memory-safe") {
                // SAFETY: `bitmap` is not empty.
                let last := add(bitmap, mload(bitmap))
                mstore(last, and(mload(last), not(shr(used, not(0)))))
            }
        }
    }

    /// @notice One word of code, of which the first `carry` bytes are data of an earlier PUSH: its 32 bits of the jump
    /// bitmap, first byte first, and how many bytes of the following word are data.
    function analyzeWord(bytes32 word, uint256 carry) internal pure returns (uint256 bits, uint256 nextCarry) {
        assembly ("memory-safe") {
            // 0x01 and 0x80 in every byte. A mark is bit 7 of a byte.
            let ones := div(not(0), 0xff)
            let high := shl(7, ones)

            // A byte is a PUSH, 0x60 to 0x7f, if its top bits are 011. Shifts bring its bits 6 and 5 to bit 7.
            let pushes := and(and(shl(1, word), shl(2, word)), and(not(word), high))

            // Which bytes are instructions, as `bits`: without a PUSH all that are no data of an earlier one.
            bits := shr(carry, 0xffffffff)
            if pushes {
                // The length of the instruction at each byte if it is one: PUSHn is 0x5f + n, and has n + 1 bytes.
                let push := shr(7, pushes)
                let pushMask := mul(push, 0xff)
                let hops := add(ones, sub(and(word, pushMask), mul(push, 0x5f)))
                // Where no PUSH is, the length of the instruction after it is added, in this word. So a hop covers at
                // least two bytes, but from the last byte of the word, and at most 1 + 33: no sum leaves its byte.
                hops := add(hops, and(not(pushMask), shl(8, hops)))

                // Visits instructions by hops; past the word `byte` is 0, which ends the walk, and `shr` marks nothing.
                bits := 0
                let i := carry
                for {} lt(i, 32) {} {
                    let j := add(i, byte(i, hops))
                    let k := add(j, byte(j, hops))
                    let l := add(k, byte(k, hops))
                    let first := or(shr(i, 0x80000000), shr(j, 0x80000000))
                    bits := or(bits, or(first, or(shr(k, 0x80000000), shr(l, 0x80000000))))
                    i := add(l, byte(l, hops))
                }
                nextCarry := sub(i, 32)
                // The byte after an instruction that is no PUSH is one too, which the hop has skipped.
                pushes := shr(224, mul(and(mul(pushes, GATHER_BITS), GATHERED), GATHER_BYTES))
                bits := or(bits, shr(1, and(bits, not(pushes))))
            }

            // A byte is a JUMPDEST if it differs from 0x5b in no bit: neither in its low seven, from which adding 0x7f
            // carries into bit 7 unless all are 0, nor in bit 7.
            let low := not(high)
            let difference := xor(word, mul(ones, 0x5b))
            let jumpdests := and(not(or(difference, add(and(difference, low), low))), high)
            jumpdests := shr(224, mul(and(mul(jumpdests, GATHER_BITS), GATHERED), GATHER_BYTES))
            bits := and(bits, jumpdests)
        }
    }
}
