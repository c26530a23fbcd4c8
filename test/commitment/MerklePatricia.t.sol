// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerklePatricia} from "../../src/commitment/MerklePatricia.sol";
import {NodeRlp} from "../../src/commitment/NodeRlp.sol";
import {Rlp} from "../../src/commitment/Rlp.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract MerklePatriciaTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;
    using MerklePatricia for MerklePatricia.Opening;

    struct Case {
        bytes32 root;
        bytes32 key;
        bool present;
        bytes value;
        bytes newValue;
        bytes32 rootWith;
        bytes32 rootWithout;
        bytes witness;
    }

    struct Result {
        bool present;
        bytes value;
        bytes32 rootWith;
        bytes32 rootWithout;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("MerklePatricia", "cases");
    }

    function open(bytes calldata witness, bytes32 root, bytes32 key, bytes calldata newValue)
        external
        view
        brutalized
        returns (Result memory result)
    {
        Witness.Cursor memory cursor = Witness.open(witness);
        MerklePatricia.Opening memory opening = MerklePatricia.open(cursor, root, key);
        result.rootWithout = opening.rootWithout(cursor);
        cursor.done();
        result.rootWith = opening.rootWith(newValue);
        result.present = opening.present;
        result.value = opening.valueOf();
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        assertGt(cases.length, 100);
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            Result memory result = this.open(c.witness, c.root, c.key, c.newValue);
            assertEq(result.present, c.present, "present");
            assertEq(result.value, c.value, "value");
            assertEq(result.rootWith, c.rootWith, "rootWith");
            assertEq(result.rootWithout, c.rootWithout, "rootWithout");
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < 60; i += 6) {
            Case memory c = cases[i];
            for (uint256 j = 0; j < c.witness.length; j++) {
                bytes1 byteBefore = c.witness[j];
                c.witness[j] = byteBefore ^ bytes1(uint8(1 << ((i + j) % 8)));
                _assertRefused(c);
                c.witness[j] = byteBefore;
            }
            bytes memory witness = c.witness;
            c.witness = bytes.concat(witness, hex"00");
            _assertRefused(c);
            assembly ("memory-safe") {
                mstore(witness, sub(mload(witness), 1))
            }
            c.witness = witness;
            _assertRefused(c);
        }
    }

    function test_RevertWhen_ANodeIsNotReached() external {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            // The empty trie has no node that another could follow; of a present key the last bytes may be a sibling's.
            if (c.present || c.witness[0] == 0) continue;
            bytes memory node = new bytes(32);
            c.witness = bytes.concat(c.witness, abi.encodePacked(uint16(node.length), node));
            c.witness[0] = bytes1(uint8(c.witness[0]) + 1);
            vm.expectRevert(
                abi.encodeWithSelector(MerklePatricia.MerklePatriciaUnusedNode.selector, uint8(c.witness[0]) - 1)
            );
            this.open(c.witness, c.root, c.key, c.newValue);
        }
    }

    function test_RevertWhen_ThePathIsCut() external {
        // A branch that refers to a node by hash, which the proof leaves out.
        bytes memory content = bytes.concat(_hash("first"), _hash("second"));
        for (uint256 i = 2; i < 17; i++) {
            content = bytes.concat(content, hex"80");
        }
        bytes memory node = Rlp.encodeList(content);
        vm.expectRevert(abi.encodeWithSelector(MerklePatricia.MerklePatriciaMissingNode.selector, bytes32("first")));
        this.open(_proof(node), keccak256(node), 0, "");
    }

    function test_RevertWhen_AFullTrieIsCalledEmpty() external {
        vm.expectRevert(
            abi.encodeWithSelector(
                MerklePatricia.MerklePatriciaRoot.selector, bytes32("root"), MerklePatricia.EMPTY_ROOT
            )
        );
        this.open(hex"00", "root", 0, "");
    }

    /// @dev The same list as in MerklePatricia.test.ts.
    function test_RevertWhen_ANodeIsMalformed() external {
        bytes memory value = bytes.concat(hex"a8", new bytes(40));
        bytes memory rest = new bytes(31);
        bytes memory hash = _hash("node");
        bytes memory good = bytes.concat(_path(bytes.concat(hex"2000", rest)), value);
        bytes[] memory nodes = new bytes[](19);
        nodes[0] = value;
        nodes[1] = hex"c0";
        nodes[2] = Rlp.encodeList(bytes.concat(good, value));
        nodes[3] = Rlp.encodeList(bytes.concat(hash, new bytes(0), _empty(15)));
        nodes[4] = Rlp.encodeList(bytes.concat(hash, _empty(17)));
        nodes[5] = Rlp.encodeList(bytes.concat(hash, _empty(15), value));
        nodes[6] = Rlp.encodeList(bytes.concat(hex"820102", _empty(16)));
        nodes[7] = Rlp.encodeList(bytes.concat(hex"11", hex"9f", new bytes(31)));
        nodes[8] = Rlp.encodeList(bytes.concat(hex"11", hex"c22001"));
        nodes[9] = Rlp.encodeList(bytes.concat(hex"00", hash));
        nodes[10] = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"0000", rest)), hash));
        nodes[11] = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"30", rest)), value));
        nodes[12] = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"2000", rest)), Rlp.encodeList(value)));
        nodes[13] = Rlp.encodeList(bytes.concat(hex"80", value));
        nodes[14] = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"4000", rest)), value));
        nodes[15] = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"2100", rest)), value));
        nodes[16] = Rlp.encodeList(bytes.concat(hex"c31181ff", hash, _empty(15)));
        nodes[17] = bytes.concat(Rlp.encodeList(good), hex"00");
        nodes[18] = Rlp.encodeList(bytes.concat(hex"d1", _empty(17), hash, _empty(15)));
        for (uint256 i = 0; i < nodes.length; i++) {
            vm.expectPartialRevert(NodeRlp.NodeMalformed.selector);
            this.open(_proof(nodes[i]), keccak256(nodes[i]), 0, "");
        }
        bytes memory leaf = Rlp.encodeList(good);
        assertEq(this.open(_proof(leaf), keccak256(leaf), 0, "").value, new bytes(40));
    }

    function test_RevertWhen_AShortNodeIsReferredToByHash() external {
        bytes memory leaf = hex"c23a01";
        bytes memory branch =
            Rlp.encodeList(bytes.concat(hex"a0", keccak256(leaf), hex"a0", bytes32("other"), _empty(15)));
        bytes memory proof = abi.encodePacked(uint8(2), uint16(branch.length), branch, uint16(leaf.length), leaf);
        vm.expectRevert(abi.encodeWithSelector(NodeRlp.NodeTooShort.selector, 3));
        this.open(proof, keccak256(branch), 0, "");
    }

    function test_RevertWhen_ABranchHasOneChild() external {
        bytes memory leaf = Rlp.encodeList(bytes.concat(_path(bytes.concat(hex"30", new bytes(31))), hex"01"));
        bytes memory branch = Rlp.encodeList(bytes.concat(hex"a0", keccak256(leaf), _empty(16)));
        bytes memory proof = abi.encodePacked(uint8(2), uint16(branch.length), branch, uint16(leaf.length), leaf);
        vm.expectPartialRevert(NodeRlp.NodeMalformed.selector);
        this.open(proof, keccak256(branch), 0, "");
    }

    function test_RevertWhen_AnExtensionIsBelowAnExtension() external {
        bytes memory lower = Rlp.encodeList(bytes.concat(hex"10", _hash("branch")));
        bytes memory upper = Rlp.encodeList(bytes.concat(hex"10", hex"a0", keccak256(lower)));
        bytes memory proof = abi.encodePacked(uint8(2), uint16(upper.length), upper, uint16(lower.length), lower);
        vm.expectPartialRevert(NodeRlp.NodeMalformed.selector);
        this.open(proof, keccak256(upper), 0, "");
    }

    function _proof(bytes memory node) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(1), uint16(node.length), node);
    }

    function _hash(bytes32 hash) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(0xa0), hash);
    }

    function _path(bytes memory prefix) private pure returns (bytes memory) {
        return Rlp.encodeString(prefix);
    }

    function _empty(uint256 count) private pure returns (bytes memory items) {
        for (uint256 i = 0; i < count; i++) {
            items = bytes.concat(items, hex"80");
        }
    }

    function _assertRefused(Case memory c) private view {
        try this.open(c.witness, c.root, c.key, c.newValue) {
            revert("a corrupted proof was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
