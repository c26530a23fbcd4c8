// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../state/MachineState.sol";
import {MessagePadding} from "./MessagePadding.sol";

/// @title Sha256Block
/// @notice The precompile 0x02, a block a step.
/// @dev The state is the eight 32-bit words as they stand in a digest: a in the top bits, h in the lowest.
library Sha256Block {
    /// @notice The state before the first block.
    uint256 internal constant INITIAL = 0x6a09e667bb67ae853c6ef372a54ff53a510e527f9b05688c1f83d9ab5be0cd19;

    uint256 private constant ODD_WORDS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;

    /// @notice SHA256: one block.
    function stepSha256(Machine memory m) internal pure {
        (uint256 high, uint256 low) = MessagePadding.nextBlock(m, m.operation.sourceLength * 8);
        MessagePadding.proceed(m, compress(uint256(m.operation.scratch0), high, low));
    }

    /// @notice The state after the block of 64 bytes `high` ‖ `low`.
    function compress(uint256 state, uint256 high, uint256 low) internal pure returns (uint256) {
        uint256 result = _rounds(state, high, low);
        uint256 even = (state >> 32 & ODD_WORDS) + (result >> 32 & ODD_WORDS);
        uint256 odd = (state & ODD_WORDS) + (result & ODD_WORDS);
        return (even & ODD_WORDS) << 32 | odd & ODD_WORDS;
    }

    /// @dev The message schedule and the 64 rounds. Sums and the bitwise functions work on values with garbage above their low
    ///      32 bits; a shift by 224 or a mask cuts it off where a word is stored or shifted right.
    function _rounds(uint256 state, uint256 high, uint256 low) private pure returns (uint256 s) {
        // SAFETY: scratch behind the free memory pointer: 256 bytes of constants `k`, then the schedule `w` of 64 four-byte words.
        // Each is read and written by 32-byte words that begin at it, so the last one ends 28 bytes later, still in free memory.
        assembly ("memory-safe") {
            let k := mload(0x40)
            mstore(k, 0x428a2f9871374491b5c0fbcfe9b5dba53956c25b59f111f1923f82a4ab1c5ed5)
            mstore(add(k, 0x20), 0xd807aa9812835b01243185be550c7dc372be5d7480deb1fe9bdc06a7c19bf174)
            mstore(add(k, 0x40), 0xe49b69c1efbe47860fc19dc6240ca1cc2de92c6f4a7484aa5cb0a9dc76f988da)
            mstore(add(k, 0x60), 0x983e5152a831c66db00327c8bf597fc7c6e00bf3d5a7914706ca635114292967)
            mstore(add(k, 0x80), 0x27b70a852e1b21384d2c6dfc53380d13650a7354766a0abb81c2c92e92722c85)
            mstore(add(k, 0xa0), 0xa2bfe8a1a81a664bc24b8b70c76c51a3d192e819d6990624f40e3585106aa070)
            mstore(add(k, 0xc0), 0x19a4c1161e376c082748774c34b0bcb5391c0cb34ed8aa4a5b9cca4f682e6ff3)
            mstore(add(k, 0xe0), 0x748f82ee78a5636f84c878148cc7020890befffaa4506cebbef9a3f7c67178f2)

            // w[t] = s1(w[t-2]) + w[t-7] + s0(w[t-15]) + w[t-16]; x (2^32 + 1) >> n is x rotated right by n.
            let w := add(k, 0x100)
            mstore(w, high)
            mstore(add(w, 0x20), low)
            let end := add(w, 0x100)
            for { let p := add(w, 0x40) } lt(p, end) { p := add(p, 4) } {
                let x := shr(224, mload(sub(p, 60)))
                let xx := mul(x, 0x100000001)
                let sum := xor(xor(shr(7, xx), shr(18, xx)), shr(3, x))
                x := shr(224, mload(sub(p, 8)))
                xx := mul(x, 0x100000001)
                sum := add(sum, xor(xor(shr(17, xx), shr(19, xx)), shr(10, x)))
                sum := add(sum, add(shr(224, mload(sub(p, 28))), shr(224, mload(sub(p, 64)))))
                mstore(p, shl(224, sum))
            }

            s := state
            for {} lt(w, end) {
                w := add(w, 4)
                k := add(k, 4)
            } {
                // t1 = h + S1(e) + ch(e, f, g) + k + w
                let x := and(shr(96, s), 0xffffffff)
                let xx := mul(x, 0x100000001)
                let t1 := add(s, xor(xor(shr(6, xx), shr(11, xx)), shr(25, xx)))
                let y := shr(32, s)
                t1 := add(t1, xor(y, and(x, xor(shr(64, s), y))))
                t1 := add(t1, add(shr(224, mload(k)), shr(224, mload(w))))
                // t2 = S0(a) + maj(a, b, c)
                x := shr(224, s)
                xx := mul(x, 0x100000001)
                let t2 := xor(xor(shr(2, xx), shr(13, xx)), shr(22, xx))
                y := shr(192, s)
                let z := shr(160, s)
                t2 := add(t2, xor(and(x, xor(y, z)), and(y, z)))
                // Every word moves one place down; e takes d + t1, a takes t1 + t2.
                x := and(add(shr(128, s), t1), 0xffffffff)
                s := and(shr(32, s), 0x00000000ffffffffffffffffffffffff00000000ffffffffffffffffffffffff)
                s := or(s, or(shl(96, x), shl(224, add(t1, t2))))
            }
        }
    }
}
