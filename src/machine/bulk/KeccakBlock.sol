// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";
import {Endian} from "./Endian.sol";

/// @title KeccakBlock
/// @notice keccak256 of a view of any length, a block a step.
/// @dev The state is the sponge's 200 bytes (25 lanes, little endian) in seven words, the last one holding 8 bytes and zeros.
library KeccakBlock {
    /// @dev Bytes of a block.
    uint256 internal constant RATE = 136;

    /// @notice KECCAK: absorbs one block; the padded one gives the hash.
    function stepKeccak(Machine memory m) internal pure {
        View memory message = m.source();
        uint256 position = m.operation.position;
        uint256 left = message.length - position;
        bytes memory data = m.viewBytes(message, position, RATE);
        if (left >= RATE) {
            _absorb(m, data);
            m.operation.position = position + RATE;
        } else if (position == 0) {
            // The whole message is in this block, so the native instruction gives the same.
            bytes32 hash;
            assembly ("memory-safe") {
                // SAFETY: left < RATE, the length of `data`.
                hash := keccak256(add(data, 32), left)
            }
            _finish(m, hash);
        } else {
            data[left] ^= 0x01;
            data[RATE - 1] ^= 0x80;
            _finish(m, bytes32(_absorb(m, data)[0]));
        }
    }

    /// @dev Xors a block into the state in `operation.scratch0` … `scratch6` and permutes it.
    function _absorb(Machine memory m, bytes memory data) private pure returns (uint256[7] memory state) {
        Operation.Record memory operation = m.operation;
        uint256[5] memory words;
        assembly ("memory-safe") {
            // SAFETY: seven consecutive fields of a struct in memory are seven words in memory; `data` has RATE bytes,
            // rounded up to five words.
            state := add(operation, 0x100)
            words := add(data, 32)
        }
        absorb(state, words);
        permute(state);
    }

    /// @dev Hands the hash to what asked for it.
    function _finish(Machine memory m, bytes32 hash) private pure {
        uint256 next = m.operation.next;
        m.setOperation(next);
        if (next == StepKinds.INSTRUCTION) m.push(uint256(hash));
        else if (next == StepKinds.DEPOSIT) m.operation.scratch0 = hash;
        else m.call.codeHash = hash;
    }

    /// @notice keccak-f[1600], in place.
    function permute(uint256[7] memory state) internal pure {
        uint256 lanes = unpack(state);
        // SAFETY: `lanes` are 50 words allocated by unpack: the lanes and as much room for a round's result. The 24 rounds swap
        // the two areas an even number of times, so the result is in the first one. MASK keeps lanes to 64 bits; rotl leaves
        // garbage above them that chi cuts off.
        assembly ("memory-safe") {
            /// `x` rotated left by `n` in its low 64 bits; the bits above are garbage.
            function rotl(x, n) -> y {
                y := or(shl(n, x), shr(sub(64, n), x))
            }
            /// The column parity's share in theta: `left` xor `right` rotated by one.
            function theta(left, right) -> d {
                d := xor(left, and(or(shl(1, right), shr(63, right)), 0xffffffffffffffff))
            }
            /// The parity of the column whose first lane is at `p`.
            function parity(p) -> c {
                c := xor(mload(p), xor(mload(add(p, 0xa0)), mload(add(p, 0x140))))
                c := xor(c, xor(mload(add(p, 0x1e0)), mload(add(p, 0x280))))
            }
            /// One row of chi, stored at `out`.
            function chi(b0, b1, b2, b3, b4, out) {
                mstore(out, and(xor(b0, and(not(b1), b2)), 0xffffffffffffffff))
                mstore(add(out, 0x20), and(xor(b1, and(not(b2), b3)), 0xffffffffffffffff))
                mstore(add(out, 0x40), and(xor(b2, and(not(b3), b4)), 0xffffffffffffffff))
                mstore(add(out, 0x60), and(xor(b3, and(not(b4), b0)), 0xffffffffffffffff))
                mstore(add(out, 0x80), and(xor(b4, and(not(b0), b1)), 0xffffffffffffffff))
            }
            /// Theta, rho, pi and chi of the lanes at `a`, stored at `e`. The lane (x, y) is at a + 32 (x + 5 y).
            function round(a, e) {
                let b0 := parity(a)
                let b1 := parity(add(a, 0x20))
                let b2 := parity(add(a, 0x40))
                let b3 := parity(add(a, 0x60))
                let b4 := parity(add(a, 0x80))
                let d0 := theta(b4, b1)
                let d1 := theta(b0, b2)
                let d2 := theta(b1, b3)
                let d3 := theta(b2, b4)
                let d4 := theta(b3, b0)
                b0 := xor(mload(a), d0)
                b1 := rotl(xor(mload(add(a, 0xc0)), d1), 44)
                b2 := rotl(xor(mload(add(a, 0x180)), d2), 43)
                b3 := rotl(xor(mload(add(a, 0x240)), d3), 21)
                b4 := rotl(xor(mload(add(a, 0x300)), d4), 14)
                chi(b0, b1, b2, b3, b4, e)
                b0 := rotl(xor(mload(add(a, 0x60)), d3), 28)
                b1 := rotl(xor(mload(add(a, 0x120)), d4), 20)
                b2 := rotl(xor(mload(add(a, 0x140)), d0), 3)
                b3 := rotl(xor(mload(add(a, 0x200)), d1), 45)
                b4 := rotl(xor(mload(add(a, 0x2c0)), d2), 61)
                chi(b0, b1, b2, b3, b4, add(e, 0xa0))
                b0 := rotl(xor(mload(add(a, 0x20)), d1), 1)
                b1 := rotl(xor(mload(add(a, 0xe0)), d2), 6)
                b2 := rotl(xor(mload(add(a, 0x1a0)), d3), 25)
                b3 := rotl(xor(mload(add(a, 0x260)), d4), 8)
                b4 := rotl(xor(mload(add(a, 0x280)), d0), 18)
                chi(b0, b1, b2, b3, b4, add(e, 0x140))
                b0 := rotl(xor(mload(add(a, 0x80)), d4), 27)
                b1 := rotl(xor(mload(add(a, 0xa0)), d0), 36)
                b2 := rotl(xor(mload(add(a, 0x160)), d1), 10)
                b3 := rotl(xor(mload(add(a, 0x220)), d2), 15)
                b4 := rotl(xor(mload(add(a, 0x2e0)), d3), 56)
                chi(b0, b1, b2, b3, b4, add(e, 0x1e0))
                b0 := rotl(xor(mload(add(a, 0x40)), d2), 62)
                b1 := rotl(xor(mload(add(a, 0x100)), d3), 55)
                b2 := rotl(xor(mload(add(a, 0x1c0)), d4), 39)
                b3 := rotl(xor(mload(add(a, 0x1e0)), d0), 41)
                b4 := rotl(xor(mload(add(a, 0x2a0)), d1), 2)
                chi(b0, b1, b2, b3, b4, add(e, 0x280))
            }
            /// Two rounds with their constants.
            function twoRounds(a, iota0, iota1) {
                let e := add(a, 0x320)
                round(a, e)
                mstore(e, xor(mload(e), iota0))
                round(e, a)
                mstore(a, xor(mload(a), iota1))
            }
            twoRounds(lanes, 0x0000000000000001, 0x0000000000008082)
            twoRounds(lanes, 0x800000000000808a, 0x8000000080008000)
            twoRounds(lanes, 0x000000000000808b, 0x0000000080000001)
            twoRounds(lanes, 0x8000000080008081, 0x8000000000008009)
            twoRounds(lanes, 0x000000000000008a, 0x0000000000000088)
            twoRounds(lanes, 0x0000000080008009, 0x000000008000000a)
            twoRounds(lanes, 0x000000008000808b, 0x800000000000008b)
            twoRounds(lanes, 0x8000000000008089, 0x8000000000008003)
            twoRounds(lanes, 0x8000000000008002, 0x8000000000000080)
            twoRounds(lanes, 0x000000000000800a, 0x800000008000000a)
            twoRounds(lanes, 0x8000000080008081, 0x8000000000008080)
            twoRounds(lanes, 0x0000000080000001, 0x8000000080008008)
        }
        pack(lanes, state);
    }

    /// The state's 25 lanes, a word each, with room for 25 more behind them.
    function unpack(uint256[7] memory state) private pure returns (uint256 lanes) {
        // SAFETY: allocates 52 words, because the last state word spills three words of zeros past the 25th lane into the second area.
        assembly ("memory-safe") {
            lanes := mload(0x40)
            mstore(0x40, add(lanes, 0x680))
        }
        for (uint256 i = 0; i < 7; ++i) {
            uint256 word = Endian.swap64(state[i]);
            // SAFETY: i < 7, so the store ends at word 28 of 52.
            assembly ("memory-safe") {
                let p := add(lanes, shl(7, i))
                mstore(p, shr(192, word))
                mstore(add(p, 0x20), and(shr(128, word), 0xffffffffffffffff))
                mstore(add(p, 0x40), and(shr(64, word), 0xffffffffffffffff))
                mstore(add(p, 0x60), and(word, 0xffffffffffffffff))
            }
        }
    }

    function pack(uint256 lanes, uint256[7] memory state) private pure {
        for (uint256 i = 0; i < 7; ++i) {
            uint256 word;
            // SAFETY: reads what unpack allocated; i = 6 reads three words past the last lane, cut off below.
            assembly ("memory-safe") {
                let p := add(lanes, shl(7, i))
                word := or(shl(192, mload(p)), shl(128, mload(add(p, 0x20))))
                word := or(word, or(shl(64, mload(add(p, 0x40))), mload(add(p, 0x60))))
            }
            state[i] = Endian.swap64(i < 6 ? word : word >> 192 << 192);
        }
    }

    /// @notice Xors one block of RATE bytes, given as five words (only the first 8 bytes of the last one count), into the state.
    function absorb(uint256[7] memory state, uint256[5] memory words) internal pure {
        for (uint256 i = 0; i < 4; ++i) {
            state[i] ^= words[i];
        }
        state[4] ^= words[4] >> 192 << 192;
    }
}
