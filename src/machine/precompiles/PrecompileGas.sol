// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Machine} from "../state/MachineState.sol";
import {PrecompileTable} from "./PrecompileTable.sol";

/// @title PrecompileGas
/// @notice What the delegated precompiles cost, and what they may cost at most on this L2.
library PrecompileGas {
    /// @dev Discounts of the sums are in thousandths.
    uint256 private constant DISCOUNT_UNIT = 1000;
    /// @dev A sum may have a byte of input for so much gas of the cap: it is cheap by the byte.
    uint256 private constant SUM_CAP_PER_BYTE = 64;

    /// @notice The price for an input of `count` elements; BLAKE2F: rounds. Not for MODEXP.
    function price(uint256 precompile, uint256 count) internal pure returns (uint256) {
        PrecompileTable.Entry memory entry = PrecompileTable.entryOf(precompile);
        uint256 ofElements = count * entry.elementPrice;
        if (isSum(precompile)) ofElements = ofElements * PrecompileTable.discount(precompile, count) / DISCOUNT_UNIT;
        return entry.basePrice + ofElements;
    }

    /// @notice The price of MODEXP for base, exponent and modulus of these lengths, at most 1,024 each; `exponentHead` are
    /// the exponent's first 32 bytes at most, as a number (EIP-7883).
    function modExpPrice(uint256 baseLength, uint256 exponentLength, uint256 modulusLength, uint256 exponentHead)
        internal
        pure
        returns (uint256)
    {
        uint256 longest = baseLength > modulusLength ? baseLength : modulusLength;
        uint256 words = (longest + 7) / 8;
        uint256 complexity = longest > 32 ? 2 * words * words : 16;
        uint256 iterations = exponentLength > 32 ? 16 * (exponentLength - 32) : 0;
        if (exponentHead != 0) iterations += 255 - _leadingZeros(exponentHead);
        if (iterations == 0) iterations = 1;
        uint256 least = PrecompileTable.entryOf(PrecompileTable.MODEXP).basePrice;
        return complexity * iterations > least ? complexity * iterations : least;
    }

    /// @notice Charges `amount`; false if the frame has halted, which it also does if no call may cost so much here.
    function pay(Machine memory m, uint256 amount) internal pure returns (bool) {
        // The step calls the same precompile of L1, and has to fit a transaction there at twice the price (M-0).
        if (amount > m.batch.precompileGasCap) {
            m.halt();
            return false;
        }
        return m.charge(amount);
    }

    /// @notice Whether `precompile` is a sum and `length` bytes of input are more than one may have here.
    function isSumTooLong(Machine memory m, uint256 precompile, uint256 length) internal pure returns (bool) {
        return isSum(precompile) && length > m.batch.precompileGasCap / SUM_CAP_PER_BYTE;
    }

    function isSum(uint256 precompile) internal pure returns (bool) {
        return precompile == PrecompileTable.BLS12_G1MSM || precompile == PrecompileTable.BLS12_G2MSM;
    }

    function _leadingZeros(uint256 value) private pure returns (uint256 count) {
        assembly ("memory-safe") {
            count := clz(value)
        }
    }
}
