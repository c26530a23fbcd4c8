// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OperandStack} from "../../../src/machine/OperandStack.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Journal} from "../../../src/machine/state/Journal.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";
import {CallTest} from "./CallTest.sol";

contract FrameExitTest is CallTest {
    using WitnessBuilder for Machine;

    address private constant CREATED = address(0xC2EA7ED);
    bytes32 private constant SAVED = keccak256("the journal of the frame's start");
    bytes32 private constant OUTPUT = keccak256("the tree of the output");

    /// @dev What a parent gets of a child that ended with `status`.
    struct Result {
        uint256 pushed;
        uint256 returndataLength;
        uint256 gas;
        uint256 copied;
        bool restoresJournal;
    }

    function test_ACallReturns() external view {
        check(CallFrame.CALL, Operation.RETURNED, 100, 40, result(1, 100, 1300, 40, false));
        check(CallFrame.CALL, Operation.RETURNED, 30, 40, result(1, 30, 1300, 30, false));
        check(CallFrame.PRECOMPILE, Operation.RETURNED, 32, 0, result(1, 32, 1300, 0, false));
    }

    function test_ACallReverts() external view {
        check(CallFrame.CALL, Operation.REVERTED, 100, 40, result(0, 100, 1300, 40, true));
        check(CallFrame.CALL, Operation.REVERTED, 0, 40, result(0, 0, 1300, 0, true));
    }

    function test_ACallHalts() external view {
        check(CallFrame.CALL, Operation.EXCEPTIONAL_HALT, 0, 40, result(0, 0, 1000, 0, true));
        check(CallFrame.PRECOMPILE, Operation.EXCEPTIONAL_HALT, 0, 40, result(0, 0, 1000, 0, true));
    }

    function test_ACreationEnds() external view {
        check(CallFrame.CREATE, Operation.RETURNED, 0, 0, result(uint160(CREATED), 0, 1300, 0, false));
        check(CallFrame.CREATE, Operation.REVERTED, 100, 0, result(0, 100, 1300, 0, true));
        check(CallFrame.CREATE, Operation.EXCEPTIONAL_HALT, 0, 0, result(0, 0, 1000, 0, true));
    }

    function test_ATransactionEnds() external view {
        Machine memory m = exiting(CallFrame.CALL, Operation.REVERTED, 100, 0);
        CallFrame.Record memory parent;
        parent.kind = CallFrame.TRANSACTION;
        parent.self = address(0x0419);
        m.frame.parent = CallFrame.hash(parent);
        Machine memory next = step(m, parent);
        assertEq(next.operation.kind, StepKinds.TX_REFUND);
        assertEq(next.operation.sourceLength, 0);
        parent.gas = 300;
        assertEq(CallFrame.hash(next.frame), CallFrame.hash(parent));
        assertEq(next.unopened[3], SAVED);
    }

    function test_RevertWhen_TheParentIsAnother() external {
        Machine memory m = exiting(CallFrame.CALL, Operation.RETURNED, 0, 0);
        CallFrame.Record memory parent = parentFrame();
        m.frame.parent = CallFrame.hash(parent);
        parent.gas++;
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, StepKinds.OPENS_FRAME), abi.encode(parent));
        bytes32 preState = m.hashOf();
        vm.expectRevert();
        steps.verifyStep(preState, witness);
    }

    function result(uint256 pushed, uint256 returndataLength, uint256 gas, uint256 copied, bool restoresJournal)
        private
        pure
        returns (Result memory)
    {
        return Result({
            pushed: pushed,
            returndataLength: returndataLength,
            gas: gas,
            copied: copied,
            restoresJournal: restoresJournal
        });
    }

    function check(uint256 kind, uint256 status, uint256 length, uint256 outLength, Result memory expected)
        private
        view
    {
        Machine memory m = exiting(kind, status, length, outLength);
        CallFrame.Record memory parent = parentFrame();
        m.frame.parent = CallFrame.hash(parent);
        bytes32 journal = Journal.hash(m.journal);
        Machine memory next = step(m, parent);

        assertEq(next.unopened[3], expected.restoresJournal ? SAVED : journal);
        bytes32 output = expected.returndataLength == 0 ? bytes32(0) : OUTPUT;
        parent.gas = expected.gas;
        parent.stack = OperandStack.link(parent.stack, bytes32(expected.pushed));
        parent.stackSize++;
        (parent.returndataRoot, parent.returndataLength) = (output, expected.returndataLength);
        parent.returndataOffset = expected.returndataLength == 0 ? 0 : 7;
        assertEq(CallFrame.hash(next.frame), CallFrame.hash(parent));

        assertEq(next.operation.kind, expected.copied == 0 ? StepKinds.INSTRUCTION : StepKinds.COPY);
        assertEq(next.operation.remaining, expected.copied);
        assertEq(next.operation.destination, expected.copied == 0 ? 0 : 55);
        assertEq(next.operation.sourceRoot, expected.copied == 0 ? bytes32(0) : output);
    }

    /// @dev The step, and the state after it with the journal as a hash.
    function step(Machine memory m, CallFrame.Record memory parent) private view returns (Machine memory next) {
        bytes memory witness = bytes.concat(WitnessBuilder.head(m, StepKinds.OPENS_FRAME), abi.encode(parent));
        next = steps.stepOf(m.hashOf(), witness);
    }

    function exiting(uint256 kind, uint256 status, uint256 length, uint256 outLength)
        private
        pure
        returns (Machine memory m)
    {
        m = machine();
        m.frame.kind = kind;
        m.frame.self = m.frame.target = CREATED;
        m.frame.gas = status == Operation.EXCEPTIONAL_HALT ? 0 : 300;
        m.frame.savedJournal = SAVED;
        (m.frame.outOffset, m.frame.outLength) = (outLength == 0 ? 0 : 55, outLength);
        m.operation.kind = StepKinds.FRAME_EXIT;
        m.operation.next = status;
        if (length == 0) return m;
        (m.operation.sourceRoot, m.operation.sourceOffset, m.operation.sourceLength) = (OUTPUT, 7, length);
    }

    function parentFrame() private pure returns (CallFrame.Record memory parent) {
        parent = machine().frame;
        parent.gas = 1000;
        parent.stackSize = 3;
        parent.stack = keccak256("stack");
        parent.returndataRoot = keccak256("older output");
        (parent.returndataOffset, parent.returndataLength) = (1, 2);
    }
}
