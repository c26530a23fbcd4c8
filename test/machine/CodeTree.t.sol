// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CodeTree} from "../../src/machine/CodeTree.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract CodeTreeTest is Ffi, Brutalized {
    struct Case {
        bytes code;
        bytes32 codeRoot;
        bytes32 jumpRoot;
    }

    /// @dev The size of the largest code.
    uint256 private constant MAX_SIZE = 24_576;
    /// @dev What the analysis of a byte may cost, whatever the code is.
    uint256 private constant MAX_GAS_PER_BYTE = 45;

    /// @dev Bytes that the analysis tells apart, and their neighbors.
    bytes private constant EDGES = hex"5a5b5c5f60617e7f800001dbe0ff";

    function bitmap(bytes calldata code) external view brutalized returns (bytes memory) {
        return CodeTree.jumpBitmap(code);
    }

    /// @dev The bitmap of the first `length` bytes, with the others behind the code in calldata as a witness has them.
    function bitmapOf(bytes calldata data, uint256 length) external view brutalized returns (bytes memory) {
        return CodeTree.jumpBitmap(data[:length]);
    }

    function roots(bytes calldata code) external view brutalized returns (bytes32, bytes32) {
        return CodeTree.roots(code);
    }

    function gasOfBitmap(bytes calldata code) external view returns (uint256) {
        uint256 before = gasleft();
        CodeTree.jumpBitmap(code);
        return before - gasleft();
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

    /// @dev On bytes without preference, and on the bytes next to those that count.
    function testFuzz_TheBitmapOfAnyBytesIsTheOneOfTheDefinition(bytes32 seed, uint256 length) external view {
        bytes memory code = new bytes(length % 1500);
        bytes memory edges = EDGES;
        for (uint256 i = 0; i < code.length; i++) {
            uint256 random = uint256(keccak256(abi.encode(seed, i)));
            code[i] = uint256(seed) % 2 == 0 ? bytes1(uint8(random)) : edges[random % edges.length];
        }
        assertEq(this.bitmap(code), _naive(code));
    }

    function testFuzz_WhatLiesBehindTheCodeIsNotOfIt(bytes32 seed, uint256 length) external view {
        bytes memory data = _codeOf(seed, 600);
        length %= data.length;
        bytes memory code = new bytes(length);
        for (uint256 i = 0; i < length; i++) {
            code[i] = data[i];
        }
        assertEq(this.bitmapOf(data, length), _naive(code));
    }

    /// @dev Every PUSH at every place of a word, with and without PUSHes and JUMPDESTs around it.
    function test_EveryPushAtEveryPlace() external view {
        for (uint256 place = 0; place < 32; place++) {
            for (uint8 push = 0x5f; push <= 0x80; push++) {
                for (uint256 around = 0; around < 3; around++) {
                    bytes memory code = new bytes(96);
                    for (uint256 i = 0; i < code.length; i++) {
                        code[i] = around == 0 || (around == 1 && i > place) ? bytes1(0x5b) : bytes1(0x60);
                    }
                    code[place] = bytes1(push);
                    assertEq(this.bitmap(code), _naive(code));
                }
            }
        }
    }

    function test_TheRootsAreThoseOfTheProver() external {
        Case[] memory cases = abi.decode(ffi("CodeTree", "cases"), (Case[]));
        assertGt(cases.length, 30);
        for (uint256 i = 0; i < cases.length; i++) {
            (bytes32 codeRoot, bytes32 jumpRoot) = this.roots(cases[i].code);
            assertEq(codeRoot, cases[i].codeRoot);
            assertEq(jumpRoot, cases[i].jumpRoot);
        }
    }

    /// @dev The largest codes, of contents that make the most work for one way to analyze them or another.
    function test_NoCodeIsExpensiveToAnalyze() external view {
        bytes[11] memory contents = [
            bytes(hex"5b"),
            hex"00",
            hex"60",
            hex"605b",
            hex"605b5b",
            hex"61",
            hex"7f",
            hex"5b7f",
            // A PUSH at the end of each word, which is reached in steps of one or of two bytes.
            hex"5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b60",
            hex"5b605b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b5b60",
            hex"6080604052348015600e575f5ffd5b50600436106026575f3560e01c8063"
        ];
        for (uint256 i = 0; i < contents.length; i++) {
            bytes memory code = new bytes(MAX_SIZE);
            for (uint256 j = 0; j < code.length; j++) {
                code[j] = contents[i][j % contents[i].length];
            }
            assertLt(this.gasOfBitmap(code), MAX_GAS_PER_BYTE * MAX_SIZE);
        }
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
