// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../state/MachineState.sol";
import {Endian} from "./Endian.sol";
import {MessagePadding} from "./MessagePadding.sol";

/// @title Ripemd160Block
/// @notice The precompile 0x03, a block a step.
/// @dev The state is the 20 bytes of a digest, in the low bits of a word.
library Ripemd160Block {
    /// @notice The state before the first block.
    uint256 internal constant INITIAL = 0x000123456789abcdeffedcba9876543210f0e1d2c3;

    uint256 private constant ODD_WORDS = 0x00000000ffffffff00000000ffffffff00000000ffffffff;
    uint256 private constant LOW_160 = 0x00ffffffffffffffffffffffffffffffffffffffff;

    /// @notice RIPEMD160: one block.
    function stepRipemd160(Machine memory m) internal pure {
        (uint256 high, uint256 low) = MessagePadding.nextBlock(m, Endian.swap64(m.operation.sourceLength * 8));
        MessagePadding.proceed(m, compress(uint256(m.operation.scratch0), high, low));
    }

    /// @notice The state after the block of 64 bytes `high` ‖ `low`.
    function compress(uint256 state, uint256 high, uint256 low) internal pure returns (uint256) {
        uint256 h = Endian.swap32(state);
        (uint256 left, uint256 right) = _lines(h, Endian.swap32(high), Endian.swap32(low));
        // New word i = h[i + 1] + left[i + 2] + right[i + 3], indices modulo 5.
        h = _rotate(h, 32);
        left = _rotate(left, 64);
        right = _rotate(right, 96);
        uint256 odd = (h & ODD_WORDS) + (left & ODD_WORDS) + (right & ODD_WORDS);
        uint256 even = (h >> 32 & ODD_WORDS) + (left >> 32 & ODD_WORDS) + (right >> 32 & ODD_WORDS);
        return Endian.swap32((even & ODD_WORDS) << 32 | odd & ODD_WORDS);
    }

    function _rotate(uint256 x, uint256 bits) private pure returns (uint256) {
        return (x << bits | x >> (160 - bits)) & LOW_160;
    }

    /// @dev Both lines of 80 rounds over the 16 words of `high` ‖ `low`, numbers big endian. A line's state is A ‖ B ‖ C ‖ D ‖ E
    ///      in 160 bits. Sums and bitwise functions work on values with garbage above their low 32 bits, masked before use.
    function _lines(uint256 h, uint256 high, uint256 low) private pure returns (uint256 left, uint256 right) {
        // SAFETY: scratch behind the free memory pointer: 64 bytes of message, read by 32-byte words that begin inside it.
        assembly ("memory-safe") {
            /// The bitwise function of the group `g` of rounds.
            function mix(g, b, c, d) -> x {
                switch g
                case 0 { x := xor(b, xor(c, d)) }
                case 1 { x := or(and(b, c), and(not(b), d)) }
                case 2 { x := xor(or(b, not(c)), d) }
                case 3 { x := or(and(b, d), and(c, not(d))) }
                default { x := xor(b, or(c, not(d))) }
            }
            /// 16 rounds of one line: function `g`, constant `k`, and per round, a hex digit each, the word and the rotation.
            function rounds(s, message, g, k, words, rotations) -> z {
                for { let i := 60 } lt(i, 64) { i := sub(i, 4) } {
                    let t := add(shr(128, s), mix(g, shr(96, s), shr(64, s), shr(32, s)))
                    t := add(t, shr(224, mload(add(message, shl(2, and(shr(i, words), 15))))))
                    t := and(add(t, k), 0xffffffff)
                    let n := and(shr(i, rotations), 15)
                    t := add(or(shl(n, t), shr(sub(32, n), t)), s)
                    // A takes E, B takes t, C takes B, D takes C rotated by 10, E takes D.
                    let c := and(shr(64, s), 0xffffffff)
                    c := and(or(shl(10, c), shr(22, c)), 0xffffffff)
                    let moved := and(shr(32, s), 0xffffffff00000000ffffffff)
                    s := or(or(shl(128, and(s, 0xffffffff)), shl(96, and(t, 0xffffffff))), or(moved, shl(32, c)))
                }
                z := s
            }
            let m := mload(0x40)
            mstore(m, high)
            mstore(add(m, 0x20), low)
            left := rounds(h, m, 0, 0x00000000, 0x0123456789abcdef, 0xbefc5879bdef6798)
            left := rounds(left, m, 1, 0x5a827999, 0x74d1a6f3c0952eb8, 0x768db97f7cf9b7dc)
            left := rounds(left, m, 2, 0x6ed9eba1, 0x3ae49f812706db5c, 0xbd67e9dfe8d65c75)
            left := rounds(left, m, 3, 0x8f1bbcdc, 0x19ba08c4d37fe562, 0xbcefef989e56865c)
            left := rounds(left, m, 4, 0xa953fd4e, 0x40597c2ae138b6fd, 0x9f5b68dc5cdeb856)
            right := rounds(h, m, 4, 0x50a28be6, 0x5e7092b4d6f81a3c, 0x899bdff5778beec6)
            right := rounds(right, m, 3, 0x5c4dd124, 0x6b370d5aef8c4912, 0x9df7c89b77c76fdb)
            right := rounds(right, m, 2, 0x6d703ef3, 0xf5137e69b8c2a04d, 0x97fb866ecd5edd75)
            right := rounds(right, m, 1, 0x7a6d76e9, 0x86413bf05c2d97ae, 0xf58bee6e69c9c5f8)
            right := rounds(right, m, 0, 0x00000000, 0xcfa4158762de039b, 0x85c9c5e68d65fdbb)
        }
    }
}
