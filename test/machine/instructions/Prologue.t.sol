// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerkleTree} from "../../../src/commitment/MerkleTree.sol";
import {IStepMachine} from "../../../src/machine/IStepMachine.sol";
import {Opcodes} from "../../../src/machine/Opcodes.sol";
import {OperandStack} from "../../../src/machine/OperandStack.sol";
import {Witness} from "../../../src/machine/Witness.sol";
import {MachineRecord} from "../../../src/machine/state/MachineRecord.sol";
import {Machine, MachineState} from "../../../src/machine/state/MachineState.sol";
import {InstructionSteps} from "../../../src/machine/steps/InstructionSteps.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

/// @notice What every instruction does before its own operation, for every opcode.
contract PrologueTest is InstructionTest {
    using WitnessBuilder for Machine;

    /// @dev Sets up `opcode` with `size` items on the stack and tells who runs it.
    function _prepare(uint256 opcode, uint256 size) private returns (IStepMachine, Machine memory) {
        code = abi.encodePacked(uint8(opcode));
        stack = new uint256[](size);
        (,,, uint256 family,) = Opcodes.info(opcode);
        bool inCompute = family != Opcodes.ENVIRONMENT && family != Opcodes.BLOCK && family != Opcodes.STORAGE
            && family != Opcodes.SYSTEM;
        return (inCompute ? compute : state, machine());
    }

    function test_UndefinedOpcodesHalt() external {
        uint256 count;
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            (,,, uint256 family,) = Opcodes.info(opcode);
            if (family != Opcodes.UNDEFINED) continue;
            (, Machine memory m) = _prepare(opcode, 1024);
            check(compute, m, halted(m));
            check(state, m, halted(m));
            count++;
        }
        assertEq(count, 256 - 150);
    }

    function test_EveryOpcodeHaltsWithOneItemTooFew() external {
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            (uint256 input,,,,) = Opcodes.info(opcode);
            if (input == 0) continue;
            (IStepMachine steps, Machine memory m) = _prepare(opcode, input - 1);
            check(steps, m, halted(m));
        }
    }

    function test_EveryOpcodeThatGivesMoreThanItTakesHaltsOnAFullStack() external {
        uint256 count;
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            (uint256 input, uint256 output,,,) = Opcodes.info(opcode);
            if (output <= input) continue;
            (IStepMachine steps, Machine memory m) = _prepare(opcode, 1024);
            check(steps, m, halted(m));
            count++;
        }
        // PUSH0–32, DUP1–16 and what reads the frame, the transaction and the block.
        assertEq(count, 33 + 16 + 20);
    }

    function test_TheStackHolds1024Items() external {
        code = hex"5f";
        stack = new uint256[](1023);
        Machine memory m = machine();
        check(compute, m, after_(m, 0, list(0), 2));
    }

    function test_EveryOpcodeHaltsWithoutItsBaseGas() external {
        for (uint256 opcode = 0; opcode < 256; opcode++) {
            (uint256 input,, uint256 gasCost,,) = Opcodes.info(opcode);
            if (gasCost == 0) continue;
            (IStepMachine steps, Machine memory m) = _prepare(opcode, input);
            m.frame.gas = gasCost - 1;
            check(steps, m, halted(m));
        }
    }

    function test_PastTheEndOfTheCodeIsStop() external {
        code = hex"01";
        Machine memory m = machine();
        m.frame.pc = 1;
        bytes memory witness = WitnessBuilder.head(m, 16);
        Machine memory expected = clone(m);
        expected.frame.pc = 2;
        expected.operation.kind = 28;
        expected.operation.next = 1;
        assertEq(compute.verifyStep(m.hashOf(), witness), expected.hashOf());
    }

    function test_RevertWhen_AContractIsAskedForAnotherFamily() external {
        (, Machine memory m) = _prepare(Opcodes.ADDRESS, 0);
        _expectRevert(compute, m, abi.encodeWithSelector(InstructionSteps.FamilyNotHere.selector, Opcodes.ENVIRONMENT));
        (, m) = _prepare(Opcodes.ADD, 2);
        _expectRevert(state, m, abi.encodeWithSelector(InstructionSteps.FamilyNotHere.selector, Opcodes.ARITHMETIC));
    }

    function test_RevertWhen_AnyByteOfAWitnessIsChanged() external {
        code = hex"01";
        stack = list(5, 6, 7);
        Machine memory m = machine();
        bytes memory witness = witnessOf(m);
        bytes32 preState = m.hashOf();
        for (uint256 i = 0; i < witness.length; i++) {
            bytes1 byteBefore = witness[i];
            witness[i] = byteBefore ^ bytes1(uint8(1 << (i % 8)));
            _assertRefused(preState, witness);
            witness[i] = byteBefore;
        }
    }

    function test_RevertWhen_AWitnessIsCutOrHasMore() external {
        code = hex"01";
        stack = list(5, 6, 7);
        Machine memory m = machine();
        bytes memory witness = witnessOf(m);
        _assertRefused(m.hashOf(), bytes.concat(witness, hex"00"));
        vm.expectRevert(abi.encodeWithSelector(Witness.WitnessTrailingBytes.selector, 1));
        compute.verifyStep(m.hashOf(), bytes.concat(witness, hex"00"));
        for (uint256 length = 0; length < witness.length; length += 7) {
            bytes memory cut = witness;
            assembly ("memory-safe") {
                mstore(cut, length)
            }
            _assertRefused(m.hashOf(), cut);
        }
    }

    function test_RevertWhen_TheOperandsAreNotTheStacks() external {
        code = hex"01";
        stack = list(1, 2);
        Machine memory m = machine();
        bytes32 preState = m.hashOf();
        stack = list(1, 3);
        bytes memory witness = witnessOf(m);
        vm.expectRevert(
            abi.encodeWithSelector(OperandStack.StackHash.selector, m.frame.stack, WitnessBuilder.stackOf(stack))
        );
        compute.verifyStep(preState, witness);
    }

    function test_RevertWhen_TheCodeIsNotTheFrames() external {
        code = hex"01";
        stack = list(1, 2);
        Machine memory m = machine();
        code = hex"03";
        bytes32 otherRoot = MerkleTree.rootOf(hex"03", 17);
        _expectRevert(
            compute, m, abi.encodeWithSelector(MerkleTree.MerkleTreeRoot.selector, m.frame.codeRoot, otherRoot)
        );
    }

    function test_RevertWhen_ThePreStateIsAnother() external {
        (, Machine memory m) = _prepare(Opcodes.PC, 0);
        bytes memory witness = witnessOf(m);
        bytes32 preState = m.hashOf();
        vm.expectRevert(abi.encodeWithSelector(MachineState.PreStateHash.selector, bytes32(0), preState));
        compute.verifyStep(0, witness);
    }

    function test_RevertWhen_AnotherRecordIsOpened() external {
        (, Machine memory m) = _prepare(Opcodes.PC, 0);
        bytes memory rest = WitnessBuilder.word(code, 0);
        for (uint256 opens = 0; opens < 32; opens++) {
            if (opens == 16) continue;
            bytes memory witness = bytes.concat(WitnessBuilder.head(m, opens), rest);
            _assertRefused(m.hashOf(), witness);
        }
        bytes memory more = bytes.concat(WitnessBuilder.head(m, 17), rest);
        vm.expectRevert(abi.encodeWithSelector(MachineState.RecordsOpened.selector, 16, 17));
        compute.verifyStep(m.hashOf(), more);
    }

    function test_RevertWhen_AnEmptyRecordIsOpened() external {
        (, Machine memory m) = _prepare(Opcodes.PC, 0);
        bytes memory witness = witnessOf(m);
        uint256 headLength = WitnessBuilder.head(m, 16).length;
        bytes memory empty = abi.encode(m.operation);
        bytes memory tampered =
            bytes.concat(hex"30", _slice(witness, 1, headLength), empty, _slice(witness, headLength, witness.length));
        vm.expectRevert(abi.encodeWithSelector(MachineState.EmptyRecordOpened.selector, 0x30));
        compute.verifyStep(m.hashOf(), tampered);
    }

    function test_RevertWhen_AFieldIsOutOfItsRange() external {
        (, Machine memory m) = _prepare(Opcodes.PC, 0);
        m.frame.gas = 1 << 64;
        bytes memory witness = witnessOf(m);
        bytes32 preState = m.hashOf();
        vm.expectPartialRevert(MachineRecord.RecordFieldTooWide.selector);
        compute.verifyStep(preState, witness);
        m.frame.gas = (1 << 64) - 1;
        compute.verifyStep(m.hashOf(), witnessOf(m));
    }

    function _expectRevert(IStepMachine steps, Machine memory m, bytes memory reason) private {
        bytes memory witness = witnessOf(m);
        bytes32 preState = m.hashOf();
        vm.expectRevert(reason);
        steps.verifyStep(preState, witness);
    }

    function _assertRefused(bytes32 preState, bytes memory witness) private view {
        try compute.verifyStep(preState, witness) returns (bytes32) {
            revert("the witness was accepted");
        } catch {}
    }

    function _slice(bytes memory data, uint256 from, uint256 to) private pure returns (bytes memory part) {
        part = new bytes(to - from);
        for (uint256 i = from; i < to; i++) {
            part[i - from] = data[i];
        }
    }
}
