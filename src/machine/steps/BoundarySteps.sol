// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {StepKinds} from "../StepKinds.sol";
import {AccessList} from "../boundary/AccessList.sol";
import {Authorization} from "../boundary/Authorization.sol";
import {Batch} from "../boundary/Batch.sol";
import {Block} from "../boundary/Block.sol";
import {Fees} from "../boundary/Fees.sol";
import {Transaction} from "../boundary/Transaction.sol";
import {Machine} from "../state/MachineState.sol";
import {StepContract} from "./StepContract.sol";

/// @title BoundarySteps
/// @notice The steps between instructions: the start and end of batches, blocks and transactions.
contract BoundarySteps is StepContract {
    /// @inheritdoc StepContract
    function step(Machine memory m, uint256 kind) internal view override {
        if (kind == StepKinds.BATCH_BEGIN) return Batch.stepBatchBegin(m);
        if (kind == StepKinds.BATCH_PARENT) return Batch.stepBatchParent(m);
        if (kind == StepKinds.BLOCK_BEGIN) return Block.stepBlockBegin(m);
        if (kind == StepKinds.TX_BEGIN) return Transaction.stepTxBegin(m);
        if (kind == StepKinds.TX_LOAD) return Transaction.stepTxLoad(m);
        if (kind == StepKinds.TX_DECODE) return Transaction.stepTxDecode(m);
        if (kind == StepKinds.TX_SENDER) return Transaction.stepTxSender(m);
        if (kind == StepKinds.TX_LIST) return AccessList.stepTxList(m);
        if (kind == StepKinds.AUTH_RECOVER) return Authorization.stepAuthRecover(m);
        if (kind == StepKinds.AUTH_APPLY) return Authorization.stepAuthApply(m);
        if (kind == StepKinds.TX_START) return Transaction.stepTxStart(m);
        if (kind == StepKinds.TX_REFUND) return Fees.stepTxRefund(m);
        if (kind == StepKinds.TX_FEE) return Fees.stepTxFee(m);
        if (kind == StepKinds.TX_DESTROY) return Fees.stepTxDestroy(m);
        if (kind == StepKinds.TX_END) return Transaction.stepTxEnd(m);
        if (kind == StepKinds.BLOCK_END) return Block.stepBlockEnd(m);
        if (kind == StepKinds.BATCH_END) return Batch.stepBatchEnd(m);
        revert StepNotHere(kind);
    }
}
