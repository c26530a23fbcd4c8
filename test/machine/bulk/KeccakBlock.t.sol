// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {KeccakBlock} from "../../../src/machine/bulk/KeccakBlock.sol";
import {Test} from "forge-std/Test.sol";

/// Hashes whole messages with the block function and compares with the native hash.
contract KeccakBlockTest is Test {
    function testFuzz_HashesAsTheNativeInstruction(bytes calldata message) external pure {
        assertEq(hash(message), keccak256(message));
    }

    function test_HashesEveryLengthAroundTheRate() external pure {
        for (
            uint256 length = 0;
            length <= 2 * KeccakBlock.RATE + 1;
            length += length % 8 == 7 ? 1 : length < 130 ? 7 : 1
        ) {
            bytes memory message = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                message[i] = bytes1(uint8(i * 7 + length));
            }
            assertEq(hash(message), keccak256(message));
        }
    }

    function test_GasOfOnePermutation() external view {
        uint256[7] memory state;
        uint256 before = gasleft();
        KeccakBlock.permute(state);
        assertLe(before - gasleft(), 100_000);
    }

    function hash(bytes memory message) private pure returns (bytes32) {
        uint256[7] memory state;
        uint256 rate = KeccakBlock.RATE;
        uint256 blocks = message.length / rate + 1;
        bytes memory padded = new bytes(blocks * rate);
        for (uint256 i = 0; i < message.length; ++i) {
            padded[i] = message[i];
        }
        padded[message.length] ^= 0x01;
        padded[padded.length - 1] ^= 0x80;
        for (uint256 b = 0; b < blocks; ++b) {
            uint256[5] memory words;
            for (uint256 i = 0; i < rate; ++i) {
                words[i / 32] |= uint256(uint8(padded[b * rate + i])) << (248 - 8 * (i % 32));
            }
            // Garbage behind the block must not count.
            words[4] |= type(uint192).max;
            KeccakBlock.absorb(state, words);
            KeccakBlock.permute(state);
        }
        return bytes32(state[0]);
    }
}
