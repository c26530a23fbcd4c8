// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Fills the memory that Solidity does not guarantee to be clean, so that assembly that counts on zeros fails.
abstract contract Brutalized {
    modifier brutalized() {
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(0x00, not(0))
            mstore(0x20, not(1))
            for { let position := free } lt(position, add(free, 0x2000)) { position := add(position, 32) } {
                mstore(position, not(xor(position, gas())))
            }
        }
        _;
    }
}
