// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {View} from "../MemoryTree.sol";
import {Machine} from "../state/MachineState.sol";
import {L1Precompile} from "./L1Precompile.sol";
import {Output} from "./Output.sol";
import {PrecompileGas} from "./PrecompileGas.sol";
import {PrecompileTable} from "./PrecompileTable.sol";

/// @title ModExp
/// @notice The precompile 0x05: a power modulo a number, all of the lengths that the input itself declares.
library ModExp {
    /// @dev Of base, exponent and modulus each, in bytes (EIP-7823).
    uint256 private constant MAX_LENGTH = 1024;

    /// @notice Ends the frame with the power, as long as the modulus.
    function runModExp(Machine memory m) internal view {
        View memory input = m.calldataView();
        bytes memory lengths = m.viewBytes(input, 0, 96);
        (uint256 baseLength, uint256 exponentLength, uint256 modulusLength) =
            abi.decode(lengths, (uint256, uint256, uint256));
        if (baseLength > MAX_LENGTH || exponentLength > MAX_LENGTH || modulusLength > MAX_LENGTH) return m.halt();
        bytes memory numbers = m.viewRange(input, 96, baseLength + exponentLength + modulusLength);
        uint256 head = _numberAt(numbers, baseLength, exponentLength < 32 ? exponentLength : 32);
        if (!PrecompileGas.pay(m, PrecompileGas.modExpPrice(baseLength, exponentLength, modulusLength, head))) return;
        if (modulusLength == 0) return Output.exitWith(m, "");
        bytes memory output = L1Precompile.run(PrecompileTable.MODEXP, bytes.concat(lengths, numbers), modulusLength);
        Output.exitWith(m, output);
    }

    /// @dev The `length` bytes of `data` from `position` as a number, at most 32.
    function _numberAt(bytes memory data, uint256 position, uint256 length) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            // SAFETY: position + length <= data.length; what is read past it is shifted out.
            value := shr(shl(3, sub(32, length)), mload(add(add(data, 32), position)))
        }
    }
}
