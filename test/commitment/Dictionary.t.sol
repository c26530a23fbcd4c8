// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../src/commitment/Dictionary.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract DictionaryTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;
    using Dictionary for Dictionary.Opening;

    struct Case {
        bytes32 root;
        bytes32 key;
        bool present;
        bytes32 value;
        bool leftmost;
        bytes32 newValue;
        bytes32 rootWith;
        bytes32 rootWithout;
        bytes proof;
    }

    struct Result {
        bool present;
        bytes32 value;
        bool leftmost;
        bytes32 rootWith;
        bytes32 rootWithout;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("Dictionary", "cases");
    }

    function open(bytes calldata proof, bytes32 root, bytes32 key, bytes32 newValue)
        external
        view
        brutalized
        returns (Result memory)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        Dictionary.Opening memory opening = Dictionary.open(cursor, root, key);
        cursor.done();
        return Result({
            present: opening.present,
            value: opening.value,
            leftmost: opening.isLeftmost(),
            rootWith: opening.rootWith(newValue),
            rootWithout: opening.rootWithout()
        });
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        assertGt(cases.length, 40);
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            Result memory result = this.open(c.proof, c.root, c.key, c.newValue);
            assertEq(result.present, c.present, "present");
            assertEq(result.value, c.value, "value");
            assertEq(result.rootWith, c.rootWith, "rootWith");
            assertEq(result.rootWithout, c.rootWithout, "rootWithout");
            if (c.present) assertEq(result.leftmost, c.leftmost, "leftmost");
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < 20; i++) {
            Case memory c = cases[i];
            for (uint256 j = 0; j < c.proof.length; j++) {
                bytes1 byteBefore = c.proof[j];
                c.proof[j] = byteBefore ^ bytes1(uint8(1 << (j % 8)));
                _assertRefused(c);
                c.proof[j] = byteBefore;
            }
            bytes memory proof = c.proof;
            c.proof = bytes.concat(proof, hex"00");
            _assertRefused(c);
            assembly ("memory-safe") {
                mstore(proof, sub(mload(proof), 1))
            }
            c.proof = proof;
            _assertRefused(c);
        }
    }

    function test_RevertWhen_TheRootOrTheKeyIsAnother() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            bytes32 root = c.root;
            c.root = keccak256(abi.encode(root));
            _assertRefused(c);
            c.root = root;
            // An absent key's proof may hold for its neighbors; a present key's holds for none.
            if (!c.present) continue;
            c.key = bytes32(uint256(c.key) ^ 1);
            _assertRefused(c);
        }
    }

    function test_RevertWhen_TheFormIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(Dictionary.DictionaryForm.selector, 3));
        this.open(hex"03", bytes32("root"), bytes32("key"), 0);
    }

    function test_RevertWhen_APresentKeyIsProvedAbsent() external {
        bytes32 root = _leaf("key", "value");
        bytes memory proof = abi.encodePacked(uint8(1), bytes32("key"), bytes32("value"), uint16(0));
        vm.expectRevert(abi.encodeWithSelector(Dictionary.DictionaryOtherKeyIsKey.selector, bytes32("key")));
        this.open(proof, root, "key", 0);
    }

    function test_RevertWhen_AFullDictionaryIsCalledEmpty() external {
        bytes32 root = _leaf("key", "value");
        vm.expectRevert(abi.encodeWithSelector(Dictionary.DictionaryRoot.selector, root, Dictionary.EMPTY));
        this.open(hex"00", root, "key", 0);
    }

    function test_RevertWhen_TheOtherLeafIsOffThePath() external {
        // Two leaves, parted by bit 0; the key is on the side of `right`, the proof leads to `left`.
        bytes32 left = _leaf(bytes32(uint256(1)), "value");
        bytes32 right = _leaf(bytes32(uint256(1) << 255), "value");
        bytes32 root = keccak256(abi.encode(bytes32("DictionaryNode"), 0, left, right));
        bytes32 key = bytes32(uint256(3) << 254);
        bytes memory proof =
            abi.encodePacked(uint8(1), bytes32(uint256(1)), bytes32("value"), uint16(1), uint8(0), right);
        vm.expectRevert(abi.encodeWithSelector(Dictionary.DictionaryKeysDiverge.selector, key, bytes32(uint256(1))));
        this.open(proof, root, key, 0);
    }

    function test_RevertWhen_BitIndicesDoNotIncrease() external {
        bytes32 leaf = _leaf(0, "value");
        bytes32 node = keccak256(abi.encode(bytes32("DictionaryNode"), 5, leaf, leaf));
        bytes32 root = keccak256(abi.encode(bytes32("DictionaryNode"), 5, node, leaf));
        bytes memory proof = abi.encodePacked(uint8(2), bytes32("value"), uint16(2), uint8(5), leaf, uint8(5), leaf);
        vm.expectRevert(abi.encodeWithSelector(Dictionary.DictionaryBitIndices.selector, 2));
        this.open(proof, root, 0, 0);
    }

    function hashes(bytes32 key, bytes32 left, bytes32 right, uint8 bitIndex)
        external
        view
        brutalized
        returns (bytes32 leaf, bytes32 node)
    {
        return (Dictionary.hashLeaf(key, left), Dictionary.hashNode(bitIndex, left, right));
    }

    function testFuzz_HashesAreThoseOfTheDefinition(bytes32 key, bytes32 left, bytes32 right, uint8 bitIndex)
        external
        view
    {
        (bytes32 leaf, bytes32 node) = this.hashes(key, left, right, bitIndex);
        assertEq(leaf, _leaf(key, left));
        assertEq(node, keccak256(abi.encode(bytes32("DictionaryNode"), bitIndex, left, right)));
    }

    function _leaf(bytes32 key, bytes32 value) private pure returns (bytes32) {
        return keccak256(abi.encode(bytes32("DictionaryLeaf"), key, value));
    }

    function _assertRefused(Case memory c) private view {
        try this.open(c.proof, c.root, c.key, c.newValue) {
            revert("a corrupted proof was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
