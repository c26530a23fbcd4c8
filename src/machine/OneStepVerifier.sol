// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BatchInput, ChainConfig, IBatchMachine, IStepMachine} from "./IStepMachine.sol";
import {Opcodes} from "./Opcodes.sol";
import {StepBound} from "./StepBound.sol";
import {StepKinds} from "./StepKinds.sol";
import {BatchState} from "./state/BatchState.sol";
import {BlockState} from "./state/BlockState.sol";
import {CallFrame} from "./state/CallFrame.sol";
import {CallState} from "./state/CallState.sol";
import {Journal} from "./state/Journal.sol";
import {MachineState} from "./state/MachineState.sol";
import {Operation} from "./state/Operation.sol";
import {TransactionState} from "./state/TransactionState.sol";

/// @title OneStepVerifier
/// @notice Verifies any single step of the batch machine. The rules of a step are in the contract for its kind; this one
/// finds it.
/// @dev What is peeked from the witness here only picks the contract. That contract checks the whole witness against the
/// state and reverts if the step is not one of its own, so a wrong peek can prevent a proof but not change its result.
contract OneStepVerifier is IBatchMachine {
    /// @notice The contracts that know the rules of the steps.
    struct Parts {
        IStepMachine compute;
        IStepMachine state;
        IStepMachine calls;
        IStepMachine boundary;
        IStepMachine bulk;
    }

    /// @dev First byte of the witness of a halted state; no running state has one with this bit.
    uint256 private constant OPENS_HALTED = 0x80;

    /// @notice INSTRUCTION steps of the families that need nothing outside of their frame.
    IStepMachine public immutable COMPUTE;
    /// @notice INSTRUCTION steps of the other families.
    IStepMachine public immutable STATE;
    /// @notice The steps of calls and creations.
    IStepMachine public immutable CALLS;
    /// @notice The steps of batches, blocks and transactions.
    IStepMachine public immutable BOUNDARY;
    /// @notice The steps of copies, hashes and precompiles.
    IStepMachine public immutable BULK;

    error WitnessEmpty();
    error HaltedWitnessLength(uint256 expected, uint256 length);
    error HaltedState(bytes32 expected, bytes32 computed);

    constructor(Parts memory parts) {
        COMPUTE = parts.compute;
        STATE = parts.state;
        CALLS = parts.calls;
        BOUNDARY = parts.boundary;
        BULK = parts.bulk;
    }

    /// @inheritdoc IStepMachine
    function verifyStep(bytes32 preState, bytes calldata witness) external view returns (bytes32) {
        require(witness.length != 0, WitnessEmpty());
        if (uint8(witness[0]) == OPENS_HALTED) return _verifyHalted(preState, witness);
        (uint256 kind, uint256 opcode) = _peek(witness);
        return _partOf(kind, opcode).verifyStep(preState, witness);
    }

    /// @inheritdoc IBatchMachine
    function startState(bytes32 stateRoot, BatchInput calldata input, ChainConfig calldata config)
        external
        pure
        returns (bytes32)
    {
        return MachineState.startState(stateRoot, input, config);
    }

    /// @inheritdoc IBatchMachine
    function maxSteps(ChainConfig calldata config) external pure returns (uint256) {
        StepBound.requireProvable(config);
        return StepBound.stepBound(config.batchGasLimit);
    }

    /// @inheritdoc IBatchMachine
    function haltedState(bytes32 diffRoot) external pure returns (bytes32) {
        return MachineState.haltedState(diffRoot);
    }

    /// @dev The witness of a halted state is its diff root; the state after it is the same.
    function _verifyHalted(bytes32 preState, bytes calldata witness) private pure returns (bytes32) {
        require(witness.length == 33, HaltedWitnessLength(33, witness.length));
        bytes32 computed = MachineState.haltedState(bytes32(witness[1:]));
        require(computed == preState, HaltedState(preState, computed));
        return preState;
    }

    function _partOf(uint256 kind, uint256 opcode) private view returns (IStepMachine) {
        if (kind == StepKinds.INSTRUCTION) {
            (,,, uint256 family,) = Opcodes.info(opcode);
            bool outside = family == Opcodes.STORAGE || family == Opcodes.ENVIRONMENT || family == Opcodes.BLOCK
                || family == Opcodes.SYSTEM;
            return outside ? STATE : COMPUTE;
        }
        if (kind <= StepKinds.BATCH_END) return BOUNDARY;
        return kind <= StepKinds.SELFDESTRUCT_DEBIT ? CALLS : BULK;
    }

    /// @dev The kind of the step that `witness` is for, and the opcode if that is INSTRUCTION.
    function _peek(bytes calldata witness) private pure returns (uint256 kind, uint256 opcode) {
        uint256 opened = uint8(witness[0]);
        uint256 frame = 1;
        frame += _size(opened, StepKinds.OPENS_BATCH, BatchState.WORDS);
        frame += _size(opened, StepKinds.OPENS_BLOCK, BlockState.WORDS);
        frame += _size(opened, StepKinds.OPENS_TRANSACTION, TransactionState.WORDS);
        frame += _size(opened, StepKinds.OPENS_JOURNAL, Journal.WORDS);
        uint256 position = frame + _size(opened, StepKinds.OPENS_FRAME, CallFrame.WORDS);
        if (opened & StepKinds.OPENS_OPERATION != 0) {
            kind = _wordAt(witness, position);
            position += Operation.WORDS * 32;
        }
        if (opened & StepKinds.OPENS_CALL != 0) position += CallState.WORDS * 32;

        if (kind == StepKinds.INSTRUCTION) {
            uint256 pc = _wordAt(witness, frame + CallFrame.PC * 32);
            if (pc < _wordAt(witness, frame + CallFrame.CODE_SIZE * 32)) {
                opcode = (_wordAt(witness, position) >> (8 * (31 - pc % 32))) & 0xff;
            }
        }
    }

    /// @dev Bytes of a record in a witness that opens `opened`.
    function _size(uint256 opened, uint256 record, uint256 words) private pure returns (uint256) {
        return opened & record != 0 ? words * 32 : 32;
    }

    /// @dev The word at `position` of a witness; what lies past its end is not checked here.
    function _wordAt(bytes calldata witness, uint256 position) private pure returns (uint256 value) {
        assembly ("memory-safe") {
            value := calldataload(add(witness.offset, position))
        }
    }
}
