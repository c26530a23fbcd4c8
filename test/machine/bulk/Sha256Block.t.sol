// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessagePadding} from "../../../src/machine/bulk/MessagePadding.sol";
import {Sha256Block} from "../../../src/machine/bulk/Sha256Block.sol";
import {Test} from "forge-std/Test.sol";

/// Hashes whole messages block by block and compares with the precompile.
contract Sha256BlockTest is Test {
    function testFuzz_HashesAsThePrecompile(bytes calldata message) external pure {
        assertEq(hash(message), sha256(message));
    }

    function test_HashesEveryLengthUpToThreeBlocks() external pure {
        for (uint256 length = 0; length <= 130; ++length) {
            bytes memory message = new bytes(length);
            for (uint256 i = 0; i < length; ++i) {
                message[i] = bytes1(uint8(i * 11 + length));
            }
            assertEq(hash(message), sha256(message));
        }
    }

    function test_GasOfOneBlock() external view {
        uint256 before = gasleft();
        Sha256Block.compress(Sha256Block.INITIAL, 1, 2);
        assertLe(before - gasleft(), 50_000);
    }

    function hash(bytes memory message) private pure returns (bytes32) {
        uint256 length = message.length;
        message = bytes.concat(message, new bytes(64));
        uint256 state = Sha256Block.INITIAL;
        for (uint256 position = 0; position < 64 * MessagePadding.blockCount(length); position += 64) {
            uint256 high;
            uint256 low;
            if (position < length) {
                assembly ("memory-safe") {
                    high := mload(add(add(message, 0x20), position))
                    low := mload(add(add(message, 0x40), position))
                }
            }
            (high, low) = MessagePadding.pad(high, low, position, length, length * 8);
            state = Sha256Block.compress(state, high, low);
        }
        return bytes32(state);
    }
}
