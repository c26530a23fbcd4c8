// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Gas} from "../Gas.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Log
/// @notice LOG0 to LOG4. Nothing of a log is committed: receipts come from running the batch again.
library Log {
    /// @notice GAS: memory, then 8 for each byte; the base gas has the topics.
    function opLog(Machine memory m) internal pure {
        (uint256 offset, uint256 size) = (m.item(0), m.item(1));
        if (m.frame.isStatic) return m.halt();
        if (!m.expand(offset, size)) return;
        m.charge(Gas.LOG_BYTE * size);
    }
}
