// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Rlp
/// @notice Strict reading of RLP in calldata: the shortest form of every length, no single byte with a header, integers
/// without leading zeros (S-50).
/// @dev A malformed item reverts nothing: it sets a flag that stays set, and reads as zero or empty. Whoever reads looks
/// at the flag once, in `isDone`: a malformed proof reverts, a malformed transaction is skipped.
library Rlp {
    /// @dev The items left to read, as absolute calldata offsets, and whether one read so far was malformed.
    struct Reader {
        uint256 position;
        uint256 end;
        bool malformed;
    }

    error RlpTooLong(uint256 length);

    /// @notice A reader of the items that follow each other in `encoded`.
    function open(bytes calldata encoded) internal pure returns (Reader memory reader) {
        uint256 offset;
        assembly ("memory-safe") {
            offset := encoded.offset
        }
        reader.position = offset;
        reader.end = offset + encoded.length;
    }

    /// @notice Whether everything was read and well-formed.
    function isDone(Reader memory reader) internal pure returns (bool) {
        return !reader.malformed && reader.position == reader.end;
    }

    /// @notice Whether there is another item to read.
    function hasMore(Reader memory reader) internal pure returns (bool) {
        return !reader.malformed && reader.position != reader.end;
    }

    /// @notice The items of the list that is next.
    function list(Reader memory reader) internal pure returns (Reader memory items) {
        (items.position, items.end) = _next(reader, true);
        items.malformed = reader.malformed;
    }

    /// @notice The byte string that is next.
    function data(Reader memory reader) internal pure returns (bytes calldata content) {
        (uint256 start, uint256 end) = _next(reader, false);
        assembly ("memory-safe") {
            content.offset := start
            content.length := sub(end, start)
        }
    }

    /// @notice The integer of at most `maxBytes` (1 to 32) bytes that is next.
    function integer(Reader memory reader, uint256 maxBytes) internal pure returns (uint256 value) {
        (uint256 start, uint256 end) = _next(reader, false);
        uint256 length = end - start;
        if (length == 0) return 0;
        value = _load(start, length);
        // A leading zero leaves the value below the smallest that needs `length` bytes.
        if (length > maxBytes || value >> (8 * (length - 1)) == 0) {
            reader.malformed = true;
            value = 0;
        }
    }

    /// @notice The byte string of 32 bytes that is next.
    function word(Reader memory reader) internal pure returns (bytes32) {
        return bytes32(_fixed(reader, 32));
    }

    /// @notice The byte string of 20 bytes that is next.
    function addr(Reader memory reader) internal pure returns (address) {
        return address(uint160(_fixed(reader, 20)));
    }

    /// @notice The item at `position`: its content is [start, next). Not ok if it is malformed or reaches past `end`.
    function item(uint256 position, uint256 end)
        internal
        pure
        returns (bool ok, bool isList, uint256 start, uint256 next)
    {
        if (position >= end) return (false, false, position, position);
        uint256 head;
        assembly ("memory-safe") {
            head := calldataload(position)
        }
        // SAFETY: calldata offsets are below 2^64 and so is a length of at most 8 bytes.
        unchecked {
            uint256 prefix = head >> 248;
            if (prefix < 0x80) return (true, false, position, position + 1);

            isList = prefix >= 0xc0;
            ok = true;
            start = position + 1;
            uint256 length = prefix & 0x3f;
            if (length > 55) {
                uint256 lengthBytes = length - 55;
                start += lengthBytes;
                length = (head << 8) >> (256 - 8 * lengthBytes);
                ok = length > 55 && length >> (8 * (lengthBytes - 1)) != 0;
            } else if (length == 1 && !isList) {
                ok = head & (0x80 << 240) != 0;
            }
            next = start + length;
            ok = ok && next <= end;
        }
    }

    /// @notice RLP of a byte string of less than 65,536 bytes.
    function encodeString(bytes memory content) internal pure returns (bytes memory) {
        if (content.length == 1 && uint8(content[0]) < 0x80) return content;
        return _withHeader(0x80, content);
    }

    /// @notice RLP of a list whose items follow each other in `items`, less than 65,536 bytes long.
    function encodeList(bytes memory items) internal pure returns (bytes memory) {
        return _withHeader(0xc0, items);
    }

    /// @notice RLP of an integer: big-endian without leading zeros.
    function encodeInteger(uint256 value) internal pure returns (bytes memory) {
        uint256 leadingZeros;
        assembly ("memory-safe") {
            leadingZeros := shr(3, clz(value))
        }
        bytes memory content = abi.encodePacked(value << (8 * leadingZeros));
        assembly ("memory-safe") {
            // SAFETY: shortens the 32 bytes that were just allocated.
            mstore(content, sub(32, leadingZeros))
        }
        return encodeString(content);
    }

    /// @dev `content` behind the shortest header of its length.
    function _withHeader(uint8 offset, bytes memory content) private pure returns (bytes memory) {
        uint256 length = content.length;
        if (length < 56) return abi.encodePacked(uint8(offset + length), content);
        if (length < 0x100) return abi.encodePacked(offset + 56, uint8(length), content);
        require(length < 0x10000, RlpTooLong(length));
        return abi.encodePacked(offset + 57, uint16(length), content);
    }

    /// @dev The content of the next item, which has to be a list or not; empty if it is malformed.
    function _next(Reader memory reader, bool wantList) private pure returns (uint256 start, uint256 next) {
        bool ok;
        bool isList;
        (ok, isList, start, next) = item(reader.position, reader.end);
        if (reader.malformed || !ok || isList != wantList) {
            reader.malformed = true;
            return (reader.end, reader.end);
        }
        reader.position = next;
    }

    /// @dev The byte string of `length` bytes that is next, as a number.
    function _fixed(Reader memory reader, uint256 length) private pure returns (uint256) {
        (uint256 start, uint256 end) = _next(reader, false);
        if (end - start != length) {
            reader.malformed = true;
            return 0;
        }
        return _load(start, length);
    }

    /// @dev The `length` bytes at `start` as a number; for more than 32 bytes, of the first 32.
    function _load(uint256 start, uint256 length) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(start)
            if lt(length, 32) { value := shr(sub(256, shl(3, length)), value) }
        }
    }
}
