// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OperandStack} from "../../../src/machine/OperandStack.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {KeccakBlock} from "../../../src/machine/bulk/KeccakBlock.sol";
import {CallState} from "../../../src/machine/state/CallState.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {BulkTest} from "./BulkTest.sol";

/// Hashes whole messages with the block function and compares with the native hash.
contract KeccakBlockTest is BulkTest {
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

    function test_StepsGiveTheHashToWhoAsked() external view {
        for (uint256 length = 0; length <= 420; length += 17) {
            bytes memory tree = makeBytes(length + 50, length);
            bytes32 expected = keccak256(slice(tree, 7, length));

            Machine memory m = hashAll(begin(tree, length), tree);
            assertEq(m.operation.kind, StepKinds.INSTRUCTION);
            assertEq(m.frame.stack, OperandStack.link(0, expected));

            m = begin(tree, length);
            m.operation.next = StepKinds.DEPOSIT;
            m = hashAll(m, tree);
            assertEq(m.operation.kind, StepKinds.DEPOSIT);
            assertEq(m.operation.scratch0, expected);

            m = begin(tree, length);
            m.operation.next = StepKinds.CREATE_CREATOR;
            m.call.kind = CallState.CREATE2;
            m = hashAll(m, tree);
            assertEq(m.operation.kind, StepKinds.CREATE_CREATOR);
            assertEq(m.call.codeHash, expected);
        }
    }

    /// @dev A hash of `length` bytes from byte 7 of `tree`.
    function begin(bytes memory tree, uint256 length) private pure returns (Machine memory m) {
        m = machine();
        m.operation.kind = StepKinds.KECCAK;
        if (length == 0) return m;
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (rootOf(tree), 7, length);
    }

    function hashAll(Machine memory m, bytes memory tree) private view returns (Machine memory) {
        uint256 length = m.operation.sourceLength;
        uint256 number = length / KeccakBlock.RATE + 1;
        for (uint256 i = 0; i < number; i++) {
            assertEq(m.operation.kind, StepKinds.KECCAK);
            m = advance(m, viewAccess(tree, 7 + i * KeccakBlock.RATE, 7 + length, KeccakBlock.RATE));
        }
        return m;
    }

    function test_RevertWhen_TheWitnessIsNotOfThisStep() external {
        bytes memory tree = makeBytes(300, 1);
        checkCorrupted(begin(tree, 200), viewAccess(tree, 7, 207, KeccakBlock.RATE));
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
