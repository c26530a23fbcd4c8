// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {DeepProofs} from "../utils/DeepProofs.sol";
import {WorstCase} from "./WorstCase.sol";
import {Dictionary} from "src/commitment/Dictionary.sol";
import {NodeRlp} from "src/commitment/NodeRlp.sol";
import {Rlp} from "src/commitment/Rlp.sol";
import {StateDiff} from "src/commitment/StateDiff.sol";
import {Link} from "src/dispute/GameState.sol";
import {FoldState} from "src/machine/fold/FoldState.sol";

/// @notice The steps of the fold machine at the greatest depth of every tree, and with every way in which a leaf comes and
/// goes.
contract WorstFoldTest is WorstCase {
    /// @dev The only key that is leftmost in a dictionary of the greatest depth.
    bytes32 private constant KEY = 0;

    /// @dev A trie, and the bytes of the witness that open it.
    struct Trie {
        bytes32 root;
        bytes proof;
        /// The node that a removal reads besides.
        bytes sibling;
    }

    function test_M0_AnAccount() external {
        bytes memory value = encodedAccount(keccak256("storage"), keccak256("code"));
        this.recordAccount("FOLD, SET", "the account is in the state", StateDiff.SET, _present(value));
        this.recordAccount("FOLD, SET", "the account is new, beside a leaf", StateDiff.SET, _besideLeaf(value));
        this.recordAccount("FOLD, SET", "the account is new, within an extension", StateDiff.SET, _withinExtension());

        this.recordAccount("FOLD, DELETED", "its branch stays", StateDiff.DELETED, _present(value));
        this.recordAccount("FOLD, DELETED", "its branch becomes a leaf", StateDiff.DELETED, _collapsingToLeaf(value));
        this.recordAccount(
            "FOLD, DELETED", "its branch becomes an extension", StateDiff.DELETED, _collapsingToBranch(value)
        );
        Trie memory merging = _mergingExtensions(value);
        this.recordAccount("FOLD, DELETED", "its branch merges into two extensions", StateDiff.DELETED, merging);
    }

    function test_M0_ASlot() external {
        bytes memory value = Rlp.encodeInteger(uint256(keccak256("value")));
        this.recordSlot("FOLD, SLOT", "it is in the state", keccak256("new"), _present(value));
        this.recordSlot("FOLD, SLOT", "it is new, beside a leaf", keccak256("new"), _besideLeaf(value));
        this.recordSlot("FOLD, SLOT", "it is new, within an extension", keccak256("new"), _withinExtension());
        this.recordSlot("FOLD, SLOT", "removed, its branch stays", 0, _present(value));
        this.recordSlot("FOLD, SLOT", "removed, its branch becomes a leaf", 0, _collapsingToLeaf(value));
        this.recordSlot("FOLD, SLOT", "removed, its branch becomes an extension", 0, _collapsingToBranch(value));
        this.recordSlot("FOLD, SLOT", "removed, its branch merges into two extensions", 0, _mergingExtensions(value));
        this.recordSlot("FOLD, SLOT", "a small one beside an embedded one", bytes32(uint256(1)), _embedded());
    }

    // ------------------------------------------------------------------------------------------------------- records

    /// @dev External, as the next one: each measurement begins with fresh memory.
    function recordAccount(string memory row, string memory reason, uint8 kind, Trie memory trie) external {
        StateDiff.AccountDiff memory part;
        part.kind = kind;
        part.storageRoot = kind == StateDiff.SET ? keccak256("slots") : Dictionary.EMPTY;
        if (kind == StateDiff.SET) {
            (part.nonce, part.balance, part.codeHash) = (0x1111111111111111, 1e37, keccak256("new code"));
        }
        (bytes32 diffRoot, bytes memory inDiff) = DeepProofs.account(KEY, part, DEPTH);
        bytes memory rest = kind == StateDiff.SET ? bytes("") : trie.sibling;
        _record(row, reason, diffRoot, trie.root, bytes.concat(KEY, inDiff, trie.proof, rest));
    }

    function recordSlot(string memory row, string memory reason, bytes32 value, Trie memory inStorage) external {
        StateDiff.AccountDiff memory part;
        bytes memory inner;
        (part.storageRoot, inner) = DeepProofs.dictionary(KEY, value, DEPTH);
        (bytes32 diffRoot, bytes memory inDiff) = DeepProofs.account(KEY, part, DEPTH);
        Trie memory trie = _present(encodedAccount(inStorage.root, keccak256("code")));
        bytes memory rest = value == 0 ? inStorage.sibling : bytes("");
        bytes memory accesses = bytes.concat(KEY, inDiff, trie.proof, KEY, inner, inStorage.proof, rest);
        _record(row, reason, diffRoot, trie.root, accesses);
    }

    function _record(string memory row, string memory reason, bytes32 diffRoot, bytes32 stateRoot, bytes memory rest)
        private
    {
        bytes memory witness = bytes.concat(hex"00", diffRoot, stateRoot, rest);
        recordWitness(row, reason, Link.Fold, FoldState.hashRunning(diffRoot, stateRoot), witness);
    }

    // --------------------------------------------------------------------------------------------------------- tries

    /// @dev KEY below 64 full branches.
    function _present(bytes memory value) private pure returns (Trie memory trie) {
        (trie.root, trie.proof) = DeepProofs.trie(KEY, value, NIBBLES);
    }

    /// @dev The path ends in the leaf of another key that differs in the last nibble.
    function _besideLeaf(bytes memory value) private pure returns (Trie memory trie) {
        bytes memory leaf = NodeRlp.encodeShort(true, uint256(1) << 252, 1, Rlp.encodeString(value));
        (trie.root, trie.proof) = DeepProofs.branchesAbove(KEY, NIBBLES - 1, leaf, DeepProofs.withLength(leaf), 1);
    }

    /// @dev The path ends in an extension of two nibbles of which the second is not the key's.
    function _withinExtension() private pure returns (Trie memory trie) {
        bytes memory below = abi.encodePacked(uint8(0xa0), keccak256("below"));
        bytes memory extension = NodeRlp.encodeShort(false, uint256(1) << 248, 2, below);
        (trie.root, trie.proof) =
            DeepProofs.branchesAbove(KEY, NIBBLES - 3, extension, DeepProofs.withLength(extension), 1);
    }

    /// @dev KEY and another leaf alone in the lowest branch.
    function _collapsingToLeaf(bytes memory value) private pure returns (Trie memory) {
        bytes memory other = NodeRlp.encodeShort(true, 0, 0, Rlp.encodeString(value));
        return _withTwoChildren(value, NIBBLES - 1, other);
    }

    /// @dev KEY's leaf and a full branch alone in the lowest branch but one.
    function _collapsingToBranch(bytes memory value) private pure returns (Trie memory) {
        return _withTwoChildren(value, NIBBLES - 2, NodeRlp.encodeBranch(DeepProofs.fullChildren("sibling", 0)));
    }

    /// @dev The branch of KEY's leaf stands below an extension, and its other child is one.
    function _mergingExtensions(bytes memory value) private pure returns (Trie memory trie) {
        bytes memory below = abi.encodePacked(uint8(0xa0), keccak256("below"));
        bytes memory other = NodeRlp.encodeShort(false, 0, 1, below);
        (bytes memory branch, bytes memory proof) = _twoChildren(value, NIBBLES - 3, other);
        bytes memory extension = NodeRlp.encodeShort(false, 0, 1, NodeRlp.referenceTo(branch));
        proof = bytes.concat(DeepProofs.withLength(extension), proof);
        (trie.root, trie.proof) = DeepProofs.branchesAbove(KEY, NIBBLES - 4, extension, proof, 3);
        trie.sibling = DeepProofs.withLength(other);
    }

    /// @dev The lowest branch has 16 leaves in itself.
    function _embedded() private pure returns (Trie memory trie) {
        bytes[16] memory children;
        // With one byte more a leaf would be a node of its own.
        bytes memory small = Rlp.encodeInteger(type(uint216).max);
        for (uint256 i = 0; i < 16; i++) {
            children[i] = NodeRlp.encodeShort(true, 0, 0, Rlp.encodeString(small));
        }
        bytes memory branch = NodeRlp.encodeBranch(children);
        (trie.root, trie.proof) = DeepProofs.branchesAbove(KEY, NIBBLES - 1, branch, DeepProofs.withLength(branch), 1);
    }

    function _withTwoChildren(bytes memory value, uint256 depth, bytes memory other)
        private
        pure
        returns (Trie memory trie)
    {
        (bytes memory branch, bytes memory proof) = _twoChildren(value, depth, other);
        (trie.root, trie.proof) = DeepProofs.branchesAbove(KEY, depth, branch, proof, 2);
        trie.sibling = DeepProofs.withLength(other);
    }

    /// @dev A branch below `depth` nibbles with KEY's leaf and `other` only.
    function _twoChildren(bytes memory value, uint256 depth, bytes memory other)
        private
        pure
        returns (bytes memory branch, bytes memory proof)
    {
        bytes memory leaf = NodeRlp.encodeShort(true, 0, NIBBLES - depth - 1, Rlp.encodeString(value));
        bytes[16] memory children;
        children[0] = NodeRlp.referenceTo(leaf);
        children[15] = NodeRlp.referenceTo(other);
        branch = NodeRlp.encodeBranch(children);
        proof = bytes.concat(DeepProofs.withLength(branch), DeepProofs.withLength(leaf));
    }
}
