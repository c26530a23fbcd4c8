// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/commitment/MerkleTree.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract MerkleTreeTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;
    using MerkleTree for MerkleTree.Opening;

    uint256 private constant DEPTH = MerkleTree.MEMORY_DEPTH;

    struct Case {
        bytes data;
        bytes32 root;
        uint256 index;
        bytes32 word;
        bytes32 newWord;
        bytes32 newRoot;
        bytes proof;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("MerkleTree", "cases");
    }

    function open(bytes calldata proof, bytes32 root, uint256 index, uint256 depth, bytes32 newWord)
        external
        view
        brutalized
        returns (bytes32 word, bytes32 newRoot)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        MerkleTree.Opening memory opening = MerkleTree.open(cursor, root, index, depth);
        cursor.done();
        return (opening.word, opening.rootWith(newWord));
    }

    function roots(bytes calldata data, uint256 depth)
        external
        view
        brutalized
        returns (bytes32 fromMemory, bytes32 fromCalldata)
    {
        return (MerkleTree.rootOf(data, depth), MerkleTree.rootOfCalldata(data, depth));
    }

    function rootOfLeaves(bytes32[] calldata leaves, uint256 depth) external view brutalized returns (bytes32) {
        return MerkleTree.rootOfLeaves(leaves, depth);
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        assertGt(cases.length, 30);
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            (bytes32 word, bytes32 newRoot) = this.open(c.proof, c.root, c.index, DEPTH, c.newWord);
            assertEq(word, c.word);
            assertEq(newRoot, c.newRoot);
            (bytes32 fromMemory, bytes32 fromCalldata) = this.roots(c.data, DEPTH);
            assertEq(fromMemory, c.root);
            assertEq(fromCalldata, c.root);
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i += 3) {
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

    function test_RevertWhen_TheIndexIsAnother() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            if (c.word == 0) continue;
            c.index ^= 1;
            _assertRefused(c);
        }
    }

    function test_RevertWhen_TheIndexIsBeyondTheTree() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeIndex.selector, 128, 7));
        this.open(new bytes(35), MerkleTree.zero(7), 128, 7, 0);
    }

    function test_RevertWhen_TheMaskIsBeyondTheTree() external {
        bytes memory proof = abi.encodePacked(bytes32(0), uint24(128));
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeMask.selector, 128, 7));
        this.open(proof, MerkleTree.zero(7), 0, 7, 0);
    }

    function test_RevertWhen_ASiblingOfZerosIsGiven() external {
        for (uint256 level = 0; level < 7; level++) {
            bytes memory proof = abi.encodePacked(bytes32(0), uint24(1 << level), MerkleTree.zero(level));
            vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeZeroSibling.selector, 1 << level));
            this.open(proof, MerkleTree.zero(7), 0, 7, 0);
        }
    }

    function test_RevertWhen_ASiblingIsMissing() external {
        bytes memory proof = abi.encodePacked(bytes32(0), uint24(3), bytes32("sibling"));
        vm.expectPartialRevert(Witness.WitnessTooShort.selector);
        this.open(proof, MerkleTree.zero(7), 0, 7, 0);
    }

    function test_RevertWhen_ThereAreTooManyWords() external {
        vm.expectRevert(abi.encodeWithSelector(MerkleTree.MerkleTreeTooLong.selector, 5, 2));
        this.roots(new bytes(129), 2);
    }

    function test_ZerosAreThoseOfTheDefinition() external pure {
        bytes32 zero;
        for (uint256 depth = 0; depth <= DEPTH; depth++) {
            assertEq(MerkleTree.zero(depth), zero);
            zero = keccak256(abi.encode(bytes32("MerkleNode"), zero, zero));
        }
    }

    function testFuzz_RootsAreThoseOfTheDefinition(bytes calldata data) external view {
        bytes calldata cut = data.length > 1024 ? data[:1024] : data;
        (bytes32 fromMemory, bytes32 fromCalldata) = this.roots(cut, 5);
        bytes32[] memory words = _wordsOf(cut);
        assertEq(fromMemory, _naiveRoot(words, 5));
        assertEq(fromCalldata, fromMemory);
        assertEq(this.rootOfLeaves(words, 5), fromMemory);
    }

    function hashNode(bytes32 left, bytes32 right) external view brutalized returns (bytes32) {
        return MerkleTree.hashNode(left, right);
    }

    function testFuzz_HashNodeIsThatOfTheDefinition(bytes32 left, bytes32 right) external view {
        assertEq(this.hashNode(left, right), keccak256(abi.encode(bytes32("MerkleNode"), left, right)));
    }

    function _wordsOf(bytes calldata data) private pure returns (bytes32[] memory words) {
        words = new bytes32[]((data.length + 31) / 32);
        for (uint256 i = 0; i < data.length; i++) {
            words[i / 32] |= bytes32(data[i]) >> (8 * (i % 32));
        }
    }

    function _naiveRoot(bytes32[] memory words, uint256 depth) private pure returns (bytes32) {
        bytes32[] memory level = new bytes32[](1 << depth);
        for (uint256 i = 0; i < words.length; i++) {
            level[i] = words[i];
        }
        for (uint256 width = level.length / 2; width > 0; width /= 2) {
            for (uint256 i = 0; i < width; i++) {
                level[i] = keccak256(abi.encode(bytes32("MerkleNode"), level[2 * i], level[2 * i + 1]));
            }
        }
        return level[0];
    }

    function _assertRefused(Case memory c) private view {
        try this.open(c.proof, c.root, c.index, DEPTH, c.newWord) {
            revert("a corrupted proof was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
