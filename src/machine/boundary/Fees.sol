// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../StepKinds.sol";
import {Witness} from "../Witness.sol";
import {Account, WorldState} from "../WorldState.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {Journal} from "../state/Journal.sol";
import {Machine} from "../state/MachineState.sol";
import {TransactionState} from "../state/TransactionState.sol";

/// @title Fees
/// @notice What follows a transaction's last frame: the refund, the fee and the accounts that it destroyed.
library Fees {
    using Witness for Witness.Cursor;

    /// @dev EIP-3529: at most that part of the gas used is refunded.
    uint256 private constant REFUND_QUOTIENT = 5;

    error DestroyedChain(bytes32 expected, bytes32 computed);

    /// @notice TX_REFUND: gives back what the sender paid for gas that was not used.
    function stepTxRefund(Machine memory m) internal pure {
        TransactionState.Record memory transaction = m.transaction;
        uint256 gasUsed = transaction.gasLimit - m.frame.gas;
        uint256 refund = gasUsed / REFUND_QUOTIENT;
        if (m.journal.refund < refund) refund = m.journal.refund;
        gasUsed -= refund;
        if (gasUsed < transaction.floorGas) gasUsed = transaction.floorGas;

        Account memory sender = m.openAccount(transaction.origin);
        // SAFETY: floorGas <= gasLimit, and a part of what was paid fits a balance; no sum of balances reaches 2^128
        // (B-13).
        unchecked {
            sender.balance += (transaction.gasLimit - gasUsed) * transaction.gasPrice;
        }
        m.writeAccount(sender);
        CallFrame.Record memory none;
        m.frame = none;
        _continue(m, StepKinds.TX_FEE, gasUsed);
    }

    /// @notice TX_FEE: gives the fee recipient its part; the base fee's part is burned.
    function stepTxFee(Machine memory m) internal pure {
        uint256 gasUsed = m.operation.position;
        Account memory recipient = m.openAccount(m.batch.feeRecipient);
        // SAFETY: as in stepTxRefund.
        unchecked {
            recipient.balance += gasUsed * m.transaction.priorityFee;
        }
        m.writeAccount(recipient);
        _continueDestroying(m, gasUsed);
    }

    /// @notice TX_DESTROY: deletes the newest account in the chain of destroyed ones, with what it received since.
    function stepTxDestroy(Machine memory m) internal pure {
        bytes32 previous = m.cursor.word();
        address target = m.cursor.addr();
        bytes32 computed = Journal.hashDestroyed(previous, target);
        // INVARIANT: exactly the accounts that the chain commits to are deleted.
        require(computed == m.journal.destroyed, DestroyedChain(m.journal.destroyed, computed));

        Account memory account = m.openAccount(target);
        (account.nonce, account.balance, account.codeHash) = (0, 0, WorldState.KECCAK_EMPTY);
        m.writeAccount(account);
        m.journal.destroyed = previous;
        _continueDestroying(m, m.operation.position);
    }

    function _continueDestroying(Machine memory m, uint256 gasUsed) private pure {
        _continue(m, m.journal.destroyed == 0 ? StepKinds.TX_END : StepKinds.TX_DESTROY, gasUsed);
    }

    /// @dev The gas used travels in `operation.position` to TX_END.
    function _continue(Machine memory m, uint256 kind, uint256 gasUsed) private pure {
        m.setOperation(kind);
        m.operation.position = gasUsed;
    }
}
