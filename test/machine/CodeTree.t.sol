// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CodeTree} from "../../src/machine/CodeTree.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Test} from "forge-std/Test.sol";

contract CodeTreeTest is Test, Brutalized {
    function bitmap(bytes calldata code) external view brutalized returns (bytes memory) {
        return CodeTree.jumpBitmap(code);
    }

    function test_DataOfAPushIsNoJumpdest() external view {
        // PUSH1 5b, JUMPDEST, PUSH3 5b5b5b, JUMPDEST.
        bytes memory code = hex"605b5b625b5b5b5b";
        assertEq(this.bitmap(code), abi.encode(bytes32(uint256(0x21) << 248)));
    }

    function test_EmptyCodeHasNoBitmap() external view {
        assertEq(this.bitmap("").length, 0);
    }

    /// @dev Against the definition, a byte at a time, on code that is mostly PUSHes and JUMPDESTs.
    function testFuzz_TheBitmapIsTheOneOfTheDefinition(bytes32 seed, uint256 length) external view {
        bytes memory code = _codeOf(seed, length % 1500);
        bytes memory actual = this.bitmap(code);
        assertEq(actual, _naive(code));
    }

    /// @dev CODE_INSTALL goes by word; the words' bits together are the bitmap.
    function testFuzz_TheWordsGiveTheSameBitmap(bytes32 seed, uint256 length) external view {
        bytes memory code = _codeOf(seed, length % 1500);
        bytes memory actual = new bytes((code.length + 255) / 256 * 32);
        uint256 carry;
        for (uint256 i = 0; i * 32 < code.length; i++) {
            bytes32 word;
            for (uint256 j = 0; j < 32 && i * 32 + j < code.length; j++) {
                word |= bytes32(code[i * 32 + j]) >> (8 * j);
            }
            uint256 bits;
            (bits, carry) = CodeTree.analyzeWord(word, carry);
            assertLe(carry, 32);
            for (uint256 j = 0; j < 4; j++) {
                actual[i * 4 + j] = bytes1(uint8(bits >> (8 * (3 - j))));
            }
        }
        assertEq(actual, _naive(code));
    }

    function test_APush32InTheLastByteCarriesAWholeWord() external pure {
        (uint256 bits, uint256 carry) = CodeTree.analyzeWord(bytes32(uint256(0x7f)), 0);
        assertEq(bits, 0);
        assertEq(carry, 32);
        (bits, carry) = CodeTree.analyzeWord(bytes32(type(uint256).max / 255 * 0x5b), 32);
        assertEq(bits, 0);
        assertEq(carry, 0);
    }

    function _codeOf(bytes32 seed, uint256 length) private pure returns (bytes memory code) {
        code = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            code[i] = bytes1(uint8(random % 3 == 0 ? 0x5b : 0x5f + random / 3 % 34));
        }
    }

    function _naive(bytes memory code) private pure returns (bytes memory expected) {
        expected = new bytes((code.length + 255) / 256 * 32);
        uint256 data;
        for (uint256 i = 0; i < code.length; i++) {
            uint8 opcode = uint8(code[i]);
            if (data > 0) data--;
            else if (opcode == 0x5b) expected[i / 8] |= bytes1(uint8(0x80 >> (i % 8)));
            else if (opcode >= 0x60 && opcode <= 0x7f) data = opcode - 0x5f;
        }
    }
}
