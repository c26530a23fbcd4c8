// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MemoryTree} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Machine} from "../state/MachineState.sol";
import {TransactionState} from "../state/TransactionState.sol";
import {Transaction} from "./Transaction.sol";

/// @title AccessList
/// @notice A transaction's access list, an address or a slot a step. TX_DECODE has checked its encoding, so that here
/// every length is what it says (docs/5-machine.md, 5.6).
library AccessList {
    /// @dev What a step reads: enough for a slot (33 bytes), and for the headers and the address of a tuple (29).
    uint256 private constant ITEM_SIZE = 33;

    /// @notice TX_LIST: makes the next address or slot warm.
    function stepTxList(Machine memory m) internal pure {
        TransactionState.Record memory transaction = m.transaction;
        bytes memory item = m.viewBytes(
            MemoryTree.makeView(transaction.root, 0, transaction.length), transaction.listCursor, ITEM_SIZE
        );
        if (transaction.listCursor < transaction.slotsEnd) _addSlot(m, item);
        else _addAddress(m, item);
        if (transaction.listCursor < transaction.listEnd) m.setOperation(StepKinds.TX_LIST);
        else Transaction.startExecution(m);
    }

    function _addSlot(Machine memory m, bytes memory item) private pure {
        bytes32 slot = _wordAt(item, 1);
        (, m.journal.warmSlots) = m.accessSlot(m.transaction.listAddress, slot);
        m.transaction.listCursor += ITEM_SIZE;
    }

    function _addAddress(Machine memory m, bytes memory item) private pure {
        (uint256 start,) = _listAt(item, 0);
        // 0x94 and the 20 bytes of the address.
        address target = address(bytes20(_wordAt(item, start + 1)));
        (uint256 slots, uint256 length) = _listAt(item, start + 21);
        (, m.journal.warmAddresses) = m.accessAddress(target);
        m.transaction.listAddress = target;
        m.transaction.listCursor += slots;
        m.transaction.slotsEnd = m.transaction.listCursor + length;
    }

    /// @dev Where the content of the list at `position` begins, and its length.
    function _listAt(bytes memory item, uint256 position) private pure returns (uint256 start, uint256 length) {
        uint256 head = uint256(_wordAt(item, position));
        uint256 prefix = head >> 248;
        if (prefix < 0xf8) return (position + 1, prefix - 0xc0);
        uint256 lengthBytes = prefix - 0xf7;
        return (position + 1 + lengthBytes, (head << 8) >> (256 - 8 * lengthBytes));
    }

    /// @dev The word at `position`; what it has past the item is not used.
    function _wordAt(bytes memory item, uint256 position) private pure returns (bytes32 word) {
        assembly ("memory-safe") {
            word := mload(add(add(item, 32), position))
        }
    }
}
