// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Gas
/// @notice What instructions and calls cost beyond the base gas of the opcode table.
library Gas {
    uint256 internal constant EXP_BYTE = 50;
    uint256 internal constant KECCAK_WORD = 6;
    uint256 internal constant COPY_WORD = 3;
    uint256 internal constant LOG_BYTE = 8;
    uint256 internal constant INITCODE_WORD = 2;

    /// @dev Accesses of accounts and slots (EIP-2929).
    uint256 internal constant WARM_ACCESS = 100;
    uint256 internal constant COLD_ACCOUNT_ACCESS = 2600;
    uint256 internal constant COLD_SLOT_ACCESS = 2100;

    /// @dev SSTORE (EIP-2200 with the refunds of EIP-3529).
    uint256 internal constant STORAGE_SET = 20_000;
    uint256 internal constant STORAGE_RESET = 2900;
    uint256 internal constant STORAGE_CLEAR_REFUND = 4800;
    /// @dev SSTORE needs more gas than this.
    uint256 internal constant STORAGE_STIPEND = 2300;

    /// @dev What an authorisation of an account that is there already gets back.
    uint256 internal constant AUTHORIZATION_REFUND = 12_500;

    uint256 internal constant CALL_VALUE = 9000;
    uint256 internal constant CALL_STIPEND = 2300;
    uint256 internal constant NEW_ACCOUNT = 25_000;
    uint256 internal constant CODE_DEPOSIT_BYTE = 200;

    /// @dev EIP-3860 and EIP-170, in bytes.
    uint256 internal constant MAX_INITCODE_SIZE = 49_152;
    uint256 internal constant MAX_CODE_SIZE = 24_576;

    /// @notice How many words hold `size` bytes.
    function words(uint256 size) internal pure returns (uint256) {
        return (size + 31) / 32;
    }

    /// @notice How many bytes `value` has without leading zeros.
    function byteLength(uint256 value) internal pure returns (uint256 length) {
        assembly ("memory-safe") {
            length := sub(32, shr(3, clz(value)))
        }
    }

    /// @notice What a memory of `count` words costs in all.
    function memoryCost(uint256 count) internal pure returns (uint256) {
        return 3 * count + count * count / 512;
    }

    /// @notice Most gas that a frame with `gas` can give to a call.
    function allButOne64th(uint256 gas) internal pure returns (uint256) {
        return gas - gas / 64;
    }

    /// @notice The cost of an account access.
    function accountAccess(bool cold) internal pure returns (uint256) {
        return cold ? COLD_ACCOUNT_ACCESS : WARM_ACCESS;
    }

    /// @notice The cost of writing `value` to a slot that holds `current` and held `original` when the transaction
    /// started, without the surcharge of a cold slot.
    function storageCost(bytes32 original, bytes32 current, bytes32 value) internal pure returns (uint256) {
        if (value == current || original != current) return WARM_ACCESS;
        return original == 0 ? STORAGE_SET : STORAGE_RESET;
    }

    /// @notice The refund counter after that write. The sum over a transaction never falls below zero.
    function storageRefund(uint256 refund, bytes32 original, bytes32 current, bytes32 value)
        internal
        pure
        returns (uint256)
    {
        if (value == current) return refund;
        if (original != 0) {
            // A clearing that is undone, or one that is made.
            if (current == 0) refund -= STORAGE_CLEAR_REFUND;
            else if (value == 0) refund += STORAGE_CLEAR_REFUND;
        }
        if (original == value) {
            refund += (original == 0 ? STORAGE_SET : STORAGE_RESET) - WARM_ACCESS;
        }
        return refund;
    }
}
