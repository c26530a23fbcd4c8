// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title BatchState
/// @notice The batch that is executed and its chain: what the start state fixes, how far its payload is read, and
/// the gas spent.
library BatchState {
    bytes32 internal constant TAG = "MachineBatch";
    uint256 internal constant WORDS = 12;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"0000e0c0c060c0c0e0c0e0c00000000000000000000000000000000000000000";

    struct Record {
        /// State root S_{n-1}
        bytes32 baseRoot;
        bytes32 payloadRoot;
        uint256 payloadLength;
        uint256 l1Time;
        uint256 chainId;
        address feeRecipient;
        uint256 blockGasLimit;
        uint256 batchGasLimit;
        uint256 maxTransactionBytes;
        uint256 precompileGasCap;
        /// Payload position of the next unread byte.
        uint256 cursor;
        uint256 gasUsed;
    }

    /// @notice Fills `record` from the witness; reverts if a field is out of its range.
    function read(Witness.Cursor memory cursor, Record memory record) internal pure {
        MachineRecord.read(cursor, _pointer(record), WORDS, WIDTHS);
    }

    function hash(Record memory record) internal pure returns (bytes32) {
        return MachineRecord.hash(TAG, _pointer(record), WORDS);
    }

    function _pointer(Record memory record) private pure returns (uint256 pointer) {
        assembly ("memory-safe") {
            pointer := record
        }
    }
}
