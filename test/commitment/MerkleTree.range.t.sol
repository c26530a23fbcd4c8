// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/commitment/MerkleTree.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {WitnessBuilder} from "../machine/utils/WitnessBuilder.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

/// @notice Range access (S-25).
contract MerkleTreeRangeTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;

    uint256 private constant DEPTH = MerkleTree.MEMORY_DEPTH;

    struct Case {
        bytes32 root;
        uint256 first;
        uint256 last;
        bytes words;
        bytes proof;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("MerkleTree", "ranges");
    }

    function openRange(bytes calldata proof, bytes32 root, uint256 first, uint256 last, uint256 depth)
        external
        view
        brutalized
        returns (bytes memory words)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        words = MerkleTree.openRange(cursor, root, first, last, depth);
        cursor.done();
    }

    function gasOf(bytes calldata proof, bytes32 root, uint256 first, uint256 last) external view returns (uint256) {
        Witness.Cursor memory cursor = Witness.open(proof);
        uint256 gasBefore = gasleft();
        MerkleTree.openRange(cursor, root, first, last, DEPTH);
        return gasBefore - gasleft();
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        assertGt(cases.length, 40);
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            assertEq(this.openRange(c.proof, c.root, c.first, c.last, DEPTH), c.words);
        }
    }

    /// @dev Every range of every small tree, its proof made by definition.
    function test_OpensEveryRange() external view {
        for (uint256 size = 0; size <= 8; size++) {
            bytes memory data = new bytes(size * 32);
            for (uint256 i = 0; i < data.length; i++) {
                data[i] = bytes1(uint8(i + 1));
            }
            bytes32 root = MerkleTree.rootOf(data, DEPTH);
            for (uint256 first = 0; first < 9; first++) {
                for (uint256 last = first; last < 9; last++) {
                    bytes memory access = WitnessBuilder.range(data, first, last);
                    bytes memory words = this.openRange(access, root, first, last, DEPTH);
                    for (uint256 i = 0; i < words.length; i++) {
                        uint256 at = first * 32 + i;
                        assertEq(words[i], at < data.length ? data[at] : bytes1(0));
                    }
                }
            }
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i += 5) {
            Case memory c = cases[i];
            for (uint256 j = 0; j < c.proof.length; j++) {
                bytes1 byteBefore = c.proof[j];
                c.proof[j] = byteBefore ^ bytes1(uint8(1 << (j % 8)));
                _assertRefused(c);
                c.proof[j] = byteBefore;
            }
            c.proof = bytes.concat(c.proof, hex"00");
            _assertRefused(c);
        }
    }

    function test_RevertWhen_TheRangeIsAnother() external view {
        Case[] memory cases = _cases();
        uint256 tried;
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            (uint256 first, uint256 last) = (c.first, c.last);
            // A word of zeros beside the range would make no difference.
            if (keccak256(c.words) == keccak256(new bytes(c.words.length))) continue;
            (c.first, c.last) = (first + 1, last + 1);
            _assertRefused(c);
            (c.first, c.last) = (first, last + 1);
            _assertRefused(c);
            if (first == 0) continue;
            (c.first, c.last) = (first - 1, last - 1);
            _assertRefused(c);
            (c.first, c.last) = (first - 1, last);
            _assertRefused(c);
            tried++;
        }
        assertGt(tried, 10);
    }

    function test_RevertWhen_TheRangeEndsBeyondTheTree() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeIndex.selector, 128, 7));
        this.openRange(new bytes(2 * 32 + 6), MerkleTree.zero(7), 127, 128, 7);
    }

    function test_RevertWhen_AMaskNamesASiblingThatIsNotThere() external {
        // Words 1 and 2 have a left sibling at level 0 and a right one from level 0 on but 1.
        _refusesMasks(2, 0);
        _refusesMasks(1 << 7, 0);
        _refusesMasks(0, 2);
        _refusesMasks(0, 1 << 7);
    }

    function _refusesMasks(uint24 left, uint24 right) private {
        bytes memory proof = abi.encodePacked(bytes32(0), bytes32(0), left, right, bytes32("sibling"));
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeRangeMask.selector, left, right, 1, 2));
        this.openRange(proof, MerkleTree.zero(7), 1, 2, 7);
    }

    function test_RevertWhen_ASiblingOfZerosIsGiven() external {
        for (uint256 level = 0; level < 7; level++) {
            bytes memory proof = abi.encodePacked(bytes32(0), uint24(0), uint24(1 << level), MerkleTree.zero(level));
            vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeZeroSibling.selector, 1 << level));
            this.openRange(proof, MerkleTree.zero(7), 0, 0, 7);
            proof = abi.encodePacked(bytes32(0), uint24(1 << level), uint24(0), MerkleTree.zero(level));
            vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeZeroSibling.selector, 1 << level));
            this.openRange(proof, MerkleTree.zero(7), 127, 127, 7);
        }
    }

    function test_RevertWhen_ASiblingIsMissing() external {
        bytes memory proof = abi.encodePacked(bytes32(0), uint24(0), uint24(3), bytes32("sibling"));
        vm.expectPartialRevert(Witness.WitnessTooShort.selector);
        this.openRange(proof, MerkleTree.zero(7), 0, 0, 7);
    }

    /// @dev What makes it worth having: the largest input of a precompile in far less than its price.
    function test_ManyBytesAreCheap() external view {
        bytes memory data = new bytes(93_760);
        for (uint256 i = 0; i < data.length; i += 32) {
            assembly ("memory-safe") {
                mstore(add(add(data, 32), i), not(i))
            }
        }
        bytes32 root = MerkleTree.rootOf(data, DEPTH);
        assertLt(this.gasOf(WitnessBuilder.range(data, 1, 2929), root, 1, 2929), 500_000);
    }

    function _assertRefused(Case memory c) private view {
        try this.openRange(c.proof, c.root, c.first, c.last, DEPTH) {
            revert("a corrupted proof was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
