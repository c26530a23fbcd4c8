// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Witness} from "../Witness.sol";
import {MachineRecord} from "./MachineRecord.sol";

/// @title TransactionState
/// @notice The transaction that is executed. Offsets are into its raw bytes, whose tree is `root`.
library TransactionState {
    bytes32 internal constant TAG = "MachineTransaction";
    uint256 internal constant WORDS = 23;

    /// @dev One byte a field, see MachineRecord.
    bytes32 private constant WIDTHS = hex"00e00060c0ff6000c0c0000000c0e0e0e0e060e0e0e000000000000000000000";

    struct Record {
        bytes32 root;
        uint256 length;
        bytes32 hash;
        address origin;
        uint256 nonce;
        bool isCreate;
        /// The created address of a creation.
        address to;
        uint256 value;
        uint256 gasLimit;
        /// gasLimit without the intrinsic gas.
        uint256 executionGas;
        uint256 maxFeePerGas;
        uint256 gasPrice;
        uint256 priorityFee;
        uint256 floorGas;
        uint256 dataOffset;
        uint256 dataLength;
        uint256 listCursor;
        uint256 listEnd;
        address listAddress;
        uint256 slotsEnd;
        uint256 authCursor;
        uint256 authEnd;
        /// The diff root that "original" storage values refer to.
        bytes32 startDiffRoot;
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
