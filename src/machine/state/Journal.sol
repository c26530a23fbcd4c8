// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title Journal
/// @notice Exactly what a revert restores. The sets are Dictionary roots.
library Journal {
    bytes32 internal constant TAG = "MachineJournal";
    bytes32 private constant DESTROYED_TAG = "Destroyed";
    uint256 internal constant WORDS = 7;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"000000000000c000000000000000000000000000000000000000000000000000";

    struct Record {
        bytes32 diffRoot;
        bytes32 warmAddresses;
        bytes32 warmSlots;
        bytes32 transient;
        bytes32 created;
        /// Hash chain; 0 if nothing was destroyed.
        bytes32 destroyed;
        uint256 refund;
    }

    /// @notice Fills `record` from the witness; reverts if a field is out of its range.
    function read(Witness.Cursor memory cursor, Record memory record) internal pure {
        MachineRecord.read(cursor, _pointer(record), WORDS, WIDTHS);
    }

    function hash(Record memory record) internal pure returns (bytes32) {
        return MachineRecord.hash(TAG, _pointer(record), WORDS);
    }

    /// @notice The chain of destroyed contracts with one more.
    function hashDestroyed(bytes32 previous, address target) internal pure returns (bytes32) {
        return keccak256(abi.encode(DESTROYED_TAG, previous, target));
    }

    /// @notice Forgets what belongs to one transaction; the running diff stays.
    function reset(Record memory record) internal pure {
        record.warmAddresses = Dictionary.EMPTY;
        record.warmSlots = Dictionary.EMPTY;
        record.transient = Dictionary.EMPTY;
        record.created = Dictionary.EMPTY;
        record.destroyed = 0;
        record.refund = 0;
    }

    function _pointer(Record memory record) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := record
        }
    }
}
