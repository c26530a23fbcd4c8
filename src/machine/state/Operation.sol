// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title Operation
/// @notice An operation of several steps in progress; `kind` is the kind of the next step. Empty between
/// instructions.
library Operation {
    bytes32 internal constant TAG = "MachineOperation";
    uint256 internal constant WORDS = 15;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"f8f800e0e0c0c0c0000000000000000000000000000000000000000000000000";

    /// @dev Values of `next` in a FRAME_EXIT: how the frame ended.
    uint256 internal constant RETURNED = 1;
    uint256 internal constant REVERTED = 2;
    uint256 internal constant EXCEPTIONAL_HALT = 3;

    struct Record {
        uint256 kind;
        uint256 next;
        bytes32 sourceRoot;
        uint256 sourceOffset;
        uint256 sourceLength;
        uint256 position;
        uint256 destination;
        uint256 remaining;
        bytes32 scratch0;
        bytes32 scratch1;
        bytes32 scratch2;
        bytes32 scratch3;
        bytes32 scratch4;
        bytes32 scratch5;
        bytes32 scratch6;
    }

    /// @notice Fills `record` from the witness; reverts if a field is out of its range.
    function read(Witness.Cursor memory cursor, Record memory record) internal pure {
        MachineRecord.read(cursor, _pointer(record), WORDS, WIDTHS);
    }

    function hash(Record memory record) internal pure returns (bytes32) {
        return MachineRecord.hash(TAG, _pointer(record), WORDS);
    }

    /// @notice Makes the record empty.
    function clear(Record memory record) internal pure {
        MachineRecord.clear(_pointer(record), WORDS);
    }

    function isEmpty(Record memory record) internal pure returns (bool) {
        return MachineRecord.isEmpty(_pointer(record), WORDS);
    }

    function _pointer(Record memory record) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := record
        }
    }
}
