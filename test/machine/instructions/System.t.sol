// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MerklePatricia} from "../../../src/commitment/MerklePatricia.sol";
import {StateProof} from "../../../src/commitment/StateProof.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {WorldState} from "../../../src/machine/WorldState.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {CallState} from "../../../src/machine/state/CallState.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract SystemTest is InstructionTest {
    uint256 private constant TARGET = 0x7A6E7;
    uint256 private constant HUGE = type(uint256).max;

    // -------------------------------------------------------------------------------------------------------- calls

    /// @dev The items of a call, top last: output size and offset, input size and offset, value if any, target, gas.
    function _callStack(uint256[4] memory ranges, bool withValue, uint256 value, uint256 gas_) private {
        uint256 count = withValue ? 7 : 6;
        stack = new uint256[](count);
        for (uint256 i = 0; i < 4; i++) {
            stack[i] = ranges[i];
        }
        if (withValue) stack[4] = value;
        stack[count - 2] = TARGET | (uint256(0xabc) << 160);
        stack[count - 1] = gas_;
    }

    function _called(Machine memory m, uint256 kind, uint256 value, uint256 gas_, uint256 cost)
        private
        view
        returns (Machine memory expected)
    {
        expected = after_(m, stack.length, list(), cost);
        expected.operation.kind = StepKinds.CALL_ACCESS;
        expected.call.kind = kind;
        expected.call.target = address(uint160(TARGET));
        expected.call.value = value;
        expected.call.gas = gas_;
    }

    function test_CallsStartWithTheAccess() external {
        uint8[4] memory opcodes = [0xf1, 0xf2, 0xf4, 0xfa];
        for (uint256 i = 0; i < 4; i++) {
            code = abi.encodePacked(opcodes[i]);
            // Output: 10 bytes from 90; input: 20 bytes from 40. Memory grows to the larger end, four words.
            _callStack([uint256(10), 90, 20, 40], i < 2, 5, HUGE);
            Machine memory m = machine();
            Machine memory expected = _called(m, i + 1, i < 2 ? 5 : 0, HUGE, 12);
            expected.frame.memoryWords = 4;
            expected.call.inputRoot = m.frame.memoryRoot;
            (expected.call.inputOffset, expected.call.inputLength) = (40, 20);
            (expected.call.outOffset, expected.call.outLength) = (90, 10);
            check(state, m, expected);
        }
    }

    function test_EmptyRangesOfACallHaveNoOffset() external {
        code = hex"f1";
        _callStack([uint256(0), HUGE, 0, 1 << 100], true, 0, 0);
        Machine memory m = machine();
        check(state, m, _called(m, CallState.CALL, 0, 0, 0));
    }

    function test_CallsHaltWithoutGasForMemory() external {
        uint8[4] memory opcodes = [0xf1, 0xf2, 0xf4, 0xfa];
        for (uint256 i = 0; i < 4; i++) {
            code = abi.encodePacked(opcodes[i]);
            _callStack([uint256(10), 90, 20, 40], i < 2, 0, 0);
            Machine memory m = machine();
            m.frame.gas = 11;
            check(state, m, halted(m));
            _callStack([uint256(10), 1 << 32, 20, 40], i < 2, 0, 0);
            m = machine();
            check(state, m, halted(m));
            _callStack([uint256(10), 90, 1 << 32, 40], i < 2, 0, 0);
            m = machine();
            check(state, m, halted(m));
        }
    }

    function test_ACallWithValueHaltsInAStaticCall() external {
        code = hex"f1";
        _callStack([uint256(0), 0, 0, 0], true, 1, 0);
        Machine memory m = machine();
        m.frame.isStatic = true;
        check(state, m, halted(m));
        // CALL without value, and CALLCODE with it, change nothing outside.
        _callStack([uint256(0), 0, 0, 0], true, 0, 0);
        m = machine();
        m.frame.isStatic = true;
        check(state, m, _called(m, CallState.CALL, 0, 0, 0));
        code = hex"f2";
        _callStack([uint256(0), 0, 0, 0], true, 1, 0);
        m = machine();
        m.frame.isStatic = true;
        check(state, m, _called(m, CallState.CALLCODE, 1, 0, 0));
    }

    // ---------------------------------------------------------------------------------------------------- creations

    function test_Create() external {
        code = hex"f0";
        stack = list(40, 30, 5);
        Machine memory m = machine();
        Machine memory expected = _created(m, CallState.CREATE, 32_000 + 3 * 3 + 2 * 2);
        expected.operation.kind = StepKinds.CREATE_CREATOR;
        check(state, m, expected);
    }

    function test_Create2HashesTheInitcodeFirst() external {
        code = hex"f5";
        _create2Stack(40);
        Machine memory m = machine();
        Machine memory expected = _created(m, CallState.CREATE2, 32_000 + 3 * 3 + 2 * 8);
        expected.call.salt = bytes32("salt");
        expected.operation.kind = StepKinds.KECCAK;
        expected.operation.next = StepKinds.CREATE_CREATOR;
        expected.operation.sourceRoot = m.frame.memoryRoot;
        expected.operation.sourceOffset = 30;
        expected.operation.sourceLength = 40;
        check(state, m, expected);
    }

    function test_CreationsHalt() external {
        for (uint256 i = 0; i < 2; i++) {
            code = i == 0 ? bytes(hex"f0") : bytes(hex"f5");
            uint256 cost = 32_000 + 9 + (i == 0 ? 4 : 16);
            _createStack(i, 40);
            Machine memory m = machine();
            m.frame.isStatic = true;
            check(state, m, halted(m));
            m = machine();
            m.frame.gas = cost - 1;
            check(state, m, halted(m));
            _createStack(i, 49_153);
            m = machine();
            check(state, m, halted(m));
            _createStack(i, HUGE);
            m = machine();
            check(state, m, halted(m));
        }
    }

    function _createStack(uint256 i, uint256 size) private {
        if (i == 0) stack = list(size, 30, 5);
        else _create2Stack(size);
    }

    function _create2Stack(uint256 size) private {
        stack = new uint256[](4);
        (stack[0], stack[1], stack[2], stack[3]) = (uint256(bytes32("salt")), size, 30, 5);
    }

    function _created(Machine memory m, uint256 kind, uint256 cost) private view returns (Machine memory expected) {
        expected = after_(m, stack.length, list(), cost);
        expected.frame.memoryWords = 3;
        expected.call.kind = kind;
        expected.call.value = 5;
        expected.call.inputRoot = m.frame.memoryRoot;
        (expected.call.inputOffset, expected.call.inputLength) = (30, 40);
    }

    // ---------------------------------------------------------------------------------------------- ends of a frame

    function test_ReturnAndRevert() external {
        uint8[2] memory opcodes = [0xf3, 0xfd];
        for (uint256 i = 0; i < 2; i++) {
            for (uint256 kind = CallFrame.CALL; kind <= CallFrame.CREATE; kind++) {
                code = abi.encodePacked(opcodes[i]);
                stack = list(40, 30);
                Machine memory m = machine();
                m.frame.kind = kind;
                Machine memory expected = after_(m, 2, list(), 9);
                expected.frame.memoryWords = 3;
                bool stores = i == 0 && kind == CallFrame.CREATE;
                expected.operation.kind = stores ? StepKinds.CREATE_RETURN : StepKinds.FRAME_EXIT;
                if (!stores) expected.operation.next = i == 0 ? Operation.RETURNED : Operation.REVERTED;
                expected.operation.sourceRoot = m.frame.memoryRoot;
                expected.operation.sourceOffset = 30;
                expected.operation.sourceLength = 40;
                check(state, m, expected);
                m.frame.gas = 8;
                check(state, m, halted(m));
            }
        }
    }

    function test_ReturnOfNothingIgnoresItsOffset() external {
        code = hex"f3";
        stack = list(0, HUGE);
        Machine memory m = machine();
        Machine memory expected = after_(m, 2, list(), 0);
        expected.operation.kind = StepKinds.FRAME_EXIT;
        expected.operation.next = Operation.RETURNED;
        check(state, m, expected);
    }

    function test_InvalidHalts() external {
        code = hex"fe";
        Machine memory m = machine();
        check(state, m, halted(m));
    }

    function test_SelfdestructReadsTheBalance() external {
        code = hex"ff";
        stack = list(TARGET);
        bytes memory proof;
        Machine memory m = machine();
        (m.batch.baseRoot, proof) = WitnessBuilder.singleTrie(
            WorldState.addressKey(SELF),
            StateProof.encodeAccount(
                StateProof.Account({
                    nonce: 1, balance: 77, storageRoot: MerklePatricia.EMPTY_ROOT, codeHash: keccak256("code")
                })
            )
        );
        accesses = bytes.concat(hex"00", proof);
        Machine memory expected = after_(m, 1, list(), 5000);
        expected.call.target = address(uint160(TARGET));
        expected.call.value = 77;
        expected.operation.kind = StepKinds.SELFDESTRUCT_CREDIT;
        check(state, m, expected);
    }

    function test_SelfdestructHaltsInAStaticCall() external {
        code = hex"ff";
        stack = list(TARGET);
        Machine memory m = machine();
        m.frame.isStatic = true;
        check(state, m, halted(m));
    }
}
