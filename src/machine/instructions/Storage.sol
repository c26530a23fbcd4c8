// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {Gas} from "../Gas.sol";
import {Opcodes} from "../Opcodes.sol";
import {Slot} from "../WorldState.sol";
import {Machine} from "../state/MachineState.sol";

/// @title Storage
/// @notice Storage and transient storage of the frame's own account.
library Storage {
    using Dictionary for Dictionary.Opening;

    error OpcodeNotHere(uint256 opcode);

    /// @notice Runs the instruction `m.opcode` of this family after its prologue.
    function run(Machine memory m) internal pure {
        uint256 opcode = m.opcode;
        if (opcode == Opcodes.SLOAD) return opSload(m);
        if (opcode == Opcodes.SSTORE) return opSstore(m);
        if (opcode == Opcodes.TLOAD) return opTload(m);
        if (opcode == Opcodes.TSTORE) return opTstore(m);
        revert OpcodeNotHere(opcode);
    }

    /// @notice GAS: 2100 for a cold slot, else 100.
    function opSload(Machine memory m) internal pure {
        bytes32 index = bytes32(m.item(0));
        (bool cold, bytes32 warmSlots) = m.accessSlot(m.frame.self, index);
        if (!m.charge(cold ? Gas.COLD_SLOT_ACCESS : Gas.WARM_ACCESS)) return;
        m.journal.warmSlots = warmSlots;
        m.push(uint256(m.openSlot(m.frame.self, index).value));
    }

    /// @notice GAS: by the original, the current and the new value, 2100 more for a cold slot; more than 2300 must be left.
    function opSstore(Machine memory m) internal pure {
        (bytes32 index, bytes32 value) = (bytes32(m.item(0)), bytes32(m.item(1)));
        if (m.frame.isStatic || m.frame.gas <= Gas.STORAGE_STIPEND) return m.halt();

        (bool cold, bytes32 warmSlots) = m.accessSlot(m.frame.self, index);
        Slot memory slot = m.openSlot(m.frame.self, index);
        bytes32 original = m.original(slot);
        uint256 cost = Gas.storageCost(original, slot.value, value) + (cold ? Gas.COLD_SLOT_ACCESS : 0);
        if (!m.charge(cost)) return;

        m.journal.warmSlots = warmSlots;
        m.journal.refund = Gas.storageRefund(m.journal.refund, original, slot.value, value);
        m.writeSlot(slot, value);
    }

    function opTload(Machine memory m) internal pure {
        m.push(uint256(m.openTransient(m.frame.self, bytes32(m.item(0))).value));
    }

    function opTstore(Machine memory m) internal pure {
        (bytes32 index, bytes32 value) = (bytes32(m.item(0)), bytes32(m.item(1)));
        if (m.frame.isStatic) return m.halt();
        Dictionary.Opening memory opening = m.openTransient(m.frame.self, index);
        m.journal.transient = value == 0 ? opening.rootWithout() : opening.rootWith(value);
    }
}
