// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {Machine} from "../state/MachineState.sol";
import {Operation} from "../state/Operation.sol";

/// @title FrameExit
/// @notice The return from a frame to the one that made it.
library FrameExit {
    /// @dev Index of the journal among the records that a witness does not open.
    uint256 private constant JOURNAL = 3;

    /// @notice FRAME_EXIT: gas, journal, result and output go to the parent frame.
    function stepFrameExit(Machine memory m) internal pure {
        CallFrame.Record memory child = m.frame;
        CallFrame.Record memory parent = CallFrame.open(m.cursor, child.parent);
        uint256 status = m.operation.next;
        View memory output = m.source();

        // After an exceptional halt the child has none.
        parent.gas += child.gas;
        if (status != Operation.RETURNED) m.unopened[JOURNAL] = child.savedJournal;
        m.frame = parent;
        if (parent.kind == CallFrame.TRANSACTION) return m.setOperation(StepKinds.TX_REFUND);

        bool created = child.kind == CallFrame.CREATE;
        if (status != Operation.RETURNED) m.push(0);
        else m.push(created ? uint160(child.self) : 1);
        // A creation's output is its code, unless it was reverted.
        if (created && status == Operation.RETURNED) output = View({root: 0, offset: 0, length: 0});
        (parent.returndataRoot, parent.returndataOffset, parent.returndataLength) =
        (output.root, output.offset, output.length);

        uint256 length = output.length < child.outLength ? output.length : child.outLength;
        if (length == 0) return m.clearOperation();
        m.setOperation(StepKinds.COPY);
        m.setSource(output);
        m.operation.destination = child.outOffset;
        m.operation.remaining = length;
    }
}
