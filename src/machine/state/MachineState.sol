// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Dictionary} from "../../commitment/Dictionary.sol";
import {BatchInput, ChainConfig} from "../IStepMachine.sol";
import {MemoryTree, View} from "../MemoryTree.sol";
import {OperandStack} from "../OperandStack.sol";
import {StepKinds} from "../StepKinds.sol";
import {Witness} from "../Witness.sol";
import {WorldState} from "../WorldState.sol";
import {BatchState} from "./BatchState.sol";
import {BlockState} from "./BlockState.sol";
import {CallFrame} from "./CallFrame.sol";
import {CallState} from "./CallState.sol";
import {Journal} from "./Journal.sol";
import {Operation} from "./Operation.sol";
import {TransactionState} from "./TransactionState.sol";

/// @notice A machine as one step sees it: the records that the witness opens, the hashes of the others, and the rest of
/// the witness.
struct Machine {
    Witness.Cursor cursor;
    /// First byte of the witness: a bit for each record that is opened, from batch up.
    uint256 opened;
    /// Hashes of batch … frame where they are not opened.
    bytes32[5] unopened;
    BatchState.Record batch;
    BlockState.Record block;
    TransactionState.Record transaction;
    Journal.Record journal;
    CallFrame.Record frame;
    Operation.Record operation;
    CallState.Record call;
    /// The batch has ended, and its output is `journal.diffRoot`.
    bool isHalted;
    /// Of an INSTRUCTION step: the opcode, the code word that holds it, and the calldata offset of its operands.
    uint256 opcode;
    bytes32 codeWord;
    uint256 items;
}

using MachineState for Machine global;
using OperandStack for Machine global;
using MemoryTree for Machine global;
using WorldState for Machine global;

