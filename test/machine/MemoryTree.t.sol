// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/commitment/MerkleTree.sol";
import {Gas} from "../../src/machine/Gas.sol";
import {MemoryTree, View} from "../../src/machine/MemoryTree.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Machine} from "../../src/machine/state/MachineState.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {WitnessBuilder} from "./utils/WitnessBuilder.sol";
import {Test} from "forge-std/Test.sol";

contract MemoryTreeTest is Test, Brutalized {
    function read(View calldata from, uint256 position, uint256 count, bytes calldata witness)
        external
        view
        brutalized
        returns (bytes memory data)
    {
        Machine memory m;
        m.cursor = Witness.open(witness);
        data = m.viewBytes(from, position, count);
        Witness.done(m.cursor);
    }

    function readRange(View calldata from, uint256 position, uint256 count, bytes calldata witness)
        external
        view
        brutalized
        returns (bytes memory data)
    {
        Machine memory m;
        m.cursor = Witness.open(witness);
        data = m.viewRange(from, position, count);
        Witness.done(m.cursor);
    }

    function expand(uint256 current, uint256 gas, uint256 offset, uint256 size)
        external
        pure
        returns (bool alive, uint256 words, uint256 left)
    {
        Machine memory m;
        (m.frame.memoryWords, m.frame.gas) = (current, gas);
        alive = m.expand(offset, size);
        return (alive, m.frame.memoryWords, m.frame.gas);
    }

    function test_TheZeroRootIsTheRootOfZeros() external pure {
        assertEq(MemoryTree.ZERO_ROOT, MerkleTree.zero(MerkleTree.MEMORY_DEPTH));
    }

    function test_EmptyViewsAreOne() external pure {
        assertEq(abi.encode(MemoryTree.makeView("root", 5, 0)), abi.encode(MemoryTree.emptyView()));
        assertEq(MemoryTree.makeView("root", 5, 1).root, "root");
    }

    /// @dev Any part of any view, also past its end, against a copy byte by byte.
    function testFuzz_ViewBytes(uint256 offset, uint256 length, uint256 position, uint256 count) external view {
        bytes memory data = _data();
        offset %= 300;
        length = 1 + length % 300;
        position %= 400;
        count %= 200;
        bytes memory expected = new bytes(count);
        bytes memory witness;
        for (uint256 i = 0; i < count && position + i < length; i++) {
            uint256 at = offset + position + i;
            expected[i] = data[at];
            if (i == 0 || at % 32 == 0) witness = bytes.concat(witness, WitnessBuilder.word(data, at / 32));
        }
        View memory from = MemoryTree.makeView(MerkleTree.rootOf(data, MerkleTree.MEMORY_DEPTH), offset, length);
        assertEq(this.read(from, position, count, witness), expected);
    }

    /// @dev The same bytes by one access.
    function testFuzz_ViewRange(uint256 offset, uint256 length, uint256 position, uint256 count) external view {
        bytes memory data = _data();
        offset %= 300;
        length = 1 + length % 300;
        position %= 400;
        count %= 400;
        bytes memory expected = new bytes(count);
        uint256 available;
        for (; available < count && position + available < length; available++) {
            expected[available] = data[offset + position + available];
        }
        uint256 start = offset + position;
        bytes memory witness;
        if (available > 0) witness = WitnessBuilder.range(data, start / 32, (start + available - 1) / 32);
        View memory from = MemoryTree.makeView(MerkleTree.rootOf(data, MerkleTree.MEMORY_DEPTH), offset, length);
        assertEq(this.readRange(from, position, count, witness), expected);
    }

    function test_APositionOutsideOfEverythingReadsZeros() external view {
        View memory from = MemoryTree.makeView("root", 7, 50);
        assertEq(this.readRange(from, type(uint256).max, 32, ""), new bytes(32));
        assertEq(this.readRange(from, 50, 32, ""), new bytes(32));
        assertEq(this.readRange(from, 49, 0, ""), "");
        assertEq(this.read(from, type(uint256).max, 32, ""), new bytes(32));
        assertEq(this.read(from, 50, 32, ""), new bytes(32));
        assertEq(this.read(MemoryTree.emptyView(), 0, 32, ""), new bytes(32));
    }

    function test_MemoryCosts() external pure {
        assertEq(Gas.memoryCost(0), 0);
        assertEq(Gas.memoryCost(1), 3);
        assertEq(Gas.memoryCost(22), 66);
        assertEq(Gas.memoryCost(23), 70);
        assertEq(Gas.memoryCost(1024), 5120);
        // The largest memory that a transaction can pay for fits the tree.
        assertLt(Gas.memoryCost(91_900), 1 << 24);
        assertGt(Gas.memoryCost(1 << 17), 1 << 24);
    }

    function test_Expand() external view {
        _expands(0, 100, 0, 1, 1, 97);
        _expands(0, 100, 31, 1, 1, 97);
        _expands(0, 100, 31, 2, 2, 94);
        _expands(3, 100, 0, 96, 3, 100);
        _expands(3, 100, 96, 1, 4, 97);
        // Of nothing, wherever it is.
        _expands(3, 100, type(uint256).max, 0, 3, 100);
        // What nobody can pay.
        _expands(0, type(uint64).max, 1 << 32, 1, 0, 0);
        _expands(0, type(uint64).max, 1, 1 << 32, 0, 0);
        _expands(0, type(uint64).max, type(uint256).max, type(uint256).max, 0, 0);
        _expands(3, 2, 96, 1, 0, 0);
    }

    /// @dev A frame without words left and without gas has halted.
    function _expands(uint256 current, uint256 gas, uint256 offset, uint256 size, uint256 words, uint256 left)
        private
        view
    {
        (bool alive, uint256 newWords, uint256 newGas) = this.expand(current, gas, offset, size);
        assertEq(alive, words != 0);
        assertEq(newWords, words);
        assertEq(newGas, left);
    }

    function _data() private pure returns (bytes memory data) {
        data = new bytes(700);
        for (uint256 i = 0; i < data.length; i++) {
            data[i] = bytes1(uint8(i * 7 + 1));
        }
    }
}
