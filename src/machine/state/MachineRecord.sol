// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";

/// @title MachineRecord
/// @notice What the seven records of a machine share: a record is a struct whose fields are one word each, and its hash
/// is H(TAG, fields…).
/// @dev `widths` has a byte for each field, in order: how many of its leading bits are zero. 00 a whole word,
/// 60 address, 80 uint128, c0 uint64, e0 uint32, f0 uint16, f8 uint8, ff boolean.
library MachineRecord {
    using Witness for Witness.Cursor;

    error RecordFieldTooWide(bytes32 widths, uint256 field, bytes32 value);

    /// @notice Reads `words` words of the witness into the struct at `pointer`.
    function read(Witness.Cursor memory cursor, uint256 pointer, uint256 words, bytes32 widths) internal pure {
        uint256 offset = cursor.skip(words * 32);
        uint256 excess;
        assembly ("memory-safe") {
            // SAFETY: the struct at `pointer` has `words` words; the cursor has bounded the calldata.
            calldatacopy(pointer, offset, shl(5, words))
            for { let i := 0 } lt(i, words) { i := add(i, 1) } {
                excess := or(excess, shr(sub(256, byte(i, widths)), mload(add(pointer, shl(5, i)))))
            }
        }
        // INVARIANT: M-2, a field has one encoding and fits its type, so that nothing is truncated later.
        if (excess != 0) _revertTooWide(pointer, words, widths);
    }

    /// @notice H(tag, words of the struct at `pointer`).
    function hash(bytes32 tag, uint256 pointer, uint256 words) internal pure returns (bytes32 result) {
        assembly ("memory-safe") {
            // SAFETY: memory past the free pointer is scratch space.
            let preimage := mload(0x40)
            mstore(preimage, tag)
            mcopy(add(preimage, 32), pointer, shl(5, words))
            result := keccak256(preimage, shl(5, add(words, 1)))
        }
    }

    /// @notice Sets all fields of the struct at `pointer` to zero.
    function clear(uint256 pointer, uint256 words) internal pure {
        assembly ("memory-safe") {
            // SAFETY: the struct at `pointer` has `words` words; calldata past its end reads as zero.
            calldatacopy(pointer, calldatasize(), shl(5, words))
        }
    }

    /// @notice Whether all fields of the struct at `pointer` are zero.
    function isEmpty(uint256 pointer, uint256 words) internal pure returns (bool) {
        uint256 bits;
        for (uint256 i = 0; i < words; i++) {
            assembly ("memory-safe") {
                bits := or(bits, mload(add(pointer, shl(5, i))))
            }
        }
        return bits == 0;
    }

    /// @dev Names the first field that does not fit.
    function _revertTooWide(uint256 pointer, uint256 words, bytes32 widths) private pure {
        for (uint256 i = 0; i < words; i++) {
            bytes32 value;
            assembly ("memory-safe") {
                value := mload(add(pointer, shl(5, i)))
            }
            require(uint256(value) >> (256 - uint8(widths[i])) == 0, RecordFieldTooWide(widths, i, value));
        }
    }
}
