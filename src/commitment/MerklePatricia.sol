// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";
import {NodeRlp} from "./NodeRlp.sol";
import {Rlp} from "./Rlp.sol";

/// @title MerklePatricia
/// @notice Proofs in Ethereum's Merkle Patricia trie over keys of 32 bytes that are hashes already, and the roots after
/// a put or a removal (S-51 to S-58).
library MerklePatricia {
    using Witness for Witness.Cursor;

    /// @dev The root of the trie without entries.
    bytes32 internal constant EMPTY_ROOT = keccak256(hex"80");

    /// @dev Where the path of a key ends: in no node, in a leaf, or in an extension that leads elsewhere.
    enum End {
        NOTHING,
        LEAF,
        EXTENSION
    }

    /// @notice A branch or an extension that the path goes through.
    struct Step {
        uint256 start;
        uint256 end;
        /// The item for the node below.
        uint256 item;
        uint256 itemEnd;
        /// Nibbles above the node.
        uint256 depth;
        bool isBranch;
    }

    /// @notice A checked proof, from which the roots after a change of its key follow.
    struct Opening {
        bytes32 root;
        uint256 key;
        bool present;
        /// The value of the key if present: a region of calldata.
        uint256 value;
        uint256 valueLength;
        /// From the root down; only the first `count` are in use.
        Step[] steps;
        uint256 count;
        /// Where the path ends, nibbles above that, and the node there.
        End end;
        uint256 depth;
        NodeRlp.Short last;
    }

    error MerklePatriciaRoot(bytes32 expected, bytes32 computed);
    error MerklePatriciaNodeHash(bytes32 expected, bytes32 computed);
    error MerklePatriciaUnusedNode(uint256 index);
    error MerklePatriciaMissingNode(bytes32 hash);

    /// @notice Checks the proof at the cursor that says what the trie of `root` has at `key`.
    function open(Witness.Cursor memory cursor, bytes32 root, bytes32 key)
        internal
        pure
        returns (Opening memory opening)
    {
        opening.root = root;
        opening.key = uint256(key);
        uint256 count = cursor.u8();
        // INVARIANT: S-52, the empty trie, and only that, has no node.
        if (count == 0) require(root == EMPTY_ROOT, MerklePatriciaRoot(root, EMPTY_ROOT));
        opening.steps = new Step[](count);

        bool goesOn = count != 0;
        bytes32 hash = root;
        for (uint256 i = 0; i < count; i++) {
            // INVARIANT: S-52, a proof has no node that the path does not reach.
            require(goesOn, MerklePatriciaUnusedNode(i));
            (uint256 start, uint256 end) = _readNode(cursor, hash, i == 0);
            (goesOn, hash) = _descend(opening, start, end);
        }
        require(!goesOn, MerklePatriciaMissingNode(hash));
    }

    /// @notice The value of the opened key; empty if it is absent.
    function valueOf(Opening memory opening) internal pure returns (bytes calldata value) {
        (uint256 start, uint256 length) = (opening.value, opening.valueLength);
        assembly ("memory-safe") {
            value.offset := start
            value.length := length
        }
    }

    /// @notice The root after the opened key was given `value`, which is not empty.
    function rootWith(Opening memory opening, bytes memory value) internal pure returns (bytes32) {
        uint256 rest = opening.key << (4 * opening.depth);
        uint256 restLength = NodeRlp.KEY_LENGTH - opening.depth;
        bytes memory item = Rlp.encodeString(value);
        if (opening.end == End.NOTHING || opening.present) {
            return _climb(opening, opening.count, NodeRlp.encodeShort(true, rest, restLength, item));
        }

        // The new leaf and what was at the end of the path part in a branch, below the nibbles that they share.
        NodeRlp.Short memory last = opening.last;
        uint256 shared = NodeRlp.countShared(rest, last.path);
        bytes[16] memory children;
        bytes memory leaf = NodeRlp.encodeShort(true, rest << (4 * (shared + 1)), restLength - shared - 1, item);
        children[NodeRlp.nibbleAt(rest, shared)] = NodeRlp.referenceTo(leaf);
        children[NodeRlp.nibbleAt(last.path, shared)] = _referenceBelow(last, shared + 1);
        bytes memory node = NodeRlp.encodeBranch(children);
        if (shared != 0) node = NodeRlp.encodeShort(false, rest, shared, NodeRlp.referenceTo(node));
        return _climb(opening, opening.count, node);
    }

    /// @notice The root after the opened key was removed; the same root if it was not there. If the branch above is left
    /// with one child, and that child is not embedded in it, its node is read at the cursor.
    function rootWithout(Opening memory opening, Witness.Cursor memory cursor) internal pure returns (bytes32) {
        if (!opening.present) return opening.root;
        if (opening.count == 0) return EMPTY_ROOT;

        uint256 above = opening.count - 1;
        Step memory branch = opening.steps[above];
        (uint256 others, uint256 other) =
            NodeRlp.otherChildren(branch.start, NodeRlp.nibbleAt(opening.key, branch.depth));
        // INVARIANT: S-53, a branch has two children or more.
        require(others != 0, NodeRlp.NodeMalformed(branch.start));
        if (others > 1) {
            bytes memory node = NodeRlp.replaceItem(branch.start, branch.item, branch.itemEnd, branch.end, hex"80");
            return _climb(opening, above, node);
        }

        // The branch vanishes: its other child takes its place, with longer path.
        NodeRlp.Short memory merged = _readOnlyChild(cursor, branch, other);
        merged.path = (other << 252) | (merged.path >> 4);
        merged.length += 1;
        if (above != 0 && !opening.steps[above - 1].isBranch) {
            above -= 1;
            Step memory extension = opening.steps[above];
            (, NodeRlp.Short memory prefix) = NodeRlp.parseShort(extension.start, extension.end, extension.depth);
            merged.path = prefix.path | (merged.path >> (4 * prefix.length));
            merged.length += prefix.length;
        }
        bytes memory child = NodeRlp.slice(merged.item, merged.itemEnd);
        return _climb(opening, above, NodeRlp.encodeShort(merged.isLeaf, merged.path, merged.length, child));
    }

    /// @dev Follows the key through the node [start, end) and notes what that gives. `goesOn` if another node, that of
    /// `hash`, is next.
    function _descend(Opening memory opening, uint256 start, uint256 end)
        private
        pure
        returns (bool goesOn, bytes32 hash)
    {
        uint256 depth = opening.depth;
        uint256 count = opening.count;
        (bool isShort, NodeRlp.Short memory short) = NodeRlp.parseShort(start, end, depth);
        Step memory step = opening.steps[count];
        (step.start, step.end, step.depth) = (start, end, depth);
        if (isShort) {
            // INVARIANT: S-53, below an extension there is a branch.
            require(count == 0 || opening.steps[count - 1].isBranch, NodeRlp.NodeMalformed(start));
            if (short.isLeaf || !NodeRlp.isPrefix(short, opening.key << (4 * depth))) {
                _endIn(opening, short);
                return (false, 0);
            }
            (step.item, step.itemEnd) = (short.item, short.itemEnd);
            opening.depth = depth + short.length;
        } else {
            require(depth < NodeRlp.KEY_LENGTH, NodeRlp.NodeMalformed(start));
            (step.item, step.itemEnd) = NodeRlp.scanBranch(start, end, NodeRlp.nibbleAt(opening.key, depth));
            step.isBranch = true;
            opening.depth = depth + 1;
        }
        opening.count = count + 1;

        uint256 prefix = NodeRlp.byteAt(step.item);
        if (prefix == NodeRlp.HASH) return (true, NodeRlp.wordAt(step.item + 1));
        if (prefix == NodeRlp.NO_NODE) return (false, 0);
        bool isLeaf;
        (isLeaf, short) = NodeRlp.parseShort(step.item + 1, step.itemEnd, opening.depth);
        // INVARIANT: S-54, only leaves are embedded.
        require(isLeaf && short.isLeaf, NodeRlp.NodeMalformed(step.item));
        _endIn(opening, short);
    }

    /// @dev Notes that the path ends in a leaf, or in an extension that leads elsewhere.
    function _endIn(Opening memory opening, NodeRlp.Short memory short) private pure {
        opening.last = short;
        if (!short.isLeaf) {
            opening.end = End.EXTENSION;
            return;
        }
        opening.end = End.LEAF;
        opening.present = NodeRlp.isPrefix(short, opening.key << (4 * opening.depth));
        if (!opening.present) return;
        (,, uint256 value, uint256 valueEnd) = Rlp.item(short.item, short.itemEnd);
        (opening.value, opening.valueLength) = (value, valueEnd - value);
    }

    /// @dev Reads a node that has to have `hash`; the content of its list.
    function _readNode(Witness.Cursor memory cursor, bytes32 hash, bool isRoot)
        private
        pure
        returns (uint256 start, uint256 end)
    {
        bytes calldata node = cursor.take(cursor.u16());
        bytes32 computed = keccak256(node);
        require(computed == hash, MerklePatriciaNodeHash(hash, computed));
        // INVARIANT: S-54, a node below the root that is referred to by hash has 32 bytes or more.
        require(isRoot || node.length >= 32, NodeRlp.NodeTooShort(node.length));
        end = cursor.position;
        bool ok;
        bool isList;
        uint256 position = end - node.length;
        uint256 next;
        (ok, isList, start, next) = Rlp.item(position, end);
        require(ok && isList && next == end, NodeRlp.NodeMalformed(position));
    }

    /// @dev The child `nibble` of a branch as a leaf or an extension; a branch as an extension of no nibbles.
    function _readOnlyChild(Witness.Cursor memory cursor, Step memory branch, uint256 nibble)
        private
        pure
        returns (NodeRlp.Short memory short)
    {
        (uint256 item, uint256 itemEnd) = NodeRlp.scanBranch(branch.start, branch.end, nibble);
        uint256 depth = branch.depth + 1;
        bool isShort;
        if (NodeRlp.byteAt(item) != NodeRlp.HASH) {
            (isShort, short) = NodeRlp.parseShort(item + 1, itemEnd, depth);
            require(isShort && short.isLeaf, NodeRlp.NodeMalformed(item));
            return short;
        }
        (uint256 start, uint256 end) = _readNode(cursor, NodeRlp.wordAt(item + 1), false);
        (isShort, short) = NodeRlp.parseShort(start, end, depth);
        if (isShort) return short;
        NodeRlp.scanBranch(start, end, 0);
        require(depth < NodeRlp.KEY_LENGTH, NodeRlp.NodeMalformed(start));
        return NodeRlp.Short({isLeaf: false, path: 0, length: 0, item: item, itemEnd: itemEnd});
    }

    /// @dev The root of the trie in which `node` stands below the first `count` steps.
    function _climb(Opening memory opening, uint256 count, bytes memory node) private pure returns (bytes32) {
        while (count != 0) {
            count--;
            Step memory step = opening.steps[count];
            node = NodeRlp.replaceItem(step.start, step.item, step.itemEnd, step.end, NodeRlp.referenceTo(node));
        }
        return keccak256(node);
    }

    /// @dev What refers to the rest of a leaf or an extension whose first `skipped` nibbles are no longer its own.
    function _referenceBelow(NodeRlp.Short memory short, uint256 skipped) private pure returns (bytes memory) {
        bytes memory item = NodeRlp.slice(short.item, short.itemEnd);
        if (!short.isLeaf && short.length == skipped) return item;
        return NodeRlp.referenceTo(
            NodeRlp.encodeShort(short.isLeaf, short.path << (4 * skipped), short.length - skipped, item)
        );
    }
}
