// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../src/commitment/MerkleTree.sol";
import {Payload} from "../../src/commitment/Payload.sol";
import {Witness} from "../../src/machine/Witness.sol";
import {Brutalized} from "../utils/Brutalized.sol";
import {Ffi} from "../utils/Ffi.sol";

contract PayloadTest is Ffi, Brutalized {
    using Witness for Witness.Cursor;

    struct Case {
        bytes payload;
        bytes32 root;
        uint256 index;
        bytes proof;
    }

    bytes private encodedCases;

    function setUp() external {
        encodedCases = ffi("Payload", "cases");
    }

    /// @dev `dirt` follows the payload in calldata: none of it may get into the padding.
    function rootOf(bytes calldata payload, bytes calldata dirt) external view brutalized returns (bytes32) {
        assert(dirt.length > 0);
        return Payload.rootOf(payload);
    }

    function openChunk(bytes calldata proof, bytes32 root, uint256 index)
        external
        view
        brutalized
        returns (bytes memory chunk)
    {
        Witness.Cursor memory cursor = Witness.open(proof);
        chunk = Payload.openChunk(cursor, root, index);
        cursor.done();
    }

    function test_OpensWhatTheProverProves() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            bytes memory dirt = new bytes(1024);
            for (uint256 j = 0; j < dirt.length; j++) {
                dirt[j] = 0xff;
            }
            assertEq(this.rootOf(c.payload, dirt), c.root);
            bytes memory chunk = this.openChunk(c.proof, c.root, c.index);
            assertEq(chunk.length, 1024);
            for (uint256 j = 0; j < 1024; j++) {
                uint256 position = 1024 * c.index + j;
                assertEq(chunk[j], position < c.payload.length ? c.payload[position] : bytes1(0));
            }
        }
    }

    function test_RevertWhen_AnyByteOfAProofIsChanged() external view {
        Case[] memory cases = _cases();
        for (uint256 i = 0; i < cases.length; i++) {
            Case memory c = cases[i];
            for (uint256 j = 0; j < c.proof.length; j += j < 1000 ? 37 : 1) {
                bytes1 byteBefore = c.proof[j];
                c.proof[j] = byteBefore ^ bytes1(uint8(1 << (j % 8)));
                _assertRefused(c.proof, c.root, c.index);
                c.proof[j] = byteBefore;
            }
            _assertRefused(c.proof, c.root, c.index ^ 1);
            _assertRefused(c.proof, c.root, c.index + 128);
        }
    }

    function testFuzz_RootIsThatOfTheDefinition(bytes calldata seed, uint256 length) external view {
        length = bound(length, 0, 5000);
        bytes memory payload = new bytes(length);
        bytes32[] memory leaves = new bytes32[]((length + 1023) / 1024);
        for (uint256 i = 0; i < length; i++) {
            payload[i] = seed.length == 0 ? bytes1(uint8(i)) : seed[i % seed.length];
        }
        for (uint256 i = 0; i < leaves.length; i++) {
            bytes memory chunk = new bytes(1024);
            for (uint256 j = 0; j < 1024 && 1024 * i + j < length; j++) {
                chunk[j] = payload[1024 * i + j];
            }
            leaves[i] = keccak256(bytes.concat(bytes32("PayloadChunk"), chunk));
        }
        assertEq(this.rootOf(payload, hex"ff"), MerkleTree.rootOfLeaves(leaves, 7));
    }

    function test_EmptyPayload() external view {
        assertEq(this.rootOf("", hex"ff"), MerkleTree.zero(7));
    }

    function test_RevertWhen_ThePayloadIsTooLong() external {
        this.rootOf(new bytes(131_072), hex"ff");
        vm.expectRevert(abi.encodeWithSelector(Payload.PayloadTooLong.selector, 131_073, 131_072));
        this.rootOf(new bytes(131_073), hex"ff");
    }

    function _assertRefused(bytes memory proof, bytes32 root, uint256 index) private view {
        try this.openChunk(proof, root, index) {
            revert("a corrupted proof was accepted");
        } catch {}
    }

    function _cases() private view returns (Case[] memory) {
        return abi.decode(encodedCases, (Case[]));
    }
}
