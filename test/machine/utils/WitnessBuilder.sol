// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../../src/commitment/Dictionary.sol";
import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {Rlp} from "../../../src/commitment/Rlp.sol";
import {StateDiff} from "../../../src/commitment/StateDiff.sol";
import {OperandStack} from "../../../src/machine/OperandStack.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {BatchState} from "../../../src/machine/state/BatchState.sol";
import {BlockState} from "../../../src/machine/state/BlockState.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {CallState} from "../../../src/machine/state/CallState.sol";
import {Journal} from "../../../src/machine/state/Journal.sol";
import {Machine, MachineState} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {TransactionState} from "../../../src/machine/state/TransactionState.sol";

/// @notice Writes witnesses by hand, in the simplest way that docs/5-machine.md allows: a second description of the
/// format, for the tests of single steps.
library WitnessBuilder {
    /// @notice The hash of a machine all of whose records are at hand.
    function hashOf(Machine memory m) internal pure returns (bytes32) {
        uint256 opened = m.opened;
        m.opened = 31;
        bytes32 hash = MachineState.machineHash(m);
        m.opened = opened;
        return hash;
    }

    /// @notice The head of a witness that opens the records `opens` from batch to frame.
    function head(Machine memory m, uint256 opens) internal pure returns (bytes memory) {
        bool operation = !Operation.isEmpty(m.operation);
        bool call = !CallState.isEmpty(m.call);
        uint256 mask = opens | (operation ? StepKinds.OPENS_OPERATION : 0) | (call ? StepKinds.OPENS_CALL : 0);
        bytes memory first = bytes.concat(
            bytes1(uint8(mask)),
            opens & StepKinds.OPENS_BATCH != 0 ? abi.encode(m.batch) : bytes.concat(BatchState.hash(m.batch)),
            opens & StepKinds.OPENS_BLOCK != 0 ? abi.encode(m.block) : bytes.concat(BlockState.hash(m.block)),
            opens & StepKinds.OPENS_TRANSACTION != 0
                ? abi.encode(m.transaction)
                : bytes.concat(TransactionState.hash(m.transaction)),
            opens & StepKinds.OPENS_JOURNAL != 0 ? abi.encode(m.journal) : bytes.concat(Journal.hash(m.journal)),
            opens & StepKinds.OPENS_FRAME != 0 ? abi.encode(m.frame) : bytes.concat(CallFrame.hash(m.frame))
        );
        return
            bytes.concat(first, operation ? abi.encode(m.operation) : bytes(""), call ? abi.encode(m.call) : bytes(""));
    }

    /// @notice The chain of `items`, the last one on top.
    function stackOf(uint256[] memory items) internal pure returns (bytes32 chain) {
        for (uint256 i = 0; i < items.length; i++) {
            chain = OperandStack.link(chain, bytes32(items[i]));
        }
    }

    /// @notice The `count` top items of a stack as a witness holds them: `rest ‖ items, top first`.
    function operands(uint256[] memory items, uint256 count) internal pure returns (bytes memory data) {
        if (count == 0) return "";
        uint256[] memory rest = new uint256[](items.length - count);
        for (uint256 i = 0; i < rest.length; i++) {
            rest[i] = items[i];
        }
        data = bytes.concat(stackOf(rest));
        for (uint256 i = 0; i < count; i++) {
            data = bytes.concat(data, bytes32(items[items.length - 1 - i]));
        }
    }

    /// @notice The access of word `index` of the tree over `data`: `word ‖ mask ‖ siblings`.
    function word(bytes memory data, uint256 index) internal pure returns (bytes memory access) {
        bytes32[] memory level = new bytes32[]((data.length + 31) / 32);
        for (uint256 i = 0; i < level.length; i++) {
            level[i] = _wordAt(data, i);
        }
        bytes32 leaf = index < level.length ? level[index] : bytes32(0);
        uint256 mask;
        bytes memory siblings;
        bytes32 zero;
        for (uint256 depth = 0; depth < MerkleTree.MEMORY_DEPTH; depth++) {
            bytes32 sibling = (index ^ 1) < level.length ? level[index ^ 1] : zero;
            if (sibling != zero) {
                mask |= 1 << depth;
                siblings = bytes.concat(siblings, sibling);
            }
            level = _parents(level, zero);
            zero = MerkleTree.hashNode(zero, zero);
            index /= 2;
        }
        return bytes.concat(leaf, bytes3(uint24(mask)), siblings);
    }

    /// @notice The access of the words `first` to `last` of the tree over `data`: `words ‖ masks ‖ siblings`.
    function range(bytes memory data, uint256 first, uint256 last) internal pure returns (bytes memory access) {
        bytes32[] memory level = new bytes32[]((data.length + 31) / 32);
        for (uint256 i = 0; i < level.length; i++) {
            level[i] = _wordAt(data, i);
        }
        bytes32[] memory words = new bytes32[](last - first + 1);
        for (uint256 i = first; i <= last && i < level.length; i++) {
            words[i - first] = level[i];
        }
        uint256 leftMask;
        uint256 rightMask;
        bytes memory siblings;
        bytes32 zero;
        for (uint256 depth = 0; depth < MerkleTree.MEMORY_DEPTH; depth++) {
            if (first % 2 == 1 && first - 1 < level.length && level[first - 1] != zero) {
                leftMask |= 1 << depth;
                siblings = bytes.concat(siblings, level[first - 1]);
            }
            if (last % 2 == 0 && last + 1 < level.length && level[last + 1] != zero) {
                rightMask |= 1 << depth;
                siblings = bytes.concat(siblings, level[last + 1]);
            }
            level = _parents(level, zero);
            zero = MerkleTree.hashNode(zero, zero);
            (first, last) = (first / 2, last / 2);
        }
        return abi.encodePacked(words, uint24(leftMask), uint24(rightMask), siblings);
    }

    /// @notice The trie whose only entry is (key, value), and the proof of that entry.
    function singleTrie(bytes32 key, bytes memory value) internal pure returns (bytes32 root, bytes memory proof) {
        bytes memory node =
            Rlp.encodeList(bytes.concat(Rlp.encodeString(bytes.concat(hex"20", key)), Rlp.encodeString(value)));
        return (keccak256(node), bytes.concat(hex"01", bytes2(uint16(node.length)), node));
    }

    /// @notice The dictionary whose only entry is (key, value), and the proof of that entry.
    function singleEntry(bytes32 key, bytes32 value) internal pure returns (bytes32 root, bytes memory proof) {
        return (Dictionary.hashLeaf(key, value), bytes.concat(hex"02", value, hex"0000"));
    }

    /// @notice The state diff whose only entry is the account `part`, and the proof of that entry.
    function singleAccount(bytes32 key, StateDiff.AccountDiff memory part)
        internal
        pure
        returns (bytes32 root, bytes memory proof)
    {
        bytes memory triple = part.kind == StateDiff.SET
            ? bytes.concat(bytes8(part.nonce), bytes32(part.balance), part.codeHash)
            : bytes("");
        bytes memory storageRoot = part.kind == StateDiff.DELETED ? bytes("") : bytes.concat(part.storageRoot);
        root = Dictionary.hashLeaf(key, StateDiff.hash(part));
        return (root, bytes.concat(hex"02", bytes1(part.kind), triple, storageRoot, hex"0000"));
    }

    /// @notice The proof that a dictionary with the one entry (otherKey, value) lacks a key.
    function absent(bytes32 otherKey, bytes32 value) internal pure returns (bytes memory) {
        return bytes.concat(hex"01", otherKey, value, hex"0000");
    }

    function _parents(bytes32[] memory level, bytes32 zero) private pure returns (bytes32[] memory parents) {
        parents = new bytes32[]((level.length + 1) / 2);
        for (uint256 i = 0; i < parents.length; i++) {
            parents[i] = MerkleTree.hashNode(level[2 * i], 2 * i + 1 < level.length ? level[2 * i + 1] : zero);
        }
    }

    function _wordAt(bytes memory data, uint256 index) private pure returns (bytes32 value) {
        for (uint256 i = 0; i < 32; i++) {
            uint256 position = index * 32 + i;
            if (position < data.length) value |= bytes32(data[position]) >> (8 * i);
        }
    }
}