/// @title MachineState
/// @notice The machine's state hash, and the ways in which every step may change the state (docs/5-machine.md, 5.1–5.3).
library MachineState {
    using Witness for Witness.Cursor;

    bytes32 internal constant RUNNING_TAG = "MachineRunning";
    bytes32 internal constant HALTED_TAG = "MachineHalted";

    /// @dev The records of which a step kind decides whether they are opened.
    uint256 private constant OPENS_BY_KIND = 31;

    error RecordsOpened(uint256 expected, uint256 opened);
    error EmptyRecordOpened(uint256 opened);
    error UnknownRecordOpened(uint256 opened);
    error PreStateHash(bytes32 expected, bytes32 computed);

    /// @notice Reads the head of a witness: the records of the state `preState`.
    function load(bytes32 preState, bytes calldata witness) internal pure returns (Machine memory m) {
        m.cursor = Witness.open(witness);
        uint256 opened = m.cursor.u8();
        require(opened < 128, UnknownRecordOpened(opened));
        m.opened = opened;

        if (opened & StepKinds.OPENS_BATCH != 0) BatchState.read(m.cursor, m.batch);
        else m.unopened[0] = m.cursor.word();
        if (opened & StepKinds.OPENS_BLOCK != 0) BlockState.read(m.cursor, m.block);
        else m.unopened[1] = m.cursor.word();
        if (opened & StepKinds.OPENS_TRANSACTION != 0) TransactionState.read(m.cursor, m.transaction);
        else m.unopened[2] = m.cursor.word();
        if (opened & StepKinds.OPENS_JOURNAL != 0) Journal.read(m.cursor, m.journal);
        else m.unopened[3] = m.cursor.word();
        if (opened & StepKinds.OPENS_FRAME != 0) CallFrame.read(m.cursor, m.frame);
        else m.unopened[4] = m.cursor.word();
        // INVARIANT: M-4, an operation or a call that is not opened is empty, and an empty one is not opened.
        if (opened & StepKinds.OPENS_OPERATION != 0) {
            Operation.read(m.cursor, m.operation);
            require(!Operation.isEmpty(m.operation), EmptyRecordOpened(opened));
        }
        if (opened & StepKinds.OPENS_CALL != 0) {
            CallState.read(m.cursor, m.call);
            require(!CallState.isEmpty(m.call), EmptyRecordOpened(opened));
        }

        bytes32 computed = machineHash(m);
        // INVARIANT: M-1, a step starts from the state that both parties agree on.
        require(computed == preState, PreStateHash(preState, computed));
    }

    /// @notice The state after the step.
    function commit(Machine memory m) internal pure returns (bytes32 postState) {
        m.cursor.done();
        return m.isHalted ? haltedState(m.journal.diffRoot) : machineHash(m);
    }

    /// @notice Checks that exactly the records `expected` from batch to frame are opened.
    function requireOpened(Machine memory m, uint256 expected) internal pure {
        // INVARIANT: M-4, which records a step opens follows from the state, so that it has one witness.
        require(m.opened & OPENS_BY_KIND == expected, RecordsOpened(expected, m.opened));
    }

    /// @notice The hash of a running machine.
    function machineHash(Machine memory m) internal pure returns (bytes32) {
        uint256 opened = m.opened;
        return _runningHash(
            opened & StepKinds.OPENS_BATCH != 0 ? BatchState.hash(m.batch) : m.unopened[0],
            opened & StepKinds.OPENS_BLOCK != 0 ? BlockState.hash(m.block) : m.unopened[1],
            opened & StepKinds.OPENS_TRANSACTION != 0 ? TransactionState.hash(m.transaction) : m.unopened[2],
            opened & StepKinds.OPENS_JOURNAL != 0 ? Journal.hash(m.journal) : m.unopened[3],
            opened & StepKinds.OPENS_FRAME != 0 ? CallFrame.hash(m.frame) : m.unopened[4],
            Operation.hash(m.operation),
            CallState.hash(m.call)
        );
    }

    /// @notice The state before the first step of a batch.
    function startState(bytes32 stateRoot, BatchInput memory input, ChainConfig memory config)
        internal
        pure
        returns (bytes32)
    {
        Machine memory m;
        m.opened = OPENS_BY_KIND;
        m.batch.baseRoot = stateRoot;
        m.batch.payloadRoot = input.payloadRoot;
        m.batch.payloadLength = input.payloadLength;
        m.batch.l1Time = input.l1Time;
        m.batch.chainId = config.chainId;
        m.batch.feeRecipient = config.feeRecipient;
        m.batch.blockGasLimit = config.blockGasLimit;
        m.batch.batchGasLimit = config.batchGasLimit;
        m.batch.maxTransactionBytes = config.maxTransactionBytes;
        m.batch.precompileGasCap = config.precompileGasCap;
        m.journal.diffRoot = Dictionary.EMPTY;
        Journal.reset(m.journal);
        m.operation.kind = StepKinds.BATCH_BEGIN;
        return machineHash(m);
    }

    /// @notice The state of a machine that has ended with the output `diffRoot`; a fixed point.
    function haltedState(bytes32 diffRoot) internal pure returns (bytes32) {
        return keccak256(abi.encode(HALTED_TAG, diffRoot));
    }

    /// @notice Ends the frame exceptionally: all its gas is gone, and why is not committed.
    /// @dev To be called before the step has written anything to a record other than the frame, the operation and the
    /// call.
    function halt(Machine memory m) internal pure {
        CallFrame.clearExecution(m.frame);
        clearCall(m);
        setOperation(m, StepKinds.FRAME_EXIT);
        m.operation.next = Operation.EXCEPTIONAL_HALT;
    }

    /// @notice Takes `amount` of gas from the frame. If the frame has less, it halts, and the result is false.
    function charge(Machine memory m, uint256 amount) internal pure returns (bool) {
        uint256 available = m.frame.gas;
        if (available < amount) {
            halt(m);
            return false;
        }
        // SAFETY: amount <= available.
        unchecked {
            m.frame.gas = available - amount;
        }
        return true;
    }

    /// @notice Makes an empty operation of `kind` the one in progress: the kind of the next step.
    function setOperation(Machine memory m, uint256 kind) internal pure {
        Operation.clear(m.operation);
        m.operation.kind = kind;
    }

    /// @notice The next step is an instruction.
    function clearOperation(Machine memory m) internal pure {
        Operation.clear(m.operation);
    }

    function clearCall(Machine memory m) internal pure {
        CallState.clear(m.call);
    }

    /// @notice Ends the frame with `status` (RETURNED or REVERTED) and `output`.
    function exitFrame(Machine memory m, uint256 status, View memory output) internal pure {
        setOperation(m, StepKinds.FRAME_EXIT);
        m.operation.next = status;
        m.setSource(output);
    }

    /// @notice Ends the frame as RETURN does: a creation has its code checked and stored before.
    function returnFrame(Machine memory m, View memory output) internal pure {
        if (m.frame.kind == CallFrame.CREATE) {
            setOperation(m, StepKinds.CREATE_RETURN);
            m.setSource(output);
        } else {
            exitFrame(m, Operation.RETURNED, output);
        }
    }

    function _runningHash(
        bytes32 batch,
        bytes32 block_,
        bytes32 transaction,
        bytes32 journal,
        bytes32 frame,
        bytes32 operation,
        bytes32 call
    ) private pure returns (bytes32) {
        return keccak256(abi.encode(RUNNING_TAG, batch, block_, transaction, journal, frame, operation, call));
    }
}
