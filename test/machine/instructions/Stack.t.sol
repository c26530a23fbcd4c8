// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../../../src/machine/state/MachineState.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract StackTest is InstructionTest {
    using WitnessBuilder for Machine;

    function test_Pop() external {
        code = hex"50";
        stack = list(1, 2);
        Machine memory m = machine();
        check(compute, m, after_(m, 1, list(), 2));
    }

    function test_Push0() external {
        code = hex"5f";
        Machine memory m = machine();
        check(compute, m, after_(m, 0, list(0), 2));
    }

    function test_PushWithinOneWord() external {
        for (uint256 size = 1; size < 32; size++) {
            code = bytes.concat(bytes1(uint8(0x5f + size)), new bytes(31));
            uint256 expected;
            for (uint256 i = 1; i <= size; i++) {
                code[i] = bytes1(uint8(i * 7));
                expected = (expected << 8) | (i * 7);
            }
            Machine memory m = machine();
            Machine memory result = after_(m, 0, list(expected), 3);
            result.frame.pc += size;
            check(compute, m, result);
        }
    }

    function test_PushAcrossTwoWords() external {
        code = new bytes(64);
        for (uint256 i = 0; i < 64; i++) {
            code[i] = bytes1(uint8(i + 1));
        }
        // PUSHn at every offset from which its data ends in the second word.
        for (uint256 size = 1; size <= 32; size++) {
            for (uint256 pc = 32 - size; pc < 32; pc += 5) {
                code[pc] = bytes1(uint8(0x5f + size));
                Machine memory m = machine();
                m.frame.pc = pc;
                uint256 expected;
                for (uint256 i = pc + 1; i <= pc + size; i++) {
                    expected = (expected << 8) | uint8(code[i]);
                }
                accesses = WitnessBuilder.word(code, 1);
                Machine memory result = after_(m, 0, list(expected), 3);
                result.frame.pc += size;
                _checkAt(m, result);
                code[pc] = bytes1(uint8(pc + 1));
            }
        }
    }

    function test_PushPastTheEndOfTheCodeReadsZeros() external {
        code = hex"7faabb";
        Machine memory m = machine();
        Machine memory result = after_(m, 0, list(0xaabb << 240), 3);
        result.frame.pc += 32;
        check(compute, m, result);
    }

    function test_Dup() external {
        stack = _numbers(17);
        for (uint256 n = 1; n <= 16; n++) {
            code = bytes.concat(bytes1(uint8(0x7f + n)));
            Machine memory m = machine();
            check(compute, m, after_(m, 0, list(stack[17 - n]), 3));
        }
    }

    function test_Swap() external {
        for (uint256 n = 1; n <= 16; n++) {
            stack = _numbers(18);
            code = bytes.concat(bytes1(uint8(0x8f + n)));
            Machine memory m = machine();
            uint256[] memory swapped = stack;
            (swapped[17], swapped[17 - n]) = (swapped[17 - n], swapped[17]);
            check(compute, m, after_(m, 18, swapped, 3));
        }
    }

    function _numbers(uint256 count) private pure returns (uint256[] memory numbers) {
        numbers = new uint256[](count);
        for (uint256 i = 0; i < count; i++) {
            numbers[i] = uint256(keccak256(abi.encode(i)));
        }
    }

    /// @dev `check` for a pc in the first word other than 0: the opcode's base gas and operands are those of a PUSH.
    function _checkAt(Machine memory m, Machine memory expected) private view {
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, 16), WitnessBuilder.word(code, 0), accesses);
        assertEq(compute.verifyStep(m.hashOf(), witness), expected.hashOf());
    }
}
