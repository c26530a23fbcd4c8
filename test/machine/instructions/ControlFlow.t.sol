// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CodeTree} from "../../../src/machine/CodeTree.sol";
import {StepKinds} from "../../../src/machine/StepKinds.sol";
import {CallFrame} from "../../../src/machine/state/CallFrame.sol";
import {Machine} from "../../../src/machine/state/MachineState.sol";
import {Operation} from "../../../src/machine/state/Operation.sol";
import {InstructionTest} from "../utils/InstructionTest.sol";
import {WitnessBuilder} from "../utils/WitnessBuilder.sol";

contract ControlFlowTest is InstructionTest {
    using WitnessBuilder for Machine;

    function bitmap(bytes calldata bytecode) external pure returns (bytes memory) {
        return CodeTree.jumpBitmap(bytecode);
    }

    function test_Stop() external {
        code = hex"00";
        Machine memory m = machine();
        Machine memory expected = after_(m, 0, list(), 0);
        expected.operation.kind = StepKinds.FRAME_EXIT;
        expected.operation.next = Operation.RETURNED;
        check(compute, m, expected);
    }

    function test_StopInACreationStoresEmptyCode() external {
        code = hex"00";
        Machine memory m = machine();
        m.frame.kind = CallFrame.CREATE;
        Machine memory expected = after_(m, 0, list(), 0);
        expected.operation.kind = StepKinds.CREATE_RETURN;
        check(compute, m, expected);
    }

    function test_JumpToAJumpdest() external {
        _jump(300, true);
        _jump(1, true);
        _jump(255, true);
        _jump(256, true);
    }

    function test_JumpElsewhereHalts() external {
        // Not a JUMPDEST; a 0x5b that is data of a PUSH.
        _jump(2, false);
        _jump(301, false);
        _jump(411, false);
    }

    function test_JumpPastTheCodeHaltsWithoutAnAccess() external {
        _prepare(0x56);
        accesses = "";
        uint256[3] memory destinations = [code.length, 1 << 32, type(uint256).max];
        for (uint256 i = 0; i < destinations.length; i++) {
            stack = list(destinations[i]);
            Machine memory m = machine();
            check(compute, m, halted(m));
        }
    }

    function test_JumpiTaken() external {
        _prepare(0x57);
        stack = list(type(uint256).max, 300);
        accesses = WitnessBuilder.word(this.bitmap(code), 1);
        Machine memory m = machine();
        Machine memory expected = after_(m, 2, list(), 10);
        expected.frame.pc = 300;
        check(compute, m, expected);
    }

    function test_JumpiNotTakenLooksAtNoDestination() external {
        _prepare(0x57);
        stack = list(0, type(uint256).max);
        Machine memory m = machine();
        check(compute, m, after_(m, 2, list(), 10));
    }

    function test_PcGasAndJumpdest() external {
        code = hex"58";
        Machine memory m = machine();
        check(compute, m, after_(m, 0, list(0), 2));
        code = hex"5a";
        m = machine();
        check(compute, m, after_(m, 0, list(GAS - 2), 2));
        code = hex"5b";
        m = machine();
        check(compute, m, after_(m, 0, list(), 1));
    }

    function _jump(uint256 destination, bool valid) private {
        _prepare(0x56);
        stack = list(destination);
        accesses = WitnessBuilder.word(this.bitmap(code), destination / 256);
        Machine memory m = machine();
        Machine memory expected = valid ? after_(m, 1, list(), 8) : halted(m);
        if (valid) expected.frame.pc = destination;
        check(compute, m, expected);
    }

    function _prepare(uint8 opcode) private {
        code = new bytes(500);
        code[0] = bytes1(opcode);
        code[1] = hex"5b";
        code[255] = hex"5b";
        code[256] = hex"5b";
        code[300] = hex"5b";
        code[410] = hex"60";
        code[411] = hex"5b";
    }
}
