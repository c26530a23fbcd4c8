// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../../../src/machine/state/MachineState.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";

/// @notice Arithmetic, comparison and bitwise instructions against expectations written without the EVM's own opcode
/// where there is another way.
contract ArithmeticTest is InstructionTest {
    uint256 private constant MIN = 1 << 255;

    /// @dev The items are given with the top one last.
    function _gives(uint8 opcode, uint256[] memory items, uint256 result, uint256 gasCost) private {
        code = abi.encodePacked(opcode);
        stack = items;
        Machine memory m = machine();
        check(compute, m, after_(m, items.length, list(result), gasCost));
    }

    function _gives2(uint8 opcode, uint256 a, uint256 b, uint256 result, uint256 gasCost) private {
        _gives(opcode, list(b, a), result, gasCost);
    }

    function testFuzz_AddMulSub(uint256 a, uint256 b) external {
        unchecked {
            _gives2(0x01, a, b, a + b, 3);
            _gives2(0x02, a, b, a * b, 5);
            _gives2(0x03, a, b, a - b, 3);
        }
    }

    function testFuzz_DivAndMod(uint256 a, uint256 b) external {
        _gives2(0x04, a, b, b == 0 ? 0 : a / b, 5);
        _gives2(0x06, a, b, b == 0 ? 0 : a % b, 5);
    }

    function testFuzz_SignedDivAndMod(int256 a, int256 b) external {
        if (a == type(int256).min && b == -1) b = 1;
        _gives2(0x05, uint256(a), uint256(b), b == 0 ? 0 : uint256(a / b), 5);
        _gives2(0x07, uint256(a), uint256(b), b == 0 ? 0 : uint256(a % b), 5);
    }

    function test_SignedDivisionOfTheSmallestByMinusOne() external {
        _gives2(0x05, MIN, type(uint256).max, MIN, 5);
        _gives2(0x07, MIN, type(uint256).max, 0, 5);
    }

    function testFuzz_AddmodAndMulmod(uint128 a, uint128 b, uint256 n) external {
        _gives(0x08, list(n, b, a), n == 0 ? 0 : (uint256(a) + b) % n, 8);
        _gives(0x09, list(n, b, a), n == 0 ? 0 : (uint256(a) * b) % n, 8);
    }

    function test_ExpCostsByTheBytesOfTheExponent() external {
        _gives2(0x0a, 7, 0, 1, 10);
        _gives2(0x0a, 0, 0, 1, 10);
        _gives2(0x0a, 3, 255, _power(3, 255), 60);
        _gives2(0x0a, 3, 256, _power(3, 256), 110);
        _gives2(0x0a, 2, type(uint256).max, 0, 10 + 32 * 50);
    }

    function test_ExpHaltsWithoutGasForTheExponent() external {
        code = hex"0a";
        stack = list(256, 3);
        Machine memory m = machine();
        m.frame.gas = 109;
        check(compute, m, halted(m));
    }

    function test_Signextend() external {
        _gives2(0x0b, 0, 0x80, type(uint256).max - 0x7f, 5);
        _gives2(0x0b, 0, 0x17f, 0x7f, 5);
        _gives2(0x0b, 1, 0x8000, type(uint256).max - 0x7fff, 5);
        _gives2(0x0b, 31, MIN, MIN, 5);
        _gives2(0x0b, type(uint256).max, 0x80, 0x80, 5);
    }

    function testFuzz_Comparisons(uint256 a, uint256 b) external {
        _compare(a, b);
        _compare(a, a);
        _compare(0, b);
    }

    function testFuzz_Bitwise(uint256 a, uint256 b) external {
        _gives2(0x16, a, b, a & b, 3);
        _gives2(0x17, a, b, a | b, 3);
        _gives2(0x18, a, b, a ^ b, 3);
        _gives(0x19, list(a), type(uint256).max - a, 3);
    }

    function testFuzz_Shifts(uint16 shift, uint256 value) external {
        shift %= 300;
        uint256 power = shift < 256 ? 2 ** uint256(shift) : 0;
        unchecked {
            _gives2(0x1b, shift, value, value * power, 3);
        }
        _gives2(0x1c, shift, value, power == 0 ? 0 : value / power, 3);
        bool negative = value >= MIN;
        uint256 fill = negative ? type(uint256).max : 0;
        uint256 expected = power == 0 ? fill : value / power;
        if (negative && power != 0) expected = type(uint256).max - (type(uint256).max - value) / power;
        _gives2(0x1d, shift, value, expected, 3);
    }

    function test_ShiftsByMoreThanAWord() external {
        _gives2(0x1b, 1 << 64, 1, 0, 3);
        _gives2(0x1c, 1 << 64, MIN, 0, 3);
        _gives2(0x1d, 1 << 64, MIN, type(uint256).max, 3);
    }

    function test_Byte() external {
        uint256 value = 0x0102 << 240;
        _gives2(0x1a, 0, value, 1, 3);
        _gives2(0x1a, 1, value, 2, 3);
        _gives2(0x1a, 31, 0xab, 0xab, 3);
        _gives2(0x1a, 32, type(uint256).max, 0, 3);
        _gives2(0x1a, 1 << 255, type(uint256).max, 0, 3);
    }

    function testFuzz_Clz(uint256 value) external {
        uint256 count;
        while (count < 256 && value >> (255 - count) == 0) count++;
        _gives(0x1e, list(value), count, 5);
        _gives(0x1e, list(0), 256, 5);
    }

    function _compare(uint256 a, uint256 b) private {
        _gives2(0x10, a, b, a < b ? 1 : 0, 3);
        _gives2(0x11, a, b, a > b ? 1 : 0, 3);
        _gives2(0x12, a, b, int256(a) < int256(b) ? 1 : 0, 3);
        _gives2(0x13, a, b, int256(a) > int256(b) ? 1 : 0, 3);
        _gives2(0x14, a, b, a == b ? 1 : 0, 3);
        _gives(0x15, list(a), a == 0 ? 1 : 0, 3);
    }

    function _power(uint256 base, uint256 exponent) private pure returns (uint256 result) {
        result = 1;
        unchecked {
            for (uint256 i = 0; i < exponent; i++) {
                result *= base;
            }
        }
    }
}
