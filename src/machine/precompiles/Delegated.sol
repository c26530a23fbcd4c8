// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {Machine} from "../state/MachineState.sol";
import {L1Precompile} from "./L1Precompile.sol";
import {ModExp} from "./ModExp.sol";
import {Output} from "./Output.sol";
import {PrecompileGas} from "./PrecompileGas.sol";
import {PrecompileTable} from "./PrecompileTable.sol";

/// @title Delegated
/// @notice The precompiles whose result is that of the same precompile of L1, in one step (docs/5-machine.md, 5.9).
library Delegated {
    using Witness for Witness.Cursor;

    /// @dev In the place of the index of a bad element: there is none.
    uint256 private constant NO_ELEMENT = type(uint16).max;
    /// @dev Gas that a bad element and the control get, in today's prices of L1: failures stay provable until L1 raises
    /// a price more than so many times.
    uint256 private constant ALLOWANCE = 8;

    error NoSuchElement(uint256 index, uint256 count);

    /// @notice Pays for the call, and ends the frame with its output or with a halt.
    function runDelegated(Machine memory m, uint256 precompile) internal view {
        if (precompile == PrecompileTable.MODEXP) return ModExp.runModExp(m);
        PrecompileTable.Entry memory entry = PrecompileTable.entryOf(precompile);
        uint256 length = m.frame.calldataLength;
        if (!_takesLength(entry, length)) return m.halt();
        if (precompile == PrecompileTable.BLAKE2F) return _runBlake2f(m, entry);

        uint256 count = entry.lengths == PrecompileTable.ANY_LENGTH ? 1 : length / entry.elementSize;
        if (PrecompileGas.isSumTooLong(m, precompile, length)) return m.halt();
        if (!PrecompileGas.pay(m, PrecompileGas.price(precompile, count))) return;
        if (precompile == PrecompileTable.P256VERIFY) return _runP256Verify(m, entry);
        uint256 bad = m.cursor.u16();
        if (bad != NO_ELEMENT) return _fail(m, precompile, entry, bad, count);
        bytes memory input = m.viewRange(m.calldataView(), 0, count * entry.elementSize);
        Output.exitWith(m, L1Precompile.run(precompile, input, entry.outputLength));
    }

    function _takesLength(PrecompileTable.Entry memory entry, uint256 length) private pure returns (bool) {
        if (entry.lengths == PrecompileTable.ANY_LENGTH) return true;
        if (entry.lengths == PrecompileTable.ONE_ELEMENT) return length == entry.elementSize;
        if (length == 0) return entry.lengths == PrecompileTable.ELEMENTS_OR_NONE;
        return length % entry.elementSize == 0;
    }

    /// @dev The input is `rounds (4 bytes) ‖ … ‖ flag`; with a flag it can't fail.
    function _runBlake2f(Machine memory m, PrecompileTable.Entry memory entry) private view {
        bytes memory input = m.viewRange(m.calldataView(), 0, entry.elementSize);
        if (uint8(input[entry.elementSize - 1]) > 1) return m.halt();
        if (!PrecompileGas.pay(m, PrecompileGas.price(PrecompileTable.BLAKE2F, uint32(bytes4(input))))) return;
        Output.exitWith(m, L1Precompile.run(PrecompileTable.BLAKE2F, input, entry.outputLength));
    }

    /// @dev What is not a valid signature, for its length or otherwise, gives no output.
    function _runP256Verify(Machine memory m, PrecompileTable.Entry memory entry) private view {
        if (m.frame.calldataLength != entry.elementSize) return Output.exitWith(m, "");
        bytes memory input = m.viewRange(m.calldataView(), 0, entry.elementSize);
        Output.exitWith(m, L1Precompile.runOrNone(PrecompileTable.P256VERIFY, input, entry.outputLength));
    }

    /// @dev The call fails: the element `bad` of its input is invalid, so that all of it is.
    function _fail(Machine memory m, uint256 precompile, PrecompileTable.Entry memory entry, uint256 bad, uint256 count)
        private
        view
    {
        // INVARIANT: an index past the input names no element of it.
        require(bad < count, NoSuchElement(bad, count));
        bytes memory element = m.viewRange(m.calldataView(), bad * entry.elementSize, entry.elementSize);
        uint256 allowance = ALLOWANCE * PrecompileGas.price(precompile, 1);
        L1Precompile.requireFailure(precompile, element, validElement(precompile), allowance);
        m.halt();
    }

    /// @notice An element that the precompile takes: zeros, which are points at infinity and the field element 0; for
    /// POINT_EVALUATION the value of the polynomial 0 at 0.
    function validElement(uint256 precompile) internal pure returns (bytes memory) {
        if (precompile != PrecompileTable.POINT_EVALUATION) {
            return new bytes(PrecompileTable.entryOf(precompile).elementSize);
        }
        bytes memory infinity = bytes.concat(hex"c0", new bytes(47));
        // 0x01 and the rest of sha256(infinity), then the point, the value, the commitment and the proof.
        bytes32 versionedHash = 0x010657f37554c781402a22917dee2f75def7ab966d7b770905398eba3c444014;
        return bytes.concat(versionedHash, new bytes(64), infinity, infinity);
    }
}
