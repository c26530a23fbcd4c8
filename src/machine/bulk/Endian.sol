// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Byte order of the small words inside a 256-bit one.
library Endian {
    uint256 private constant ODD_BYTES = 0x00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff;
    uint256 private constant ODD_PAIRS = 0x0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff0000ffff;
    uint256 private constant ODD_QUADS = 0x00000000ffffffff00000000ffffffff00000000ffffffff00000000ffffffff;

    /// @notice Reverses the bytes of each of the eight 32-bit words.
    function swap32(uint256 x) internal pure returns (uint256) {
        x = (x >> 8 & ODD_BYTES) | (x & ODD_BYTES) << 8;
        return (x >> 16 & ODD_PAIRS) | (x & ODD_PAIRS) << 16;
    }

    /// @notice Reverses the bytes of each of the four 64-bit words.
    function swap64(uint256 x) internal pure returns (uint256) {
        x = swap32(x);
        return (x >> 32 & ODD_QUADS) | (x & ODD_QUADS) << 32;
    }
}
