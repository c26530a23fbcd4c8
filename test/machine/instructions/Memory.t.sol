// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {Gas} from "../../../src/machine/Gas.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract MemoryTest is InstructionTest {
    uint256 private constant VALUE = 0x0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20;

    /// @dev A machine whose memory is the bytes 0x40, 0x41, … of `words` words.
    function _withMemory(uint256 words) private view returns (Machine memory m, bytes memory memory_) {
        m = machine();
        memory_ = new bytes(words * 32);
        for (uint256 i = 0; i < memory_.length; i++) {
            memory_[i] = bytes1(uint8(0x40 + i));
        }
        m.frame.memoryWords = words;
        m.frame.memoryRoot = MerkleTree.rootOf(memory_, 17);
    }

    function test_MloadAtAnyOffset() external {
        code = hex"51";
        for (uint256 offset = 0; offset <= 64; offset += 3) {
            stack = list(9, offset);
            (Machine memory m, bytes memory data) = _withMemory(3);
            accesses = WitnessBuilder.word(data, offset / 32);
            if (offset % 32 != 0) accesses = bytes.concat(accesses, WitnessBuilder.word(data, offset / 32 + 1));
            uint256 expected;
            for (uint256 i = 0; i < 32; i++) {
                expected = (expected << 8) | uint8(data[offset + i]);
            }
            check(compute, m, after_(m, 1, list(expected), 3));
        }
    }

    function test_MloadExpands() external {
        code = hex"51";
        stack = list(1000);
        accesses = bytes.concat(WitnessBuilder.word("", 31), WitnessBuilder.word("", 32));
        Machine memory m = machine();
        Machine memory expected = after_(m, 1, list(0), 3 + 101);
        expected.frame.memoryWords = 33;
        check(compute, m, expected);
    }

    function test_MstoreAtAnyOffset() external {
        code = hex"52";
        for (uint256 offset = 0; offset <= 64; offset += 3) {
            stack = list(VALUE, offset);
            (Machine memory m, bytes memory data) = _withMemory(3);
            accesses = WitnessBuilder.word(data, offset / 32);
            for (uint256 i = 0; i < 32; i++) {
                // The first word is replaced before the second one is opened.
                if ((offset + i) % 32 == 0 && i != 0) {
                    accesses = bytes.concat(accesses, WitnessBuilder.word(data, offset / 32 + 1));
                }
                data[offset + i] = bytes1(uint8(VALUE >> (8 * (31 - i))));
            }
            Machine memory expected = after_(m, 2, list(), 3);
            expected.frame.memoryRoot = MerkleTree.rootOf(data, 17);
            check(compute, m, expected);
        }
    }

    function test_Mstore8AtAnyOffset() external {
        code = hex"53";
        for (uint256 offset = 0; offset < 64; offset += 7) {
            stack = list(VALUE, offset);
            (Machine memory m, bytes memory data) = _withMemory(2);
            accesses = WitnessBuilder.word(data, offset / 32);
            data[offset] = 0x20;
            Machine memory expected = after_(m, 2, list(), 3);
            expected.frame.memoryRoot = MerkleTree.rootOf(data, 17);
            check(compute, m, expected);
        }
    }

    function test_HaltsWithoutGasForMemory() external {
        for (uint8 opcode = 0x51; opcode <= 0x53; opcode++) {
            code = abi.encodePacked(opcode);
            stack = list(1, 32);
            Machine memory m = machine();
            m.frame.gas = 3 + 5;
            check(compute, m, halted(m));
        }
    }

    function test_HaltsOnAnOffsetThatNobodyCanPay() external {
        uint256[3] memory offsets = [uint256(1) << 32, 1 << 64, type(uint256).max];
        for (uint8 opcode = 0x51; opcode <= 0x53; opcode++) {
            code = abi.encodePacked(opcode);
            for (uint256 i = 0; i < 3; i++) {
                stack = list(1, offsets[i]);
                Machine memory m = machine();
                m.frame.gas = type(uint64).max;
                check(compute, m, halted(m));
            }
        }
    }

    function test_Msize() external {
        code = hex"59";
        (Machine memory m,) = _withMemory(3);
        check(compute, m, after_(m, 0, list(96), 2));
    }

    function test_McopyStartsAMemoryCopy() external {
        code = hex"5e";
        // The source reaches further than the destination.
        stack = list(33, 100, 10);
        (Machine memory m,) = _withMemory(3);
        Machine memory expected = after_(m, 3, list(), 3 + 2 * 3 + Gas.memoryCost(5) - Gas.memoryCost(3));
        expected.frame.memoryWords = 5;
        expected.operation.kind = StepKinds.MEMORY_COPY;
        expected.operation.position = 100;
        expected.operation.destination = 10;
        expected.operation.remaining = 33;
        check(compute, m, expected);
    }

    function test_McopyOfNothingIgnoresItsOffsets() external {
        code = hex"5e";
        stack = list(0, type(uint256).max, 1 << 200);
        Machine memory m = machine();
        check(compute, m, after_(m, 3, list(), 3));
    }

    function test_McopyHalts() external {
        code = hex"5e";
        stack = list(1, 1 << 32, 0);
        Machine memory m = machine();
        check(compute, m, halted(m));
        stack = list(1 << 32, 0, 0);
        m = machine();
        check(compute, m, halted(m));
        stack = list(32, 0, 0);
        m = machine();
        m.frame.gas = 3 + 3 + 2;
        check(compute, m, halted(m));
    }

    function test_KeccakStartsOverTheRange() external {
        code = hex"20";
        stack = list(40, 30);
        (Machine memory m,) = _withMemory(3);
        Machine memory expected = after_(m, 2, list(), 30 + 2 * 6);
        expected.operation.kind = StepKinds.KECCAK;
        expected.operation.sourceRoot = m.frame.memoryRoot;
        expected.operation.sourceOffset = 30;
        expected.operation.sourceLength = 40;
        check(compute, m, expected);
    }

    function test_KeccakOfNothingHasTheEmptyView() external {
        code = hex"20";
        stack = list(0, type(uint256).max);
        Machine memory m = machine();
        Machine memory expected = after_(m, 2, list(), 30);
        expected.operation.kind = StepKinds.KECCAK;
        check(compute, m, expected);
    }

    function test_KeccakHalts() external {
        code = hex"20";
        stack = list(type(uint256).max - 30, 0);
        Machine memory m = machine();
        check(compute, m, halted(m));
        stack = list(32, 0);
        m = machine();
        m.frame.gas = 30 + 3 + 5;
        check(compute, m, halted(m));
    }

    function test_LogOnlyCosts() external {
        for (uint256 topics = 0; topics <= 4; topics++) {
            code = abi.encodePacked(uint8(0xa0 + topics));
            stack = new uint256[](2 + topics);
            stack[topics] = 10;
            stack[topics + 1] = 60;
            Machine memory m = machine();
            Machine memory expected = after_(m, 2 + topics, list(), 375 * (topics + 1) + 80 + 9);
            expected.frame.memoryWords = 3;
            check(compute, m, expected);
        }
    }

    function test_LogHalts() external {
        code = hex"a0";
        stack = list(10, 0);
        Machine memory m = machine();
        m.frame.isStatic = true;
        check(compute, m, halted(m));
        m = machine();
        m.frame.gas = 375 + 3 + 79;
        check(compute, m, halted(m));
        stack = list(1 << 40, 0);
        m = machine();
        check(compute, m, halted(m));
    }
}
