// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {Gas} from "../Gas.sol";
import {View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Account, WorldState} from "../WorldState.sol";
import {Journal} from "../state/Journal.sol";
import {Machine} from "../state/MachineState.sol";

/// @title SelfDestruct
/// @notice SELFDESTRUCT after its instruction, which has put the beneficiary into `call.target` and the balance into
/// `call.value`. Only a contract of the same transaction is destroyed (EIP-6780).
library SelfDestruct {
    using Dictionary for Dictionary.Opening;

    /// @notice SELFDESTRUCT_CREDIT: the beneficiary receives the balance (a write also if that is 0: a touch).
    function stepSelfdestructCredit(Machine memory m) internal pure {
        address beneficiary = m.call.target;
        uint256 value = m.call.value;
        (bool cold, bytes32 warmAddresses) = m.accessAddress(beneficiary);
        if (cold && !m.charge(Gas.COLD_ACCOUNT_ACCESS)) return;
        Account memory account = m.openAccount(beneficiary);
        bool isNew = value != 0 && WorldState.isEmpty(account);
        if (isNew && !m.charge(Gas.NEW_ACCOUNT)) return;

        m.journal.warmAddresses = warmAddresses;
        if (beneficiary != m.frame.self) {
            // SAFETY: no sum of balances reaches 2^128 (B-13).
            unchecked {
                account.balance += value;
            }
            m.writeAccount(account);
        }
        m.setOperation(StepKinds.SELFDESTRUCT_DEBIT);
    }

    /// @notice SELFDESTRUCT_DEBIT: the contract gives its balance away, is noted for deletion, and its frame ends.
    function stepSelfdestructDebit(Machine memory m) internal pure {
        address self = m.frame.self;
        bool created = m.openCreated(self).present;
        Account memory account = m.openAccount(self);
        if (created || m.call.target != self) account.balance = 0;
        m.writeAccount(account);
        if (created) m.journal.destroyed = Journal.hashDestroyed(m.journal.destroyed, self);
        m.clearCall();
        m.returnFrame(View({root: 0, offset: 0, length: 0}));
    }
}
