// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title CallFrame
/// @notice One call frame. A parent is kept as its hash.
library CallFrame {
    bytes32 internal constant TAG = "MachineFrame";
    uint256 internal constant WORDS = 26;

    /// @dev Places of two fields, for who has not read the record yet.
    uint256 internal constant PC = 8;
    uint256 internal constant CODE_SIZE = 21;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"00f8f0606000ffc0e000f000e000e0e000e0e00000e060e0e000000000000000";

    /// @dev Values of `kind`. TRANSACTION is the pseudo-frame below the first EVM frame; its `gas` is the transaction's.
    uint256 internal constant NONE = 0;
    uint256 internal constant TRANSACTION = 1;
    uint256 internal constant CALL = 2;
    uint256 internal constant CREATE = 3;
    uint256 internal constant PRECOMPILE = 4;

    struct Record {
        bytes32 parent;
        uint256 kind;
        uint256 depth;
        address self;
        address caller;
        uint256 value;
        bool isStatic;
        uint256 gas;
        uint256 pc;
        bytes32 stack;
        uint256 stackSize;
        bytes32 memoryRoot;
        uint256 memoryWords;
        bytes32 calldataRoot;
        uint256 calldataOffset;
        uint256 calldataLength;
        bytes32 returndataRoot;
        uint256 returndataOffset;
        uint256 returndataLength;
        bytes32 codeRoot;
        bytes32 jumpRoot;
        uint256 codeSize;
        /// The account that a CREDIT goes to.
        address target;
        uint256 outOffset;
        uint256 outLength;
        /// Hash of the journal that a revert of this frame restores.
        bytes32 savedJournal;
    }

    error FrameHash(bytes32 expected, bytes32 computed);

    /// @notice Fills `record` from the witness; reverts if a field is out of its range.
    function read(Witness.Cursor memory cursor, Record memory record) internal pure {
        MachineRecord.read(cursor, _pointer(record), WORDS, WIDTHS);
    }

    function hash(Record memory record) internal pure returns (bytes32) {
        return MachineRecord.hash(TAG, _pointer(record), WORDS);
    }

    /// @notice Reads the record that `expected` is the hash of.
    function open(Witness.Cursor memory cursor, bytes32 expected) internal pure returns (Record memory record) {
        read(cursor, record);
        bytes32 computed = hash(record);
        // INVARIANT: M-3, a parent frame is the one that the child was entered from.
        require(computed == expected, FrameHash(expected, computed));
    }

    /// @notice Clears what a frame that has halted needs no more: all but who called whom, and what it returns to.
    function clearExecution(Record memory record) internal pure {
        record.gas = 0;
        record.pc = 0;
        record.stack = 0;
        record.stackSize = 0;
        record.memoryRoot = 0;
        record.memoryWords = 0;
        record.calldataRoot = 0;
        record.calldataOffset = 0;
        record.calldataLength = 0;
        record.returndataRoot = 0;
        record.returndataOffset = 0;
        record.returndataLength = 0;
        record.codeRoot = 0;
        record.jumpRoot = 0;
        record.codeSize = 0;
    }

    function _pointer(Record memory record) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := record
        }
    }
}
