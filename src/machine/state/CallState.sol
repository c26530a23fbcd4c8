// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title CallState
/// @notice A call or creation between its instruction and its first step in the new frame. Empty otherwise.
library CallState {
    bytes32 internal constant TAG = "MachineCall";
    uint256 internal constant WORDS = 16;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"f86060000000e0e0e0e0000000e000ff00000000000000000000000000000000";

    /// @dev Values of `kind`.
    uint256 internal constant CALL = 1;
    uint256 internal constant CALLCODE = 2;
    uint256 internal constant DELEGATECALL = 3;
    uint256 internal constant STATICCALL = 4;
    uint256 internal constant CREATE = 5;
    uint256 internal constant CREATE2 = 6;

    struct Record {
        uint256 kind;
        address target;
        address delegate;
        uint256 value;
        /// As requested: any number of the stack.
        uint256 gas;
        bytes32 inputRoot;
        uint256 inputOffset;
        uint256 inputLength;
        uint256 outOffset;
        uint256 outLength;
        bytes32 codeHash;
        bytes32 codeRoot;
        bytes32 jumpRoot;
        uint256 codeSize;
        bytes32 salt;
        bool touch;
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
