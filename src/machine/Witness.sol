// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Witness
/// @notice A cursor over the bytes of a witness in calldata. Numbers are big-endian and of fixed width, and nothing may
/// be left at the end, so that a step has one witness encoding (S-4).
library Witness {
    /// @dev Both fields are absolute calldata offsets.
    struct Cursor {
        uint256 position;
        uint256 end;
    }

    error WitnessTooShort(uint256 need, uint256 have);
    error WitnessTrailingBytes(uint256 left);

    /// @notice A cursor at the first byte of `witness`.
    function open(bytes calldata witness) internal pure returns (Cursor memory cursor) {
        uint256 position;
        assembly ("memory-safe") {
            position := witness.offset
        }
        cursor.position = position;
        cursor.end = position + witness.length;
    }

    /// @notice Ends the reading of a witness.
    function done(Cursor memory cursor) internal pure {
        // INVARIANT: S-4, a witness has no byte that nobody reads.
        uint256 left = cursor.end - cursor.position;
        require(left == 0, WitnessTrailingBytes(left));
    }

    /// @notice The calldata offset of the next `length` bytes, which are consumed.
    function skip(Cursor memory cursor, uint256 length) internal pure returns (uint256 offset) {
        offset = cursor.position;
        // SAFETY: position <= end always holds (`open` sets it so and only this line moves it), and `have` >= `length`
        // is checked before the addition.
        unchecked {
            uint256 have = cursor.end - offset;
            require(have >= length, WitnessTooShort(length, have));
            cursor.position = offset + length;
        }
    }

    /// @notice The next `length` bytes.
    function take(Cursor memory cursor, uint256 length) internal pure returns (bytes calldata data) {
        uint256 offset = skip(cursor, length);
        assembly ("memory-safe") {
            data.offset := offset
            data.length := length
        }
    }

    function u8(Cursor memory cursor) internal pure returns (uint8) {
        return uint8(_number(cursor, 1));
    }

    function u16(Cursor memory cursor) internal pure returns (uint16) {
        return uint16(_number(cursor, 2));
    }

    function u24(Cursor memory cursor) internal pure returns (uint24) {
        return uint24(_number(cursor, 3));
    }

    function u32(Cursor memory cursor) internal pure returns (uint32) {
        return uint32(_number(cursor, 4));
    }

    function u64(Cursor memory cursor) internal pure returns (uint64) {
        return uint64(_number(cursor, 8));
    }

    function u256(Cursor memory cursor) internal pure returns (uint256) {
        return _number(cursor, 32);
    }

    function word(Cursor memory cursor) internal pure returns (bytes32) {
        return bytes32(_number(cursor, 32));
    }

    function addr(Cursor memory cursor) internal pure returns (address) {
        return address(uint160(_number(cursor, 20)));
    }

    /// @dev The next `length` bytes, 1 to 32, as a number below 2^(8 * length).
    function _number(Cursor memory cursor, uint256 length) private pure returns (uint256 value) {
        uint256 offset = skip(cursor, length);
        assembly ("memory-safe") {
            value := shr(sub(256, shl(3, length)), calldataload(offset))
        }
    }
}
