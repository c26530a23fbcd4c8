// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../commitment/MerkleTree.sol";
import {MemoryTree, View} from "../MemoryTree.sol";
import {StepKinds} from "../StepKinds.sol";
import {Witness} from "../Witness.sol";
import {Account} from "../WorldState.sol";
import {CallAccess} from "../calls/CallAccess.sol";
import {CreateFrame} from "../calls/CreateFrame.sol";
import {CallFrame} from "../state/CallFrame.sol";
import {CallState} from "../state/CallState.sol";
import {Journal} from "../state/Journal.sol";
import {Machine} from "../state/MachineState.sol";
import {TransactionState} from "../state/TransactionState.sol";
import {Batch} from "./Batch.sol";
import {TransactionDecoder} from "./TransactionDecoder.sol";

/// @title Transaction
/// @notice From a transaction's bytes in the payload to its first frame, and its end. What is invalid is skipped (B-8).
library Transaction {
    using MerkleTree for MerkleTree.Opening;
    using Witness for Witness.Cursor;

    bytes32 internal constant CHAIN_TAG = "TransactionChain";

    uint256 private constant PREFIX_SIZE = 4;

    error TransactionRoot(bytes32 expected, bytes32 computed);

    /// @notice TX_BEGIN: reads a transaction's length, or ends the block (B-2, B-3).
    function stepTxBegin(Machine memory m) internal pure {
        uint256 cursor = m.batch.cursor;
        uint256 left = m.block.end - cursor;
        uint256 length;
        bool ends = left < PREFIX_SIZE;
        if (!ends) {
            length = uint256(Batch.payloadBytes(m, cursor, PREFIX_SIZE)) >> 224;
            ends = length > left - PREFIX_SIZE;
        }
        if (ends) {
            m.batch.cursor = m.block.end;
            return m.setOperation(StepKinds.BLOCK_END);
        }
        m.batch.cursor = cursor + PREFIX_SIZE + length;
        if (length == 0 || length > m.batch.maxTransactionBytes) return m.setOperation(StepKinds.TX_BEGIN);
        m.transaction.length = length;
        m.transaction.root = MemoryTree.ZERO_ROOT;
        m.setOperation(StepKinds.TX_LOAD);
    }

    /// @notice TX_LOAD: one word of the transaction, from the payload into the transaction's own tree.
    function stepTxLoad(Machine memory m) internal pure {
        uint256 length = m.transaction.length;
        uint256 position = m.operation.position;
        uint256 left = length - position;
        bytes32 word = Batch.payloadBytes(m, m.batch.cursor - left, left < 32 ? left : 32);
        m.transaction.root = m.openWord(m.transaction.root, position / 32).rootWith(word);
        position += 32;
        if (position >= length) return m.setOperation(StepKinds.TX_DECODE);
        m.operation.position = position;
    }

    /// @notice TX_DECODE: decodes the transaction and checks what needs no state.
    function stepTxDecode(Machine memory m) internal view {
        bytes calldata raw = m.cursor.take(m.transaction.length);
        bytes32 computed = MerkleTree.rootOfCalldata(raw, MerkleTree.MEMORY_DEPTH);
        // INVARIANT: the decoded bytes are those of the payload.
        require(computed == m.transaction.root, TransactionRoot(m.transaction.root, computed));
        bool valid = TransactionDecoder.decodeTransaction(raw, m.batch.chainId, m.transaction) && _fitsBlock(m);
        if (!valid) return _skip(m);
        m.setOperation(StepKinds.TX_SENDER);
    }

    /// @notice TX_SENDER: checks the sender's account, takes the gas at its full price and counts the nonce.
    function stepTxSender(Machine memory m) internal pure {
        Account memory sender = m.openAccount(m.transaction.origin);
        bytes calldata code = m.code(sender.codeHash);
        (bool delegates,) = CallAccess.delegateOf(code);
        bool valid = (code.length == 0 || delegates) && sender.nonce == m.transaction.nonce
            && _affords(m.transaction, sender.balance);
        if (!valid) return _skip(m);

        if (m.transaction.isCreate) m.transaction.to = CreateFrame.createAddress(m.transaction.origin, sender.nonce);
        // SAFETY: gasPrice <= maxFeePerGas, so `_affords` has bounded the product by the balance, and a nonce of
        // 2^64 - 1 was skipped by the decoder.
        unchecked {
            sender.balance -= m.transaction.gasLimit * m.transaction.gasPrice;
            sender.nonce++;
        }
        m.writeAccount(sender);
        if (m.transaction.listCursor < m.transaction.listEnd) m.setOperation(StepKinds.TX_LIST);
        else startExecution(m);
    }

    /// @notice Goes to the step after the sender, the access list and each authorisation.
    function startExecution(Machine memory m) internal pure {
        bool authorizes = m.transaction.authCursor < m.transaction.authEnd;
        m.setOperation(authorizes ? StepKinds.AUTH_RECOVER : StepKinds.TX_START);
    }

    /// @notice TX_START: the pseudo-frame of the transaction, and its call or creation.
    function stepTxStart(Machine memory m) internal pure {
        TransactionState.Record memory transaction = m.transaction;
        transaction.startDiffRoot = m.journal.diffRoot;

        CallFrame.Record memory frame;
        frame.kind = CallFrame.TRANSACTION;
        frame.self = transaction.origin;
        frame.gas = transaction.executionGas;
        m.frame = frame;

        View memory input = MemoryTree.makeView(transaction.root, transaction.dataOffset, transaction.dataLength);
        m.call.kind = transaction.isCreate ? CallState.CREATE : CallState.CALL;
        m.call.target = transaction.to;
        m.call.value = transaction.value;
        m.call.gas = transaction.executionGas;
        (m.call.inputRoot, m.call.inputOffset, m.call.inputLength) = (input.root, input.offset, input.length);
        m.setOperation(transaction.isCreate ? StepKinds.CREATE_TARGET : StepKinds.CALL_ACCESS);
    }

    /// @notice TX_END: counts the transaction into block and batch and forgets it.
    function stepTxEnd(Machine memory m) internal pure {
        uint256 gasUsed = m.operation.position;
        m.batch.gasUsed += gasUsed;
        m.block.gasUsed += gasUsed;
        m.block.transactionsHash = keccak256(abi.encode(CHAIN_TAG, m.block.transactionsHash, m.transaction.hash));
        TransactionState.clear(m.transaction);
        Journal.reset(m.journal);
        m.setOperation(StepKinds.TX_BEGIN);
    }

    /// @dev Checks the transaction against block and batch, and sets the prices that it pays.
    function _fitsBlock(Machine memory m) private pure returns (bool) {
        TransactionState.Record memory transaction = m.transaction;
        uint256 baseFee = m.block.baseFee;
        // INVARIANT: B-10, and the gas used never exceeds a limit.
        if (transaction.gasLimit > m.batch.blockGasLimit - m.block.gasUsed) return false;
        if (transaction.gasLimit > m.batch.batchGasLimit - m.batch.gasUsed) return false;
        if (transaction.maxFeePerGas < baseFee) return false;
        uint256 room = transaction.maxFeePerGas - baseFee;
        if (transaction.priorityFee > room) transaction.priorityFee = room;
        transaction.gasPrice = baseFee + transaction.priorityFee;
        return true;
    }

    /// @dev Whether `balance` covers gasLimit * maxFeePerGas + value, in unlimited precision.
    function _affords(TransactionState.Record memory transaction, uint256 balance) private pure returns (bool) {
        if (balance < transaction.value) return false;
        // INVARIANT: gasLimit > 0, as it covers the intrinsic gas.
        return (balance - transaction.value) / transaction.gasLimit >= transaction.maxFeePerGas;
    }

    /// @dev Forgets a transaction that is not executed (B-8).
    function _skip(Machine memory m) private pure {
        TransactionState.clear(m.transaction);
        m.setOperation(StepKinds.TX_BEGIN);
    }
}
