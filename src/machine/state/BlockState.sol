// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title BlockState
/// @notice The block that is executed.
library BlockState {
    bytes32 internal constant TAG = "MachineBlock";
    uint256 internal constant WORDS = 8;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"c0c080c0000000e0000000000000000000000000000000000000000000000000";

    struct Record {
        uint256 number;
        uint256 time;
        uint256 baseFee;
        uint256 gasUsed;
        bytes32 parentHash;
        bytes32 prevRandao;
        bytes32 transactionsHash;
        /// Payload position behind the body.
        uint256 end;
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

    function _pointer(Record memory record) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := record
        }
    }
}
