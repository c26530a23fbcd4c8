// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../machine/Witness.sol";
import {MerkleTree} from "./MerkleTree.sol";

/// @title Payload
/// @notice The commitment to the bytes of a batch: a Merkle tree over chunks of 1,024 bytes (S-40, S-41).
library Payload {
    using Witness for Witness.Cursor;

    uint256 internal constant CHUNK_SIZE = 1024;
    uint256 internal constant DEPTH = 7;
    uint256 internal constant MAX_LENGTH = 131_072;

    bytes32 private constant CHUNK_TAG = "PayloadChunk";

    error PayloadTooLong(uint256 length, uint256 max);

    /// @notice The root over `payload`, the last chunk padded with zeros.
    function rootOf(bytes calldata payload) internal pure returns (bytes32) {
        require(payload.length <= MAX_LENGTH, PayloadTooLong(payload.length, MAX_LENGTH));
        bytes32[] memory leaves = new bytes32[]((payload.length + CHUNK_SIZE - 1) / CHUNK_SIZE);
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space. Only the last chunk may be short; the room for it
            // is cleared (a copy from past the end of calldata gives zeros) before its bytes are copied.
            let preimage := mload(0x40)
            mstore(preimage, CHUNK_TAG)
            let chunk := add(preimage, 32)
            let left := payload.length
            let position := payload.offset
            for { let leaf := add(leaves, 32) } left { leaf := add(leaf, 32) } {
                let size := CHUNK_SIZE
                if lt(left, CHUNK_SIZE) {
                    size := left
                    calldatacopy(chunk, calldatasize(), CHUNK_SIZE)
                }
                calldatacopy(chunk, position, size)
                mstore(leaf, keccak256(preimage, add(32, CHUNK_SIZE)))
                position := add(position, size)
                left := sub(left, size)
            }
        }
        return MerkleTree.rootOfLeaves(leaves, DEPTH);
    }

    /// @notice The chunk at the cursor, which a proof follows that it is chunk `index` under `root`.
    function openChunk(Witness.Cursor memory cursor, bytes32 root, uint256 index)
        internal
        pure
        returns (bytes calldata chunk)
    {
        chunk = cursor.take(CHUNK_SIZE);
        MerkleTree.openLeaf(cursor, root, index, DEPTH, hashChunk(chunk));
    }

    /// @notice The leaf of a whole chunk.
    function hashChunk(bytes calldata chunk) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, CHUNK_TAG)
            calldatacopy(add(preimage, 32), chunk.offset, CHUNK_SIZE)
            hash := keccak256(preimage, add(32, CHUNK_SIZE))
        }
    }
}
